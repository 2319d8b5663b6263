import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RULES } from '../../lab/rehearsal/rules/rules.ts'
import { expectFallback } from '../support/expect-fallback.ts'
import { conditionBlocks, unguardedKeys } from '../support/iam.ts'
import { packageService } from '../support/packaged.ts'

// The CloudFormation template that `npx serverless package` makes of serverless.yml, without an AWS account.

interface Resource {
  Type: string
  DeletionPolicy?: string
  Condition?: string
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation
  Properties: any
}

const PASSWORD_FUNCTIONS =
  /(?<!-passkey)-(login|register|complete-registration|reauthenticate|change-password|complete-password-reset|accept-invitation|admin-create-user|admin-set-password)$/
/** They compute the keys of attempts, failed sign-ins and mails with the pepper, but neither hash nor verify passwords. */
const PEPPER_FUNCTIONS = new RegExp(
  `-(${[
    ...['list-activity', 'admin-list-activity', 'admin-export-user', 'admin-erase-user', 'admin-unlock-user'],
    ...[
      'request-password-reset',
      'request-email-verification',
      'verify-email',
      ...['request-email-change', 'complete-email-change', 'undo-email-change'],
      'admin-send-password-reset',
      'admin-invite-user',
      'request-login-code',
      'complete-login-code',
      ...['start-provider-sign-in', 'provider-callback', 'provider-logout', 'unlink-identity'],
      'send-mail',
      'record-bounces',
    ],
    'issue-token',
    ...['exchange-token', 'revoke-by-provider', 'receive-signals'],
    ...['begin-passkey-login', 'passkey-login', 'add-passkey', 'remove-passkey'],
    ...['second-factor', 'activate-totp', 'remove-totp', 'replace-recovery-codes', 'admin-reset-factors'],
  ].join('|')})$`,
)
/** As docs/security.md says it: CloudFormation resolves it on deployment. */
const ORIGIN_VERIFY_SECRET = '{{resolve:secretsmanager:coatcheck-prod-origin-verify:SecretString}}'
const LAYER = 'arn:aws:lambda:eu-central-1:123456789012:layer:breached:1'
const CANARY = 'canary-of-the-packaging-machine'
let folder: string
let template: string
let resources: [name: string, resource: Resource][]
beforeAll(async () => {
  // Variables that the packaging machine may have set for local use.
  const environment = Object.fromEntries(
    [
      'DYNAMODB_ENDPOINT',
      'PASSWORD_PEPPER',
      'ORIGIN',
      'SESSIONS_TABLE',
      'AWS_ACCESS_KEY_ID',
      'PORT',
      'REGISTRATION',
    ].map((name) => [name, CANARY]),
  )
  folder = await packageService(environment, [
    `originVerifySecret=${ORIGIN_VERIFY_SECRET}`,
    ...['passwordBreachFile=/opt/breached.bin', `passwordBreachLayer=${LAYER}`],
  ])
  template = await readFile(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8')
  resources = Object.entries(JSON.parse(template).Resources)
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type).map(([, resource]) => resource)

describe('the packaged stack', () => {
  test('has five on-demand tables with point-in-time recovery and deletion protection', () => {
    const tables = ofType('AWS::DynamoDB::Table')
    expect(tables.map(({ Properties }) => Properties.TableName).sort()).toEqual([
      'coatcheck-prod-activity',
      'coatcheck-prod-attempts',
      'coatcheck-prod-outbox',
      'coatcheck-prod-sessions',
      'coatcheck-prod-users',
    ])
    for (const { Properties, DeletionPolicy } of tables) {
      expect(DeletionPolicy).toBe('Retain')
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
      })
      const indexes = Properties.GlobalSecondaryIndexes?.map(({ IndexName }: { IndexName: string }) => IndexName)
      expect([indexes, Properties.LocalSecondaryIndexes]).toEqual([
        Properties.TableName.endsWith('activity') ? ['recent'] : undefined,
        undefined,
      ])
      const ttl = Properties.TableName.endsWith('users') ? undefined : { AttributeName: 'expiresAt', Enabled: true }
      expect(Properties.TimeToLiveSpecification).toEqual(ttl)
    }
  })

  test.each(RULES)('keeps the rule $name', ({ check }) => {
    expect(check(JSON.parse(template))).toEqual([])
  })

  test('runs every function on Node 24 and arm64, with the role of its kind', () => {
    const functions = ofType('AWS::Lambda::Function')
    expect(functions.length).toBeGreaterThan(10)
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] })
      const role = resources.find(([name]) => name === Properties.Role['Fn::GetAtt'][0])?.[1]
      expect(role?.Type).toBe('AWS::IAM::Role')
      const isPasswordFunction = PASSWORD_FUNCTIONS.test(Properties.FunctionName)
      expect(Properties.MemorySize).toBe(isPasswordFunction ? 1769 : 512)
      const hasPepper = isPasswordFunction || PEPPER_FUNCTIONS.test(Properties.FunctionName)
      expect('PASSWORD_PEPPER' in Properties.Environment.Variables, Properties.FunctionName).toBe(hasPepper)
    }
  })

  test('gives the layer of breached passwords to the functions that have the path of the file, and to no other', () => {
    const functions = ofType('AWS::Lambda::Function').map(({ Properties }) => Properties)
    const setting = functions.filter(({ Environment }) => 'PASSWORD_BREACH_FILE' in Environment.Variables)
    expect(setting.length).toBe(8)
    for (const { Environment, Layers } of setting)
      expect([Environment.Variables.PASSWORD_BREACH_FILE, Layers]).toEqual(['/opt/breached.bin', [LAYER]])
    expect(functions.filter(({ Layers }) => Layers)).toEqual(setting)
  })

  test('has no role with a wildcard for actions or tables [AZ-09]', () => {
    for (const { Properties } of ofType('AWS::IAM::Role').filter(({ Properties }) => !Properties.ManagedPolicyArns))
      for (const { PolicyDocument } of Properties.Policies ?? [])
        for (const { Action, Resource } of PolicyDocument.Statement) {
          expect(JSON.stringify(Action)).not.toContain('*')
          if (!JSON.stringify(Action).includes('dynamodb')) continue
          const resource = Resource['Fn::GetAtt']?.[1] ?? Resource['Fn::Sub']
          expect(resource).toMatch(/^(Stream)?Arn$|^\$\{ActivityTable\.Arn\}\/index\/recent$/)
        }
  })

  test('lets each function write only its own log group, which is in the template [AZ-09]', () => {
    for (const { Properties } of ofType('AWS::Lambda::Function')) {
      const role = Object.fromEntries(resources)[Properties.Role['Fn::GetAtt'][0]]
      const statements = role?.Properties.Policies.flatMap(
        (policy: typeof role.Properties) => policy.PolicyDocument.Statement,
      )
      const logs = statements.filter(({ Action }: { Action: string[] }) => `${Action}`.includes('logs:'))
      expect(logs).toHaveLength(1)
      const [group, attribute] = logs[0].Resource['Fn::GetAtt']
      expect(attribute).toBe('Arn')
      expect(Object.fromEntries(resources)[group]).toMatchObject({
        Type: 'AWS::Logs::LogGroup',
        Properties: { LogGroupName: `/aws/lambda/${Properties.FunctionName}` },
      })
    }
  })

  test('requires every key that a ForAllValues condition compares by a Null condition [AZ-09]', () => {
    const blocks = conditionBlocks(JSON.parse(template))
    expect(blocks.length).toBeGreaterThan(20)
    for (const block of blocks) expect(unguardedKeys(block), JSON.stringify(block)).toEqual([])
  })

  test('connects finish-sweeps to both streams, to TTL’s deletions alone of one, with a queue for records that fail', () => {
    const streams = ofType('AWS::DynamoDB::Table').map(({ Properties }) => Properties.StreamSpecification)
    expect(streams.filter(Boolean)).toHaveLength(3)
    expect(Object.fromEntries(resources).UsersTable?.Properties.StreamSpecification).toEqual({
      StreamViewType: 'KEYS_ONLY',
    })
    const mappings = ofType('AWS::Lambda::EventSourceMapping').filter(({ Condition }) => !Condition)
    const common = {
      FunctionName: { 'Fn::GetAtt': ['FinishDashsweepsLambdaFunction', 'Arn'] },
      Enabled: true,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 30,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 50,
      MaximumRecordAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FinishSweepsFailures', 'Arn'] } } },
    }
    const ofTtl = {
      eventName: ['REMOVE'],
      userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] },
    }
    expect(mappings.map(({ Properties }) => Properties)).toEqual([
      { ...common, EventSourceArn: { 'Fn::GetAtt': ['UsersTable', 'StreamArn'] } },
      {
        ...common,
        EventSourceArn: { 'Fn::GetAtt': ['SessionsTable', 'StreamArn'] },
        FilterCriteria: { Filters: [{ Pattern: JSON.stringify(ofTtl) }] },
      },
    ])
    for (const mapping of mappings) expect(mapping).toMatchObject({ DependsOn: ['FinishSweepsRole'] }) // or Lambda may not yet read the stream
    const [queue] = ofType('AWS::SQS::Queue')
    expect(queue?.Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 86_400 })
    const alarm = Object.fromEntries(resources).FinishSweepsAlarm
    expect(alarm?.Properties.Dimensions[0].Value['Fn::GetAtt']).toEqual(['FinishSweepsFailures', 'QueueName'])
  })

  test('has publish-events and all that belongs to it only with an event bus', () => {
    const { Conditions } = JSON.parse(template)
    expect(Conditions.HasEvents).toEqual({ 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] }) // packaged without a bus
    const conditional = resources.filter(([, { Condition }]) => Condition?.startsWith('HasEvent'))
    const own = resources.filter(([name]) => /^Publish(Events|Dash)|^Events/.test(name))
    expect(own.map(([name]) => name).sort()).toEqual(conditional.map(([name]) => name).sort())
    expect(own).toHaveLength(8)
    const mappings = own.filter(([, { Type }]) => Type === 'AWS::Lambda::EventSourceMapping')
    expect(mappings.map(([, { Properties }]) => Properties.FilterCriteria.Filters)).toEqual([
      [{ Pattern: '{"eventName":["INSERT","REMOVE"]}' }],
      [{ Pattern: '{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"user#"}]}}}}' }],
    ])
    for (const [, { Properties }] of mappings)
      expect(Properties).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['PublishEventsFailures', 'Arn'] } } },
      })
  })

  test('has the keys of signed tokens, and the rights to use them, only with the parameters of their places', () => {
    const keys = Object.fromEntries(resources.filter(([, { Type }]) => Type === 'AWS::KMS::Key'))
    expect(Object.keys(keys).sort()).toEqual(['TokenKeyA', 'TokenKeyB'])
    const { Conditions } = JSON.parse(template)
    for (const place of ['A', 'B']) {
      expect(keys[`TokenKey${place}`]).toMatchObject({
        Condition: `HasTokenKey${place}`,
        Properties: { KeyUsage: 'SIGN_VERIFY' },
      })
      expect(Conditions[`HasTokenKey${place}`]).toEqual({ 'Fn::Not': [{ 'Fn::Equals': ['none', 'none'] }] })
    }
    const policies = resources.filter(([, { Type }]) => Type === 'AWS::IAM::Policy')
    expect(policies.map(([, { Condition }]) => Condition)).toEqual(
      [...['A', 'B'], ...['A', 'B']].map((each) => `HasTokenKey${each}`),
    )
    const signing = policies.filter(([name]) => name.startsWith('Sign')).map(([, { Properties }]) => Properties)
    for (const { Roles, PolicyDocument } of signing) {
      expect(Roles).toHaveLength(6)
      expect(PolicyDocument.Statement).toMatchObject([
        { Action: ['kms:Sign'], Condition: { StringEquals: { 'kms:MessageType': 'DIGEST' } } },
      ])
    }
    const named = ofType('AWS::Lambda::Function').filter(
      ({ Properties }) => Properties.Environment.Variables.TOKEN_KEYS,
    )
    expect(named).toHaveLength(7) // those that sign, and the one that publishes
    for (const { Properties } of named)
      if (!Properties.FunctionName.endsWith('-token-keys'))
        expect(signing[0]?.Roles).toContainEqual({ Ref: Properties.Role['Fn::GetAtt'][0] })
  })

  test('has the SDK on demand in the authorizer alone, which falls back to it', async () => {
    const zips = (await readdir(join(folder, '.serverless'))).filter((name) => name.endsWith('.zip'))
    const holding: string[] = []
    for (const zip of zips) {
      const files = unzipSync(await readFile(join(folder, '.serverless', zip)))
      if (Object.keys(files).some((path) => path.includes('sdk.'))) holding.push(zip)
      if (zip !== 'authorizer.zip') continue
      expect(Object.keys(files).sort()).toEqual(['functions/authorizer.mjs', 'functions/sdk.mjs'])
      await mkdir(join(folder, 'unpacked/functions'), { recursive: true })
      for (const [path, contents] of Object.entries(files)) await writeFile(join(folder, 'unpacked', path), contents)
    }
    expect(holding).toEqual(['authorizer.zip'])
    await expectFallback(join(folder, 'unpacked/functions/authorizer.mjs'), { isAuthorized: true })
  })

  test('contains no secret and nothing of the packaging machine', () => {
    expect(template).not.toContain(CANARY)
    expect(template).not.toMatch(/localhost|127\.0\.0\.1|DYNAMODB_ENDPOINT/)
    const variables =
      ofType('AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName.endsWith('prod-login'))
        ?.Properties.Environment.Variables ?? {}
    expect(variables.STAGE).toBe('prod')
    expect(variables.ORIGIN_VERIFY_SECRET).toBe(ORIGIN_VERIFY_SECRET)
    expect(variables.PASSWORD_PEPPER['Fn::Sub']).toMatch(/^\{\{resolve:secretsmanager:/)
  })
})
