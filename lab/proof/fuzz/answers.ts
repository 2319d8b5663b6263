import fc from 'fast-check'
import { type WireResponse, withBody } from '../../../tests/support/relay.ts'
import type { Spoiling } from './bench.ts'
import type { Cast, TableNames, TokenName } from './cast.ts'
import { eventOf, samplesOf } from './samples.ts'
import type { Trial } from './trial.ts'
import { json } from './values.ts'
import { marshal } from './wire.ts'

/** A change of a datastore response. Shares are of its length, or of its number of values. */
export type Way =
  | { readonly way: 'cut'; readonly share: number }
  | { readonly way: 'flip'; readonly shares: readonly number[]; readonly bit: number }
  | { readonly way: 'value'; readonly share: number; readonly value: unknown }
  | { readonly way: 'without'; readonly share: number }
  | { readonly way: 'status'; readonly status: number }
  | { readonly way: 'type'; readonly type: string }
  | { readonly way: 'text'; readonly text: string }
  | { readonly way: 'swap'; readonly index: number }
  | { readonly way: 'items' }
  | { readonly way: 'besides'; readonly name: string; readonly value: unknown }
  | { readonly way: 'length'; readonly by: number }

/** Changes the response to the n-th call of a case, or all responses; optionally of one table. */
export interface Mutation {
  readonly nth: number | 'all'
  readonly table?: keyof TableNames
  readonly how: Way
}

const share = fc.double({ min: 0, max: 0.999, noNaN: true })
const REFUSED = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException'

const ways: fc.Arbitrary<Way> = fc.oneof(
  { weight: 3, arbitrary: share.map((share) => ({ way: 'cut' as const, share })) },
  {
    weight: 4,
    arbitrary: fc.record({
      way: fc.constant('flip' as const),
      shares: fc.array(share, { minLength: 1, maxLength: 4 }),
      bit: fc.nat({ max: 7 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ way: fc.constant('value' as const), share, value: json }) },
  { weight: 3, arbitrary: share.map((share) => ({ way: 'without' as const, share })) },
  { weight: 6, arbitrary: fc.nat({ max: 20 }).map((index) => ({ way: 'swap' as const, index })) },
  { weight: 2, arbitrary: fc.constant({ way: 'items' as const }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('', '{}', 'null', '[]', '0', '""', '{"Item":null}', '{"ConsumedCapacity":null}', '<html></html>')
      .map((text) => ({ way: 'text' as const, text })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(REFUSED, 'x#ResourceNotFoundException', 'ValidationException', '', '__proto__')
      .map((type) => ({ way: 'text' as const, text: JSON.stringify({ __type: type, message: 'no', Item: {} }) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(201, 204, 301, 400, 403, 404, 413, 429, 500, 503)
      .map((status) => ({ way: 'status' as const, status })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('text/html', 'application/json', 'application/cbor', '')
      .map((type) => ({ way: 'type' as const, type })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      way: fc.constant('besides' as const),
      name: fc.constantFrom(
        'LastEvaluatedKey',
        'UnprocessedItems',
        'Attributes',
        'Item',
        'Items',
        '__proto__',
        'Count',
      ),
      value: json,
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom(-1, 7).map((by) => ({ way: 'length' as const, by })) },
)

/** Calls of every function that uses the datastore, with changed responses. */
export function answers(cast: Cast): fc.Arbitrary<Trial> {
  const samples = Object.entries(samplesOf(cast)).filter(([name]) => !/^(health|console|no-route)$/.test(name))
  const nth = fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 7 }) }, fc.constant('all' as const))
  const table = fc.constantFrom(undefined, ...(['sessions', 'sessions', 'users', 'users', 'attempts'] as const))
  const as = fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    fc.constantFrom<TokenName[]>('due', 'expired', 'ended', 'doomed', 'disabled', 'wrong', 'old'),
  )
  return fc
    .record({
      route: fc.constantFrom(...samples, ['authorizer', undefined] as const),
      as,
      nth,
      table,
      how: ways,
      isBare: fc.boolean(),
    })
    .map(({ route: [name, known], as, nth, table, how, isBare }): Trial => {
      const sample = known && (isBare ? { ...known, query: {} } : known) // a list or a revoke-all without its query
      const isOwn = sample && (!sample.as || !as)
      const asked = isOwn ? sample : { ...(sample ?? { method: 'GET', path: '/notes' }), as: as ?? ('ben' as const) }
      const mutation = { nth, ...(table ? { table } : {}), how }
      return { given: { name, event: eventOf(cast, name, asked) }, mutation }
    })
}

/** Applies a mutation to the responses of one case. */
export function spoilt({ nth, table, how }: Mutation, cast: Cast): Spoiling {
  let turn = 0
  return ({ call, answer }) => {
    if (table !== undefined && call.table !== cast.tables[table]) return undefined
    if (nth !== 'all' && turn++ !== nth) return undefined
    const others = cast.items.filter(([name]) => name === call.table).map(([, item]) => marshal(item))
    return changed(answer, how, others)
  }
}

function changed(answer: WireResponse, how: Way, others: readonly object[]): WireResponse | undefined {
  const { body } = answer
  switch (how.way) {
    case 'cut':
      return withBody(answer, body.subarray(0, Math.floor(body.length * how.share)))
    case 'flip': {
      const flipped = Buffer.from(body)
      for (const share of how.shares) {
        const at = Math.floor(flipped.length * share)
        flipped[at] = (flipped[at] ?? 0) ^ (1 << how.bit)
      }
      return withBody(answer, flipped)
    }
    case 'text':
      return withBody({ ...answer, status: how.text.includes('__type') ? 400 : 200 }, Buffer.from(how.text))
    case 'status':
      return withBody({ ...answer, status: how.status }, how.status === 204 ? Buffer.alloc(0) : body)
    case 'type':
      return { ...answer, headers: { ...answer.headers, 'content-type': how.type } }
    case 'length':
      return { ...answer, headers: { ...answer.headers, 'content-length': String(Math.max(0, body.length + how.by)) } }
    default: {
      const value = JSON.parse(body.toString())
      const next = changedValue(value, how, others)
      return next === undefined ? undefined : withBody(answer, Buffer.from(JSON.stringify(next)))
    }
  }
}

function changedValue(
  value: Record<string, unknown>,
  how: Exclude<Way, { way: 'cut' | 'flip' | 'text' | 'status' | 'type' | 'length' }>,
  others: readonly object[],
): object | undefined {
  switch (how.way) {
    case 'swap': {
      const other = others[how.index % others.length]
      if (!other || value.__type !== undefined) return undefined
      if (value.Items) return { ...value, Items: others }
      return { ...value, Item: other }
    }
    case 'items': {
      const { Item, Items, ...rest } = value
      return Item ? { ...rest, Items: [Item], Count: 1 } : { ...rest, Item: (Items as object[] | undefined)?.[0] }
    }
    case 'besides':
      return Object.fromEntries([...Object.entries(value), [how.name, how.value]])
    default: {
      const places = [...placesIn(value)]
      const [owner, key] = places[Math.floor(places.length * how.share)] ?? []
      if (!owner || key === undefined) return undefined
      if (how.way === 'without') delete owner[key]
      else owner[key] = how.value
      return value
    }
  }
}

/** Every property and element of a JSON value. */
function* placesIn(value: unknown): Generator<[owner: Record<string, unknown>, key: string]> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    yield [value as Record<string, unknown>, key]
    yield* placesIn(inner)
  }
}
