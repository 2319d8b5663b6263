import { expect, test } from 'vitest'
import { contextOf } from '../../../tests/support/iam.ts'
import { authorizationRequests } from '../rights/condition-keys.ts'

const KEYS = new Map([
  ['users', 'pk'],
  ['orders', 'shop'],
])
const key = { pk: { S: 'user#1' } }
const requestsOf = (operation: string, input: object) =>
  authorizationRequests(operation, input as Parameters<typeof authorizationRequests>[1], KEYS)

test.each<[string, object, Record<string, string | string[]>]>([
  ['GetItem', { Key: key }, { 'dynamodb:LeadingKeys': ['user#1'], 'dynamodb:Select': 'ALL_ATTRIBUTES' }],
  [
    'GetItem',
    { Key: key, ProjectionExpression: 'pk, #s', ExpressionAttributeNames: { '#s': 'status' } },
    {
      'dynamodb:Attributes': ['pk', 'status'],
      'dynamodb:LeadingKeys': ['user#1'],
      'dynamodb:Select': 'SPECIFIC_ATTRIBUTES',
    },
  ],
  [
    'UpdateItem',
    {
      Key: key,
      UpdateExpression: 'SET epoch = if_not_exists(epoch, :zero) + :one REMOVE a.b[0] ADD total :x',
      ConditionExpression: 'attribute_exists(pk) AND NOT contains(tags, :t) AND seen BETWEEN :a AND :b',
      ReturnValues: 'ALL_OLD',
    },
    {
      'dynamodb:Attributes': ['a', 'epoch', 'pk', 'seen', 'tags', 'total'],
      'dynamodb:LeadingKeys': ['user#1'],
      'dynamodb:ReturnValues': 'ALL_OLD',
    },
  ],
  [
    'PutItem',
    { Item: { ...key, note: { S: 'n' } } },
    { 'dynamodb:Attributes': ['note', 'pk'], 'dynamodb:LeadingKeys': ['user#1'], 'dynamodb:ReturnValues': 'NONE' },
  ],
  [
    'Query',
    {
      KeyConditionExpression: '#p = :p AND begins_with(sk, :s)',
      ExpressionAttributeNames: { '#p': 'pk' },
      ExpressionAttributeValues: { ':p': { S: 'user#2' } },
    },
    { 'dynamodb:LeadingKeys': ['user#2'], 'dynamodb:Select': 'ALL_ATTRIBUTES' },
  ],
  ['Scan', { Select: 'COUNT' }, { 'dynamodb:Select': 'COUNT' }],
])('%s %j', (operation, input, context) => {
  const [request] = requestsOf(operation, { TableName: 'users', ...input })
  expect(request).toMatchObject({ action: `dynamodb:${operation}`, table: 'users', context })
  expect(request?.context).toEqual(context)
})

test('a batch is decided for each table, a transaction for each element, an index by its own resource', () => {
  const put = { PutRequest: { Item: { shop: { S: '1' } } } }
  const batch = requestsOf('BatchWriteItem', {
    RequestItems: { users: [{ DeleteRequest: { Key: key } }], orders: [put] },
  })
  expect(batch.map(({ table, context }) => [table, context])).toEqual([
    ['users', { 'dynamodb:Attributes': ['pk'], 'dynamodb:LeadingKeys': ['user#1'] }],
    ['orders', { 'dynamodb:Attributes': ['shop'], 'dynamodb:LeadingKeys': ['1'] }],
  ])
  const transaction = requestsOf('TransactWriteItems', {
    TransactItems: [{ Put: { TableName: 'users', Item: key } }, { ConditionCheck: { TableName: 'users', Key: key } }],
  })
  expect(transaction.map(({ action }) => action)).toEqual(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'])
  expect(transaction[0]?.context['dynamodb:EnclosingOperation']).toBe('TransactWriteItems')
  const [indexed] = requestsOf('Query', { TableName: 'orders', IndexName: 'byDate' })
  expect(indexed?.resource).toMatch(/:table\/orders\/index\/byDate$/)
})

test('a mail is decided for its sender and its configuration set', () => {
  const requests = requestsOf('SendEmail', {
    FromEmailAddress: '"Example, Inc." <auth@example.com>',
    ConfigurationSetName: 'mails',
    Destination: { ToAddresses: ['ada@example.com'] },
  })
  expect(requests.map(({ resource }) => resource.split(':').at(-1))).toEqual([
    'identity/auth@example.com',
    'configuration-set/mails',
  ])
  const context = { 'ses:FromAddress': 'auth@example.com', 'ses:FromDisplayName': 'Example, Inc.' }
  expect(requests[0]).toMatchObject({ action: 'ses:SendEmail', context })
})

test('a signature is decided for its key and for what is signed', () => {
  const [request] = requestsOf('Sign', { KeyId: '1', MessageType: 'DIGEST', SigningAlgorithm: 'ECDSA_SHA_256' })
  const context = { 'kms:MessageType': 'DIGEST', 'kms:SigningAlgorithm': 'ECDSA_SHA_256' }
  expect(request).toMatchObject({ action: 'kms:Sign', context })
  expect(request?.resource).toMatch(/:kms:.*:key\/1$/)
  expect(requestsOf('GetPublicKey', { KeyId: '1' })[0]?.context).toEqual({})
})

test('an operation whose rights are unknown is an error', () => {
  expect(() => requestsOf('ExecuteStatement', { Statement: 'SELECT' })).toThrow('which rights ExecuteStatement needs')
})

// tests/support/iam.ts derives the same keys for Coatcheck's own calls.
test.each<[string, object]>([
  ['GetItem', { Key: key, ProjectionExpression: 'pk, epoch' }],
  ['PutItem', { Item: { ...key, userId: { S: '1' } }, ConditionExpression: 'attribute_not_exists(pk)' }],
  ['UpdateItem', { Key: key, UpdateExpression: 'SET epoch = :e', ConditionExpression: 'changeId = :c' }],
  ['DeleteItem', { Key: key, ConditionExpression: 'changeId = :c' }],
  ['Scan', { ProjectionExpression: 'pk, userId', Select: 'SPECIFIC_ATTRIBUTES' }],
])('both derivations of the condition keys agree on %s', (operation, input) => {
  const [request] = requestsOf(operation, { TableName: 'users', ...input })
  const other = Object.entries(contextOf(operation, input)).filter(([, value]) => value !== undefined)
  const ours = Object.entries(request?.context ?? {}).map(([name, value]) => [name, [value].flat()])
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(other))
})
