import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { expect, test } from 'vitest'
import { fromSessionItem, toSessionItem } from '../../lib/dynamodb/session-item.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { Scope } from '../../lib/scope.ts'
import { NOW, newSessionId, sampleRow } from '../support/samples.ts'

/** DynamoDB's item size: names and texts in UTF-8, numbers in half their digits, and overhead per list entry. */
const sizeOf = (row: ReturnType<typeof sampleRow>): number =>
  Buffer.byteLength(
    JSON.stringify(toSessionItem(row), (_, value) => (value instanceof Uint8Array ? 'b'.repeat(32) : value)),
  )

const predecessor = () => ({ id: newSessionId(), secretHash: new Uint8Array(32).fill(7), replacedAt: NOW })

test('a session item is below 1 KB in ordinary use and never above one read unit', () => {
  const userAgent =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
  expect(
    sizeOf(sampleRow({ userAgent, label: 'work laptop', scopes: ['account', 'notes:read', 'notes:write'] as Scope[] })),
  ).toBeLessThan(1024)
  const largest = sampleRow({
    userAgent: '☂'.repeat(256),
    label: '😀'.repeat(64),
    scopes: Array.from({ length: 16 }, (_, i) => `${'s'.repeat(62)}${10 + i}`) as Scope[],
    ip: 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255',
    replaced: Array.from({ length: 4 }, predecessor),
  })
  expect(sizeOf(largest)).toBeLessThan(4096)
})

test.each([{}, { narrowed: true as const, label: 'laptop' }, { scopes: [] }, { replaced: [predecessor()] }])(
  'a session row with %o is decoded as it was encoded',
  (changes) => {
    const row = sampleRow(changes)
    expect(fromSessionItem(toSessionItem(row))).toStrictEqual(row)
  },
)

test('a session item names only predecessors that Coatcheck can have written', () => {
  const item = toSessionItem(sampleRow({ replaced: [predecessor(), predecessor()] }))
  const [first, second] = item.replaced?.L ?? []
  for (const name of ['id', 'secretHash', 'replacedAt'])
    for (const wrong of [undefined, { S: 'x' }, { B: new Uint8Array(31) }, { N: '-1' }]) {
      const changed = { M: { ...first?.M, [name]: wrong } } as AttributeValue
      const row = fromSessionItem({ ...item, replaced: { L: [changed, second ?? { NULL: true }, { NULL: true }] } })
      expect(row?.replaced, `${name} ${JSON.stringify(wrong)}`).toHaveLength(1)
    }
  expect(fromSessionItem({ ...item, replaced: { S: 'x' } })).not.toHaveProperty('replaced')
})

test('a session item is narrowed only if its attribute is true', () => {
  const item = toSessionItem(sampleRow())
  expect(item).not.toHaveProperty('narrowed')
  for (const narrowed of [{ BOOL: false }, { S: 'true' }])
    expect(fromSessionItem({ ...item, narrowed })).not.toHaveProperty('narrowed')
})

test.each([
  'userId',
  'sessionId',
  'secretHash',
  'scopes',
  'createdAt',
  'authenticatedAt',
  'lastSeenAt',
  'expiresAt',
  'endsAt',
  'userEpoch',
  'ip',
  'userAgent',
])('a session item without %s, or with another type there, is not decoded', (name) => {
  const item = toSessionItem(sampleRow())
  expect(fromSessionItem(item)).toBeDefined()
  for (const wrong of [
    undefined,
    { S: '' },
    { N: '-1' },
    { N: '1.5' },
    { N: '999999999999999' },
    { BOOL: true },
    { NULL: true as const },
  ]) {
    if ((name === 'ip' || name === 'userAgent') && wrong && 'S' in wrong) continue // may be an empty text
    const changed = Object.fromEntries(
      Object.entries({ ...item, [name]: wrong }).filter(
        (entry): entry is [string, AttributeValue] => entry[1] !== undefined,
      ),
    )
    expect(fromSessionItem(changed), JSON.stringify(wrong)).toBeUndefined()
  }
})

test('an item without a schema version is of version 1, and one of a later version is not misread', () => {
  const item = toSessionItem(sampleRow())
  const { schema, ...first } = item
  expect([schema, fromSessionItem(first)]).toEqual([{ N: '1' }, fromSessionItem(item)])
  expect(() => fromSessionItem({ ...item, schema: { N: '2' } })).toThrow(UnavailableError)
  for (const wrong of [{ S: '1' }, { N: '0' }, { N: '-1' }, { N: '1.5' }])
    expect(fromSessionItem({ ...item, schema: wrong })).toBeUndefined()
})
