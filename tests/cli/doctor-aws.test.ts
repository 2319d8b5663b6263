import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Answers, startRecordedAws } from './aws.ts'
import { coatcheck } from './process.ts'

// `coatcheck doctor` as a process, against a local server with the documented responses of AWS.

const [SESSIONS, USERS, ATTEMPTS] = ['coatcheck-prod-sessions', 'coatcheck-prod-users', 'coatcheck-prod-attempts']
const ACTIVITY = 'coatcheck-prod-activity'
const ENVIRONMENT = {
  STAGE: 'prod',
  ORIGIN: 'https://auth.example.com',
  PASSWORD_PEPPER: 'a pepper of more than thirty-two characters',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
}

async function examine(changes: Answers, environment: Record<string, string> = {}, nodeOptions: string[] = []) {
  const aws = await startRecordedAws(changes)
  onTestFinished(() => aws.close())
  const { code, lines, stderr } = await coatcheck(
    ['doctor'],
    { ...ENVIRONMENT, AWS_ENDPOINT_URL: aws.endpoint, ...environment },
    nodeOptions,
  )
  expect(stderr).toBe('')
  const marked = (mark: string) => lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(6))
  return { code, lines, failed: marked('FAIL '), unknown: marked('? '), ok: marked('ok '), calls: aws.calls }
}

test('doctor prints a line for each check of a healthy stack and exits with 0', async () => {
  const { code, lines } = await examine({})
  expect(lines).toEqual([
    'ok    configuration: stage prod, with a pepper',
    `ok    ${SESSIONS}: exists, key userId, sessionId`,
    `ok    ${SESSIONS}: deletion protection is on`,
    `ok    ${SESSIONS}: in one Region`,
    `ok    ${SESSIONS}: the stream is on, NEW_AND_OLD_IMAGES`,
    `ok    ${SESSIONS}: TTL on expiresAt`,
    `ok    ${SESSIONS}: point-in-time recovery is on`,
    `ok    ${USERS}: exists, key pk`,
    `ok    ${USERS}: deletion protection is on`,
    `ok    ${USERS}: in one Region`,
    `ok    ${USERS}: the stream is on, KEYS_ONLY`,
    `ok    ${USERS}: point-in-time recovery is on`,
    `ok    ${USERS}: checked 0 items: 0 users, 0 pointers`,
    `ok    ${USERS}: every user has a pointer`,
    `ok    ${USERS}: every pointer matches the email of its user`,
    `ok    ${USERS}: no pending sweep`,
    `ok    ${USERS}: every item is readable`,
    `ok    ${ATTEMPTS}: exists, key key`,
    `ok    ${ATTEMPTS}: deletion protection is on`,
    `ok    ${ATTEMPTS}: in one Region`,
    `ok    ${ATTEMPTS}: TTL on expiresAt`,
    `ok    ${ACTIVITY}: exists, key subject, id`,
    `ok    ${ACTIVITY}: deletion protection is on`,
    `ok    ${ACTIVITY}: in one Region`,
    `ok    ${ACTIVITY}: the index recent`,
    `ok    ${ACTIVITY}: TTL on expiresAt`,
    `ok    ${ACTIVITY}: point-in-time recovery is on`,
    '?     origin https://auth.example.com: not checked, because no API has the name prod-coatcheck',
    'ok    HTTP APIs: none of 0 uses coatcheck-prod-authorizer',
    'ok    REST APIs: none of 0 uses coatcheck-prod-authorizer',
    '29 ok, 0 failed, 1 not checked',
  ])
  expect(code).toBe(0)
})

test('doctor looks neither for the activity table nor for the stream of the sessions with ACTIVITY_DAYS=0', async () => {
  const changes = {
    [`DescribeTable ${ACTIVITY}`]: 'absent-dynamodb',
    [`DescribeTable ${SESSIONS}`]: 'describe-table-sessions-no-stream',
  }
  const { code, failed, calls } = await examine(changes, { ACTIVITY_DAYS: '0' })
  expect([code, failed, calls.filter((call) => call.endsWith(ACTIVITY))]).toEqual([0, [], []])
})

