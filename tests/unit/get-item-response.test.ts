import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseGetItemResponse } from '../../lib/dynamodb/item.ts'
import { anyCharacter } from '../support/any-character.ts'
import { draws } from '../support/draws.ts'

const CONSUMED = { CapacityUnits: 1 }
const answer = (Item?: unknown, ConsumedCapacity: unknown = CONSUMED) => JSON.stringify({ ConsumedCapacity, Item })

let body = ''
const client = new DynamoDBClient({
  region: 'local',
  endpoint: 'http://127.0.0.1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  requestHandler: {
    handle: async () => ({ response: { statusCode: 200, headers: {}, body: Buffer.from(body) } }),
  } as never,
})

/** The SDK's own result for the same response. */
async function ofSdk(text: string) {
  body = text
  return (await client.send(new GetItemCommand({ TableName: 'a', Key: {} }))).Item
}

type Wire =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { B: string }
  | { L: Wire[] }
  | { M: Record<string, Wire> }
const { attribute } = fc.letrec<{ attribute: Wire }>((tie) => ({
  attribute: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: anyCharacter }).map((S) => ({ S: S.toWellFormed() })),
    fc.integer().map((N) => ({ N: String(N) })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.uint8Array({ maxLength: 70 }).map((B) => ({ B: Buffer.from(B).toString('base64') })),
    fc.array(tie('attribute'), { maxLength: 4 }).map((L) => ({ L })),
    fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), tie('attribute'), { maxKeys: 4 }).map((M) => ({ M })),
  ),
}))

describe('a GetItem response', () => {
  test('with the types that Coatcheck writes is parsed exactly as by the SDK', async () => {
    const items = fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), attribute, { maxKeys: 8 })
    await fc.assert(
      fc.asyncProperty(items, async (item) => {
        const text = answer(item)
        expect(parseGetItemResponse(text)).toEqual({ item: await ofSdk(text), units: 1 })
      }),
      { numRuns: draws(100, 200) },
    )
  })

  test('without an item is parsed as no item', () => {
    expect(parseGetItemResponse(answer())).toEqual({ item: undefined, units: 1 })
    expect(parseGetItemResponse(answer({}, {}))).toEqual({ item: {}, units: 0 })
  })

  test.each([
    '',
    '{',
    'null',
    '[]',
    '5',
    '"x"',
    '<html>',
    '{}',
    '{"Item":{}}',
    answer({}, null),
    answer({}, 5),
    answer({}, []),
    answer(null),
    answer([]),
    answer('x'),
    answer(5),
  ])('that is %s is left to the SDK to parse', (text) => {
    expect(parseGetItemResponse(text)).toBeUndefined()
  })

  test.each([
    null,
    'x',
    [],
    {},
    { S: 5 },
    { S: null },
    { N: 5 },
    { BOOL: 'true' },
    { B: 5 },
    { B: 'A' },
    { B: 'AAA' },
    { B: 'A===' },
    { B: 'AAAA=' },
    { B: 'AA-_' },
    { B: ' AAAA' },
    { L: {} },
    { L: 'x' },
    { L: [null] },
    { L: [{ S: 'a' }, { S: 5 }] },
    { M: [] },
    { M: { a: null } },
    { M: { a: { S: 5 } } },
    { SS: ['a'] },
    { SS: [] },
    { NS: ['1'] },
    { NULL: true },
    { X: 'x' },
    { S: 'a', N: '1' },
    { s: 'a' },
  ])('with the attribute %j is left to the SDK to parse', (wrong) => {
    expect(parseGetItemResponse(answer({ fine: { S: 'a' }, wrong }))).toBeUndefined()
  })

  test('with an attribute named __proto__ is left to the SDK to parse', () => {
    expect(parseGetItemResponse('{"ConsumedCapacity":{},"Item":{"__proto__":{"S":"a"}}}')).toBeUndefined()
  })

  test('has binary attributes as Uint8Array', () => {
    const B = parseGetItemResponse(answer({ hash: { B: '/w==' } }))?.item?.hash?.B
    expect(B).toBeInstanceOf(Uint8Array)
    expect([...(B ?? [])]).toEqual([255])
  })
})
