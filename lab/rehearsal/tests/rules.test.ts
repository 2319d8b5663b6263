import { expect, test } from 'vitest'
import { RULES, violationsOf } from '../rules/rules.ts'
import { smallTemplate } from './small-template.ts'

// biome-ignore lint/suspicious/noExplicitAny: parts of templates
type Part = any
type Breaking = [rule: string, what: string, change: (resources: Record<string, Part>) => void]

const statements = ({ ListRole }: Record<string, Part>): Part[] =>
  ListRole.Properties.Policies[0].PolicyDocument.Statement

/** One change each, and the rule that it breaks. */
const BREAKING: Breaking[] = [
  ['ttl', 'sessions are kept', ({ SessionsTable }) => delete SessionsTable.Properties.TimeToLiveSpecification],
  [
    'ttl',
    'another attribute',
    (all) => (all.SessionsTable.Properties.TimeToLiveSpecification.AttributeName = 'endsAt'),
  ],
  [
    'ttl',
    'users expire',
    (all) => (all.UsersTable.Properties.TimeToLiveSpecification = { AttributeName: 'expiresAt', Enabled: true }),
  ],
  ['recovery', 'off', (all) => delete all.UsersTable.Properties.PointInTimeRecoverySpecification],
  ['deletion-protection', 'off', (all) => (all.UsersTable.Properties.DeletionProtectionEnabled = false)],
  ['deletion-protection', 'deleted with the stack', (all) => delete all.UsersTable.DeletionPolicy],
  ['deletion-protection', 'deleted when replaced', (all) => delete all.UsersTable.UpdateReplacePolicy],
  ['encryption', 'table', (all) => delete all.SessionsTable.Properties.SSESpecification],
  ['encryption', 'queue', (all) => (all.Failures.Properties = {})],
  [
    'stream-of-keys',
    'images',
    (all) => (all.UsersTable.Properties.StreamSpecification.StreamViewType = 'NEW_AND_OLD_IMAGES'),
  ],
  ['no-wildcard-action', 'all of a service', (all) => statements(all)[1].Action.push('dynamodb:*')],
  ['no-wildcard-action', 'a prefix', (all) => (statements(all)[1].Action = 'dynamodb:Get*')],
  ['no-wildcard-action', 'NotAction', (all) => (statements(all)[1].NotAction = ['dynamodb:PutItem'])],
  ['no-wildcard-resource', 'everything', (all) => (statements(all)[1].Resource = '*')],
  [
    'no-wildcard-resource',
    'every table',
    (all) => (statements(all)[1].Resource = { 'Fn::Sub': 'arn:aws:dynamodb:eu-central-1:1:table/*' }),
  ],
  [
    'no-wildcard-resource',
    'every sender',
    (all) => (statements(all)[1].Resource = { 'Fn::Sub': 'arn:aws:ses:eu-central-1:1:identity/*' }),
  ],
  ['guarded-conditions', 'no Null', (all) => delete statements(all)[2].Condition.Null],
  [
    'guarded-conditions',
    'Null of another key',
    (all) => (statements(all)[2].Condition.Null = { 'dynamodb:Select': 'false' }),
  ],
  [
    'own-log-group',
    'that of another',
    (all) => (statements(all)[0].Resource = { 'Fn::GetAtt': ['OtherLogGroup', 'Arn'] }),
  ],
  ['own-log-group', 'none', (all) => statements(all).shift()],
  ['own-role', 'shared', (all) => (all.Second = { ...all.ListLambdaFunction })],
  [
    'secrets-not-literal',
    'pepper',
    (all) => (all.ListLambdaFunction.Properties.Environment.Variables.PASSWORD_PEPPER = 'x'.repeat(64)),
  ],
  [
    'secrets-not-literal',
    'a secret by its name',
    (all) => (all.ListLambdaFunction.Properties.Environment.Variables.STRIPE_API_KEY = 'sk_1'),
  ],
  ['log-retention', 'forever', (all) => delete all.ListLogGroup.Properties.RetentionInDays],
  [
    'log-retention',
    'a group that Lambda creates',
    (all) => (all.ListLambdaFunction.Properties.FunctionName = 'shop-prod-new'),
  ],
  ['arm64', 'x86', (all) => delete all.ListLambdaFunction.Properties.Architectures],
  ['runtime', 'older', (all) => (all.ListLambdaFunction.Properties.Runtime = 'nodejs22.x')],
  ['authorizer-result-ttl', 'default', (all) => delete all.Authorizer.Properties.AuthorizerResultTtlInSeconds],
  [
    'authorizer-result-ttl',
    'REST API',
    (all) =>
      (all.Rest = {
        Type: 'AWS::ApiGateway::Authorizer',
        Properties: { Type: 'REQUEST', AuthorizerResultTtlInSeconds: 300 },
      }),
  ],
  ['json-logs', 'text', (all) => delete all.ListLambdaFunction.Properties.LoggingConfig],
]

test('the template of these tests keeps every rule', () => {
  expect(violationsOf(smallTemplate(), 'own')).toEqual([])
})

test.each(BREAKING)('the rule %s finds a template that breaks it: %s', (rule, _, change) => {
  const template = smallTemplate()
  change(template.Resources)
  const broken = violationsOf(template, 'own').map((violation) => violation.split(':')[0])
  expect(broken).toContain(rule)
})

test('the mails of one sender keep the rules', () => {
  const template = smallTemplate()
  const [, statement] = statements(template.Resources)
  statement.Resource = { 'Fn::Sub': 'arn:aws:ses:eu-central-1:1:identity/*' }
  statement.Condition = { StringEquals: { 'ses:FromAddress': 'auth@example.com' } }
  expect(violationsOf(template, 'own')).toEqual([])
})

test('connections and the authorizer of a WebSocket API keep the rules', () => {
  const template = smallTemplate()
  const [, statement] = statements(template.Resources)
  statement.Resource = { 'Fn::Sub': 'arn:aws:execute-api:eu-central-1:1:a/prod/DELETE/@connections/*' }
  template.Resources.Sockets = { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } }
  template.Resources.Authorizer.Properties = { AuthorizerType: 'REQUEST', ApiId: { Ref: 'Sockets' } }
  expect(violationsOf(template, 'own')).toEqual([])
})

test('every rule has a template that breaks it', () => {
  expect([...new Set(BREAKING.map(([rule]) => rule))].sort()).toEqual(RULES.map(({ name }) => name).sort())
})

test('a service that uses Coatcheck is not held to what Coatcheck alone promises', () => {
  const template = smallTemplate()
  delete template.Resources.ListLambdaFunction.Properties.Architectures
  delete template.Resources.SessionsTable.Properties.PointInTimeRecoverySpecification
  expect(violationsOf(template, 'adopter')).toEqual([expect.stringMatching(/^recovery: SessionsTable /)])
})