describe('doctor reports one failure with a remedy', () => {
  const ttl = `DescribeTimeToLive ${SESSIONS}`
  const turnOn = `update-time-to-live --table-name ${SESSIONS} --time-to-live-specification Enabled=true,AttributeName=expiresAt`
  const cases: [what: string, changes: Answers, seen: string, remedy: string][] = [
    ['TTL that is off', { [ttl]: 'ttl-disabled' }, `${SESSIONS}: TTL is off: expired items remain`, turnOn],
    [
      'TTL that is being enabled',
      { [ttl]: 'ttl-enabling' },
      `${SESSIONS}: TTL is ENABLING`,
      'Run this again in an hour',
    ],
    ['TTL that is being disabled', { [ttl]: 'ttl-disabling' }, `${SESSIONS}: TTL is DISABLING`, turnOn],
    [
      'TTL on another attribute',
      { [ttl]: 'ttl-other-attribute' },
      `${SESSIONS}: TTL uses the attribute endsAt instead of expiresAt`,
      'Enabled=false,AttributeName=endsAt',
    ],
    [
      'point-in-time recovery that is off',
      { [`DescribeContinuousBackups ${USERS}`]: 'backups-off' },
      `${USERS}: point-in-time recovery is off`,
      `update-continuous-backups --table-name ${USERS} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
    ],
    [
      'deletion protection that is off',
      { [`DescribeTable ${SESSIONS}`]: 'describe-table-unprotected' },
      `${SESSIONS}: deletion protection is off`,
      `update-table --table-name ${SESSIONS} --deletion-protection-enabled`,
    ],
    [
      'a stream that is off',
      { [`DescribeTable ${USERS}`]: 'describe-table-users-no-stream' },
      `${USERS}: the stream is off: an interrupted revocation of all sessions`,
      `update-table --table-name ${USERS} --stream-specification StreamEnabled=true,StreamViewType=KEYS_ONLY`,
    ],
    [
      'a stream with whole items',
      { [`DescribeTable ${USERS}`]: 'describe-table-users-images' },
      `${USERS}: the stream carries NEW_AND_OLD_IMAGES, which includes password hashes`,
      'KEYS_ONLY, and deploy again',
    ],
    [
      'a stream of the sessions that is off',
      { [`DescribeTable ${SESSIONS}`]: 'describe-table-sessions-no-stream' },
      `${SESSIONS}: the stream is off: timeouts of sessions are not recorded`,
      `update-table --table-name ${SESSIONS} --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES`,
    ],
    [
      'a stream of the sessions with keys only',
      { [`DescribeTable ${SESSIONS}`]: 'describe-table-sessions-keys' },
      `${SESSIONS}: the stream carries KEYS_ONLY, from which neither timeouts nor events`,
      'on again with NEW_AND_OLD_IMAGES',
    ],
    [
      'a missing activity table',
      { [`DescribeTable ${ACTIVITY}`]: 'absent-dynamodb' },
      `${ACTIVITY}: does not exist in eu-central-1`,
      'ACTIVITY_TABLE',
    ],
    [
      'an activity table without its index',
      { [`DescribeTable ${ACTIVITY}`]: 'describe-table-activity-no-index' },
      `${ACTIVITY}: there is no index recent`,
      'Deploy the service',
    ],
    [
      'an activity table with another index',
      { [`DescribeTable ${ACTIVITY}`]: 'describe-table-activity-keys-index' },
      `${ACTIVITY}: the index recent has the key shard HASH, id RANGE and the projection KEYS_ONLY`,
      'An index cannot be changed',
    ],
    [
      'an index that is being created',
      { [`DescribeTable ${ACTIVITY}`]: 'describe-table-activity-new-index' },
      `${ACTIVITY}: the index recent is CREATING`,
      'Wait until it is ACTIVE',
    ],
    [
      'TTL of the activity table that is off',
      { [`DescribeTimeToLive ${ACTIVITY}`]: 'ttl-disabled' },
      `${ACTIVITY}: TTL is off: expired items remain`,
      `update-time-to-live --table-name ${ACTIVITY}`,
    ],
    [
      'TTL of the attempts table that is off',
      { [`DescribeTimeToLive ${ATTEMPTS}`]: 'ttl-disabled' },
      `${ATTEMPTS}: TTL is off: expired items remain`,
      `update-time-to-live --table-name ${ATTEMPTS}`,
    ],
    [
      'a missing attempts table',
      { [`DescribeTable ${ATTEMPTS}`]: 'absent-dynamodb' },
      `${ATTEMPTS}: does not exist in eu-central-1`,
      'ATTEMPTS_TABLE',
    ],
    [
      'a table with another key',
      { [`DescribeTable ${SESSIONS}`]: 'describe-table-other-key' },
      `${SESSIONS}: the key is sessionId S HASH instead of`,
      'SESSIONS_TABLE',
    ],
    [
      'a table that is being created',
      { [`DescribeTable ${SESSIONS}`]: 'describe-table-creating' },
      'the status is CREATING',
      'ACTIVE',
    ],
    [
      'a missing users table',
      { [`DescribeTable ${USERS}`]: 'absent-dynamodb' },
      `${USERS}: does not exist in eu-central-1`,
      'npx serverless deploy --stage prod',
    ],
    [
      'replicas in which the last writer wins',
      { [`DescribeTable ${SESSIONS}`]: 'describe-table-last-writer-wins' },
      `${SESSIONS}: replicas in eu-west-1, eu-west-2 in which the last writer wins`,
      'MultiRegionConsistency STRONG',
    ],
    [
      'a global table of version 2017.11.29',
      { [`DescribeTable ${USERS}`]: 'describe-table-2017' },
      `${USERS}: replicas in other Regions in which the last writer wins`,
      'MultiRegionConsistency STRONG',
    ],
    [
      'a call that fails permanently',
      { [ttl]: 'failing' },
      `${SESSIONS}: TTL: the check failed (InternalServerError`,
      'run this again',
    ],
    [
      'a scan that fails halfway',
      { [`Scan ${USERS}`]: ['scan-first-page', 'failing'], [`BatchGetItem ${USERS}`]: 'batch-pointer' },
      `${USERS}: users, after 1 item: the check failed (InternalServerError`,
      'run this again',
    ],
  ]
  test.each(cases)('for %s', async (_, changes, seen, remedy) => {
    const { code, failed } = await examine(changes)
    expect(failed).toHaveLength(1)
    expect(failed[0]?.split(' → ')).toEqual([expect.stringContaining(seen), expect.stringContaining(remedy)])
    expect(code).toBe(1)
  })
})

test('doctor accepts a strongly consistent global table without TTL', async () => {
  const { code, ok, failed, calls } = await examine({
    [`DescribeTable ${SESSIONS}`]: 'describe-table-strong',
    [`DescribeTimeToLive ${SESSIONS}`]: 'ttl-disabled',
  })
  expect([code, failed]).toEqual([0, []])
  expect(ok).toContain(`${SESSIONS}: replicas in eu-west-1, eu-west-2, strongly consistent`)
  expect(ok).toContain(
    `${SESSIONS}: no TTL, which a strongly consistent global table cannot have: a login deletes sessions of its user that expired more than two days ago`,
  )
  expect(calls).toContain(`DescribeTable ${USERS}`)
})

test('doctor scans to the last page and retries unprocessed keys', async () => {
  const { code, ok, calls } = await examine({
    [`Scan ${USERS}`]: ['scan-first-page', 'scan-last-page'],
    [`BatchGetItem ${USERS}`]: ['batch-unprocessed', 'batch-pointer', 'batch-user'],
  })
  expect(ok).toContain(`${USERS}: checked 2 items: 1 user, 1 pointer`)
  expect(ok).toContain(`${USERS}: every user has a pointer`)
  expect(calls.filter((call) => call.endsWith(USERS)).slice(2)).toEqual(
    ['Scan', 'BatchGetItem', 'BatchGetItem', 'Scan', 'BatchGetItem'].map((operation) => `${operation} ${USERS}`),
  )
  expect(code).toBe(0)
})

describe('doctor on authorizers', () => {
  const HTTP = { 'GET /v2/apis': 'http-apis', 'GET /v2/apis from page-2': 'http-apis-page-2' }
  const REST = { 'GET /restapis': 'rest-apis', 'GET /restapis from page-2': 'rest-apis-page-2' }
  const http = (id: string) => `GET /v2/apis/${id}/authorizers`
  const rest = (id: string) => `GET /restapis/${id}/authorizers`

  test('accepts authorizers that do not cache, and those of WebSocket APIs', async () => {
    const { code, ok, failed } = await examine({
      ...HTTP,
      ...REST,
      [http('h1')]: 'http-authorizers-0',
      [http('h2')]: 'http-authorizers-0',
      [http('w1')]: 'http-authorizers-websocket',
      [rest('r1')]: 'rest-authorizers-0',
      [rest('r2')]: 'rest-authorizers-0',
    })
    expect([code, failed]).toEqual([0, []])
    expect(ok.slice(-5)).toEqual([
      'HTTP API "orders": authorizer "coatcheck" does not cache results',
      'HTTP API "notes": authorizer "coatcheck" does not cache results',
      'WebSocket API "orders-socket": authorizer "coatcheck": a WebSocket API does not cache results',
      'REST API "billing": authorizer "coatcheck" does not cache results',
      'REST API "reports": authorizer "coatcheck" does not cache results',
    ])
  })

  test('reports authorizers that cache results or have no result TTL', async () => {
    const { code, failed } = await examine({
      ...HTTP,
      ...REST,
      [http('h1')]: 'http-authorizers-300',
      [http('h2')]: 'http-authorizers-absent',
      [http('w1')]: 'http-authorizers-others',
      [rest('r1')]: 'rest-authorizers-300',
      [rest('r2')]: 'rest-authorizers-absent',
    })
    const kept = 'authorizer "coatcheck" caches results for 300 s: a revoked session may be accepted that long'
    const set = 'Set `resultTtlInSeconds: 0` in its serverless.yml and deploy, or'
    const byHttp = 'aws apigatewayv2 update-authorizer --api-id'
    const byRest = 'aws apigateway update-authorizer --rest-api-id'
    const patch = '--patch-operations op=replace,path=/authorizerResultTtlInSeconds,value=0'
    expect(failed).toEqual([
      `HTTP API "orders": ${kept} → ${set} \`${byHttp} h1 --authorizer-id a1 --authorizer-result-ttl-in-seconds 0\`.`,
      `HTTP API "notes": authorizer "coatcheck" has no result TTL: a revoked session may be accepted that long → ${set} \`${byHttp} h2 --authorizer-id a1 --authorizer-result-ttl-in-seconds 0\`.`,
      `REST API "billing": ${kept} → ${set} \`${byRest} r1 --authorizer-id a1 ${patch}\` and deploy its stages.`,
      `REST API "reports": ${kept} → ${set} \`${byRest} r2 --authorizer-id a1 ${patch}\` and deploy its stages.`,
    ])
    expect(code).toBe(1)
  })

  test('ignores authorizers of other functions', async () => {
    const others = 'http-authorizers-others'
    const { code, ok } = await examine({ ...HTTP, [http('h1')]: others, [http('h2')]: others, [http('w1')]: others })
    expect(ok).toContain('HTTP APIs: none of 3 uses coatcheck-prod-authorizer')
    expect(code).toBe(0)
  })

  test('checks the authorizer of the stage that is named', async () => {
    const { failed } = await examine(
      {
        'GET /v2/apis': 'http-apis-page-2',
        [http('h2')]: 'http-authorizers-others',
        [http('w1')]: 'http-authorizers-others',
        ...Object.fromEntries(
          ['sessions', 'users', 'attempts', 'activity'].flatMap((role) => [
            [`DescribeTable coatcheck-dev-${role}`, `describe-table-${role}`],
            [`DescribeContinuousBackups coatcheck-dev-${role}`, 'backups-on'],
            [`DescribeTimeToLive coatcheck-dev-${role}`, 'ttl-enabled'],
          ]),
        ),
        'Scan coatcheck-dev-users': 'scan-empty',
      },
      { STAGE: 'dev' },
    )
    expect(failed).toEqual([
      expect.stringContaining('HTTP API "notes": authorizer "coatcheck" caches results for 300 s'),
    ])
  })

  test('checks the other APIs if one is deleted meanwhile or access is denied', async () => {
    const { code, failed, unknown, ok } = await examine({
      ...HTTP,
      [http('h1')]: 'denied-api-gateway',
      [http('h2')]: 'gone-api-gateway',
      [http('w1')]: 'http-authorizers-websocket',
    })
    expect([code, failed]).toEqual([0, []])
    expect(unknown.slice(1)).toEqual([
      'HTTP API "orders": authorizers: not checked, because these credentials lack apigateway:GET',
    ])
    expect(ok.join()).toContain('WebSocket API "orders-socket"')
  })

  test('reports one failure if the authorizers cannot be listed', async () => {
    const { code, failed } = await examine({ ...HTTP, [http('h1')]: 'failing' })
    expect(failed).toEqual([
      expect.stringMatching(/^HTTP APIs: authorizers: the check failed \(.* → Correct the cause and run this again/),
    ])
    expect(code).toBe(1)
  })

  test('names the missing SDK package', async () => {
    const hide = `import { registerHooks } from 'node:module'
      registerHooks({ resolve(name, context, next) {
        return next(name.startsWith('@aws-sdk/client-api') ? name + '-hidden' : name, context)
      } })`
    const { code, unknown } = await examine({}, {}, ['--import', `data:text/javascript,${encodeURIComponent(hide)}`])
    expect(unknown).toEqual([
      expect.stringMatching(/^origin \S+: @aws-sdk\/client-apigatewayv2\S* is not installed/),
      expect.stringMatching(
        /^HTTP APIs: authorizers: @aws-sdk\/client-apigatewayv2\S* is not installed \(`npm install/,
      ),
      expect.stringMatching(/^REST APIs: authorizers: @aws-sdk\/client-api-gateway\S* is not installed \(`npm install/),
    ])
    expect(code).toBe(0)
  })
})

test('doctor reports an authorizer that refuses every request, and names the one source that another one requires', async () => {
  const { failed, ok } = await examine({
    'GET /v2/apis': 'http-apis-page-2',
    'GET /v2/apis/h2/authorizers': 'http-authorizers-misfit',
    'GET /v2/apis/w1/authorizers': 'http-authorizers-others',
  })
  expect(failed).toEqual([
    'HTTP API "notes": authorizer "coatcheck" has payload 2.0 without simple responses: API Gateway understands no answer and refuses every request with 500 → Set `enableSimpleResponses: true` in its serverless.yml and deploy, or `aws apigatewayv2 update-authorizer --api-id h2 --authorizer-id a1 --enable-simple-responses`.',
    'HTTP API "notes": authorizer "coatcheck" requires $request.header.Cookie and $request.header.Authorization: a request has a cookie or a bearer token, so every request is refused with 401 → Remove `identitySource` from its serverless.yml and deploy: without a result TTL none is needed.',
  ])
  expect(ok).toContain(
    'HTTP API "notes": authorizer "bearer" is asked only for requests with $request.header.Authorization; others get 401',
  )
})

describe('doctor on the origin', () => {
  const apis = {
    'GET /v2/apis': 'http-apis-coatcheck',
    'GET /v2/apis/c1/authorizers': 'http-authorizers-others',
    'GET /v2/apis/h1/authorizers': 'http-authorizers-others',
  }
  const mappings = 'GET /v2/domainnames/auth.example.com/apimappings'

  test('lists the APIs that the cookie reaches', async () => {
    const { code, ok } = await examine(apis)
    expect(ok).toContain('origin https://auth.example.com: the cookie reaches / prod-coatcheck, /api orders')
    expect(code).toBe(0)
  })

  test('reports a domain that does not lead to Coatcheck', async () => {
    const { failed } = await examine({ ...apis, [mappings]: 'api-mappings-others' })
    expect(failed).toEqual([
      "origin https://auth.example.com: no API mapping of auth.example.com leads to prod-coatcheck → `aws apigatewayv2 create-api-mapping --domain-name auth.example.com --api-id c1 --stage '$default'`, or correct ORIGIN.",
    ])
  })

  test('checks no host that is no custom domain of the Region', async () => {
    const { unknown } = await examine({ ...apis, [mappings]: 'gone-api-gateway' })
    expect(unknown).toEqual([
      'origin https://auth.example.com: no custom domain of this Region: not checked, such as behind CloudFront or another proxy',
    ])
  })

  test('accepts the address of an API of the Region, and reports another', async () => {
    const address = (id: string) => ({ ORIGIN: `https://${id}.execute-api.eu-central-1.amazonaws.com` })
    const own = await examine(apis, address('c1'))
    expect(own.ok).toContain(
      `origin ${address('c1').ORIGIN}: the address of the API "prod-coatcheck": no other API gets the cookie`,
    )
    const { failed } = await examine(apis, address('x9'))
    expect(failed).toEqual([expect.stringContaining('this Region has no API x9 → Correct ORIGIN')])
  })
})

describe('doctor with credentials', () => {
  test('without any permission reports neither success nor failure', async () => {
    const denied = 'denied-dynamodb'
    const { code, ok, unknown } = await examine({
      [`DescribeTable ${SESSIONS}`]: denied,
      [`DescribeTable ${USERS}`]: denied,
      [`DescribeTimeToLive ${SESSIONS}`]: denied,
      [`DescribeContinuousBackups ${SESSIONS}`]: denied,
      [`DescribeContinuousBackups ${USERS}`]: denied,
      [`Scan ${USERS}`]: denied,
      [`DescribeTable ${ATTEMPTS}`]: denied,
      [`DescribeTimeToLive ${ATTEMPTS}`]: denied,
      [`DescribeTable ${ACTIVITY}`]: denied,
      [`DescribeTimeToLive ${ACTIVITY}`]: denied,
      [`DescribeContinuousBackups ${ACTIVITY}`]: denied,
      'GET /v2/apis': 'denied-api-gateway',
      'GET /restapis': 'denied-api-gateway',
    })
    const lack = 'not checked, because these credentials lack'
    expect(unknown).toEqual([
      `${SESSIONS}: key, deletion protection, replicas, stream: ${lack} dynamodb:DescribeTable`,
      `${SESSIONS}: TTL: ${lack} dynamodb:DescribeTimeToLive`,
      `${SESSIONS}: point-in-time recovery: ${lack} dynamodb:DescribeContinuousBackups`,
      `${USERS}: key, deletion protection, replicas, stream: ${lack} dynamodb:DescribeTable`,
      `${USERS}: point-in-time recovery: ${lack} dynamodb:DescribeContinuousBackups`,
      `${USERS}: users, after 0 items: ${lack} dynamodb:Scan or dynamodb:BatchGetItem`,
      `${ATTEMPTS}: key, deletion protection, replicas: ${lack} dynamodb:DescribeTable`,
      `${ATTEMPTS}: TTL: ${lack} dynamodb:DescribeTimeToLive`,
      `${ACTIVITY}: key, deletion protection, replicas, index: ${lack} dynamodb:DescribeTable`,
      `${ACTIVITY}: TTL: ${lack} dynamodb:DescribeTimeToLive`,
      `${ACTIVITY}: point-in-time recovery: ${lack} dynamodb:DescribeContinuousBackups`,
      `origin https://auth.example.com: domain and mappings: ${lack} apigateway:GET`,
      `HTTP APIs: authorizers: ${lack} apigateway:GET`,
      `REST APIs: authorizers: ${lack} apigateway:GET`,
    ])
    expect(ok).toEqual(['configuration: stage prod, with a pepper'])
    expect(code).toBe(0)
  })

  test('that have expired reports one failure', async () => {
    const { code, failed, calls } = await examine({ [`DescribeTable ${SESSIONS}`]: 'expired-token' })
    expect(failed).toEqual([
      expect.stringMatching(
        /^DynamoDB in eu-central-1: rejected the credentials or found none \(ExpiredToken.* → Sign in/,
      ),
    ])
    expect(new Set(calls)).toEqual(new Set([`DescribeTable ${SESSIONS}`]))
    expect(code).toBe(1)
  })

  test('or a Region missing or misspelt exits with 2', async () => {
    const { AWS_REGION: _, ...withoutRegion } = ENVIRONMENT
    const cases: [Record<string, string>, string[], RegExp][] = [
      [
        { ...ENVIRONMENT, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
        [],
        /no usable AWS credentials .* Sign in /,
      ],
      [withoutRegion, [], /^The Region is not set, .* Give --region, or set AWS_REGION\.$/m],
      [ENVIRONMENT, ['--region', 'eu central'], /"eu central" is not a valid hostname component/],
    ]
    for (const [environment, args, why] of cases) {
      const { code, stderr } = await coatcheck(['doctor', ...args], environment)
      expect([code, stderr]).toEqual([2, expect.stringMatching(why)])
    }
  })
})

test('doctor reports a missing or short pepper of a deployed stage without printing it', async () => {
  const { code, failed, ok } = await examine({}, { PASSWORD_PEPPER: '' })
  expect(failed).toEqual([
    expect.stringMatching(/^configuration: `PASSWORD_PEPPER`: required.* → .*coatcheck-prod-login.*length\(/),
  ])
  expect(ok).toHaveLength(28)
  expect(code).toBe(1)
  const short = await examine({}, { PASSWORD_PEPPER: 'too short to be any' })
  expect(short.failed).toHaveLength(1)
  expect(short.lines.join()).not.toContain('too short to be any')
})

test('doctor --region overrides the environment', async () => {
  const aws = await startRecordedAws({ [`DescribeTable ${USERS}`]: 'absent-dynamodb' })
  onTestFinished(() => aws.close())
  const { lines } = await coatcheck(['doctor', '--region', 'eu-west-3'], {
    ...ENVIRONMENT,
    AWS_ENDPOINT_URL: aws.endpoint,
  })
  expect(lines.join()).toContain(`${USERS}: does not exist in eu-west-3`)
})

test('every recorded response is used and names its source', async () => {
  const files = ['cli/doctor-aws.test.ts', 'cli/aws.ts', 'support/stream.ts', 'support/session-stream.ts']
  const tests = await Promise.all(files.map((file) => readFile(`tests/${file}`, 'utf8')))
  for (const file of await readdir('tests/fixtures/aws')) {
    const { source } = JSON.parse(await readFile(`tests/fixtures/aws/${file}`, 'utf8'))
    for (const page of [source].flat()) expect(page, file).toMatch(/^docs\.aws\.amazon\.com\//)
    expect(tests.join(), file).toMatch(new RegExp(`['/]${file.replace('.json', '')}['.]`))
  }
})
