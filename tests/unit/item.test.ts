import { expect, test } from 'vitest'
import { hasWellFormedItems } from '../../lib/dynamodb/item.ts'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import { toUserItem } from '../../lib/dynamodb/user-item.ts'
import { sampleRow, sampleUser } from '../support/samples.ts'

const item = toSessionItem(sampleRow())
const key = { pk: { S: 'a' } }

test.each<object>([
  {},
  { ConsumedCapacity: 7 },
  { Item: item },
  { Item: {} },
  { Attributes: toUserItem(sampleUser()) },
  { Item: { ttl: { NULL: true }, set: { SS: ['a'] } } },
  { Items: [] },
  { Items: [item, item], LastEvaluatedKey: key },
  { Responses: {} },
  { Responses: { users: [item], others: [] }, UnprocessedKeys: {} },
  { UnprocessedKeys: { users: { Keys: [key] } } },
  { UnprocessedItems: { sessions: [{ DeleteRequest: { Key: key } }] } },
])('hasWellFormedItems accepts %o', (answer) => {
  expect(hasWellFormedItems(answer)).toBe(true)
})

const notObjects = [null, 7, 'text', true, [], [item]]
const notItems = [
  ...notObjects,
  ...[null, 7, 'text', []].map((a) => ({ a })),
  ...[null, 7, {}, ['a']].flatMap((text) => [{ a: { S: text } }, { a: { N: text } }]),
  ...[null, 'AAAA', {}, [7]].map((B) => ({ a: { B } })),
  ...[null, 'true', 1].map((BOOL) => ({ a: { BOOL } })),
  ...[null, 'a', {}, [null], ['a'], [{ S: 7 }], [{ S: 'a' }, { N: 1 }]].map((L) => ({ a: { L } })),
  { good: { S: 'a' }, bad: { S: 7 } },
]
test.each<[where: string, answers: object[]]>([
  ['Item', notItems.map((Item) => ({ Item }))],
  ['Attributes', notItems.map((Attributes) => ({ Attributes }))],
  ['LastEvaluatedKey', notItems.map((LastEvaluatedKey) => ({ LastEvaluatedKey }))],
  [
    'Items',
    [...[null, 7, 'text', {}, item].map((Items) => ({ Items })), ...notItems.map((one) => ({ Items: [item, one] }))],
  ],
  [
    'Responses',
    [
      ...notObjects.map((Responses) => ({ Responses })),
      ...[null, 7, {}, item].map((users) => ({ Responses: { users } })),
      ...notItems.map((one) => ({ Responses: { others: [], users: [item, one] } })),
    ],
  ],
  [
    'UnprocessedKeys',
    [
      ...notObjects.map((UnprocessedKeys) => ({ UnprocessedKeys })),
      ...[...notObjects, {}, { Keys: null }, { Keys: key }].map((users) => ({ UnprocessedKeys: { users } })),
      ...notItems.map((one) => ({ UnprocessedKeys: { users: { Keys: [key, one] } } })),
    ],
  ],
  [
    'UnprocessedItems',
    [
      ...notObjects.map((UnprocessedItems) => ({ UnprocessedItems })),
      ...[null, 7, {}].map((sessions) => ({ UnprocessedItems: { sessions } })),
      ...notObjects.map((one) => ({ UnprocessedItems: { sessions: [{}, one] } })),
    ],
  ],
])('hasWellFormedItems refuses malformed values of %s', (_, answers) => {
  for (const answer of answers) expect(hasWellFormedItems(answer), JSON.stringify(answer)).toBe(false)
})
