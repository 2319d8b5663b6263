import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import type { Item } from '../../../lib/dynamodb/item.ts'
import { type Cast, keyOf } from './cast.ts'
import { eventOf, samplesOf } from './samples.ts'
import type { Trial } from './trial.ts'
import { text } from './values.ts'

const numbers = fc.oneof(
  fc.constantFrom('0', '-1', '1', '1.5', '1e10', '99999999999', '999999999999', '9'.repeat(38), '1e125', '-1e-130'),
  fc.integer().map(String),
)
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  text.map((S) => ({ S })),
  numbers.map((N) => ({ N })),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map((B) => ({ B: new Uint8Array(B) })),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((B) => ({ B: new Uint8Array(B) })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true as const }),
  fc
    .array(
      fc.oneof(
        text.map((S) => ({ S })),
        numbers.map((N) => ({ N })),
      ),
      { maxLength: 3 },
    )
    .map((L) => ({ L })),
  fc.constantFrom<AttributeValue>(
    { L: [{ S: 'account' }, { S: 'admin:write' }] },
    { SS: ['account', 'admin:write'] },
    { NS: ['1', '2'] },
    { M: {} },
    { M: { S: { S: 'x' } } },
    { L: [{ L: [{ M: { a: { L: [] } } }] }] },
    { S: 'x'.repeat(300_000) },
  ),
)

/** Items whose attributes are missing, of another type or of another item. */
export function items(cast: Cast, attemptKeys: readonly Item[]): fc.Arbitrary<Trial> {
  const samples = samplesOf(cast)
  const now = Math.floor(Date.now() / 1000)
  const counters = attemptKeys.map((key): readonly [string, Item] => [
    cast.tables.attempts,
    {
      ...key,
      taken: { N: '1' },
      windowSeconds: { N: '900' },
      opensAt: { N: String(now + 900) },
      expiresAt: { N: String(now + 9000) },
    },
  ])
  const rows = [...cast.items, ...counters]
  const change = fc.tuple(
    fc.nat({ max: 15 }),
    fc.oneof(
      { weight: 6, arbitrary: value },
      { weight: 2, arbitrary: fc.constant('drop' as const) },
      { weight: 4, arbitrary: fc.nat({ max: 20 }) },
    ),
  )
  const as = fc.constantFrom(undefined, undefined, undefined, 'due', 'expired', 'doomed', 'disabled', 'old')
  const route = fc.constantFrom(...Object.keys(samples), 'authorizer', 'login', 'login', 'get-session', 'introspect')
  return fc
    .record({
      route,
      as,
      row: fc.constantFrom(...rows),
      isBare: fc.boolean(),
      changes: fc.array(change, { minLength: 1, maxLength: 2 }),
    })
    .map(({ route, as, row: [table, row], isBare, changes }): Trial => {
      const others = rows.filter(([name]) => name === table).map(([, item]) => item)
      const item = changes.reduce((before, [index, to]) => changed(before, index, to, others), row)
      const sample = samples[route] ?? { method: 'GET', path: '/notes', as: 'ben' as const }
      const asked = { ...sample, ...(sample.as && as ? { as } : {}), ...(isBare ? { query: {} } : {}) }
      return { given: { name: route, event: eventOf(cast, route, asked) }, stored: [[table, item]] }
    })
}

/** Changes an attribute outside the key: to another value, none, or that of another item. */
function changed(row: Item, index: number, to: AttributeValue | 'drop' | number, others: readonly Item[]): Item {
  const names = Object.keys(row).filter((name) => !(name in keyOf(row)))
  const name = names[index % names.length]
  if (name === undefined) return row
  const { [name]: own, ...rest } = row
  if (to === 'drop') return rest
  const value = typeof to === 'number' ? others[to % others.length]?.[name] : to
  return { ...rest, [name]: value ?? own ?? { NULL: true } }
}
