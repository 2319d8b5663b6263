import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda'
import { describe, expect, test } from 'vitest'
import { type DeliveryOptions, deliver, type Invoke, type Placed } from '../../local/streams/deliver.ts'
import { compileFilter } from '../../local/streams/filter.ts'
import { readStreamMapping, type StreamMapping } from '../../local/streams/mapping.ts'

// How records reach a function: batches, retries, halves, limits and what is given up.

const fail = (reason: string) => new Error(reason)
const arn = { 'Fn::GetAtt': ['Users', 'StreamArn'] }
const mappingOf = (settings: object = {}) =>
  readStreamMapping({ stream: { type: 'dynamodb', arn, ...settings } }, fail) as StreamMapping

const record = (n: number, fields: Partial<DynamoDBRecord> = {}): DynamoDBRecord => ({
  eventName: 'INSERT',
  ...fields,
  dynamodb: { SequenceNumber: String(n).padStart(5, '0'), ApproximateCreationDateTime: Date.now() / 1000 },
})
const stream = (count: number, make = record): Placed[] =>
  Array.from({ length: count }, (_, index) => ({ position: String(index).padStart(5, '0'), record: make(index) }))
const numbers = (records: readonly DynamoDBRecord[]) => records.map(({ dynamodb }) => Number(dynamodb?.SequenceNumber))
const failing = (...places: number[]): DynamoDBBatchResponse => ({
  batchItemFailures: places.map((n) => ({ itemIdentifier: String(n).padStart(5, '0') })),
})

/** Delivers a stream to its end; returns the batches, the positions saved and the records given up. */
async function play(
  records: readonly Placed[],
  mapping: StreamMapping,
  invoke: Invoke,
  more: Partial<DeliveryOptions> = {},
) {
  const stopping = new AbortController()
  const batches: number[][] = []
  const saved: string[] = []
  const givenUp: [string, number[]][] = []
  await deliver({
    mapping,
    async read(after, limit) {
      const from = after === undefined ? 0 : records.findIndex(({ position }) => position > after)
      if (from < 0) stopping.abort()
      return from < 0 ? [] : records.slice(from, from + limit)
    },
    async invoke(batch) {
      batches.push(numbers(batch))
      return invoke(batch)
    },
    save: async (position) => void saved.push(position),
    giveUp: (lost, condition) => void givenUp.push([condition, numbers(lost)]),
    signal: stopping.signal,
    idleMs: 0,
    retryMs: () => 0,
    ...more,
  })
  return { batches, saved, givenUp }
}

const succeed: Invoke = async () => undefined

describe('a stream is delivered', () => {
  test('in batches of at most the given size, each saved before the next', async () => {
    const { batches, saved } = await play(stream(5), mappingOf({ batchSize: 2 }), succeed)
    expect([batches, saved]).toEqual([
      [[0, 1], [2, 3], [4]],
      ['00001', '00003', '00004'],
    ])
  })

  test('from the position of the start before', async () => {
    const { batches } = await play(stream(3), mappingOf(), succeed, { position: '00000' })
    expect(batches).toEqual([[1, 2]])
  })

  test('without the records that the filter refuses, over which the position goes on', async () => {
    const make = (n: number) => record(n, { eventName: n % 2 ? 'MODIFY' : 'INSERT' })
    const mapping = mappingOf({ filterPatterns: [{ eventName: ['INSERT'] }] })
    const { batches, saved } = await play(stream(4, make), mapping, succeed)
    expect([batches, saved]).toEqual([[[0, 2]], ['00003']])
  })

  test('again until the function handles the batch', async () => {
    let left = 3
    const { batches, saved } = await play(stream(1), mappingOf(), async () => (left-- > 0 ? 'failed' : undefined))
    expect([batches.length, saved]).toEqual([4, ['00000']])
  })

  test('from the first reported record on, if the function reports records', async () => {
    const reports = [failing(3, 2), failing(3), failing()]
    const mapping = mappingOf({ functionResponseType: 'ReportBatchItemFailures' })
    const { batches } = await play(stream(5), mapping, async () => reports.shift())
    expect(batches).toEqual([
      [0, 1, 2, 3, 4],
      [2, 3, 4],
      [3, 4],
    ])
  })

  test('as a whole again, if the function reports a record that is not in the batch', async () => {
    const reports = [failing(9), undefined]
    const mapping = mappingOf({ functionResponseType: 'ReportBatchItemFailures' })
    const { batches } = await play(stream(2), mapping, async () => reports.shift())
    expect(batches).toEqual([
      [0, 1],
      [0, 1],
    ])
  })

  test('in halves, if one record fails and the mapping bisects, so that only this record is given up', async () => {
    const mapping = mappingOf({ bisectBatchOnFunctionError: true, maximumRetryAttempts: 2 })
    const { batches, givenUp, saved } = await play(stream(4), mapping, async (batch) =>
      numbers(batch).includes(2) ? 'failed' : undefined,
    )
    expect(givenUp).toEqual([['RetryAttemptsExhausted', [2]]])
    expect(batches).toEqual([[0, 1, 2, 3], [0, 1], [2, 3], [2], [2], [2], [3]])
    expect(saved).toEqual(['00003'])
  })

  test('no longer than the maximum age of a record', async () => {
    const old = (n: number): DynamoDBRecord => ({
      dynamodb: { SequenceNumber: String(n), ApproximateCreationDateTime: Date.now() / 1000 - 100 },
    })
    const mapping = mappingOf({ maximumRecordAgeInSeconds: 60 })
    const { givenUp } = await play(stream(1, old), mapping, async () => 'failed')
    expect(givenUp).toEqual([['RecordAgeExceeded', [0]]])
  })

  test('without saving a batch that a stop interrupts', async () => {
    const stopping = new AbortController()
    const { saved } = await play(
      stream(1),
      mappingOf(),
      async () => {
        stopping.abort()
        return 'failed'
      },
      { signal: stopping.signal },
    )
    expect(saved).toEqual([])
  })
})

describe('a mapping', () => {
  test('has Lambda’s defaults', () => {
    expect(mappingOf()).toMatchObject({
      table: 'Users',
      batchSize: 100,
      batchWindowSeconds: 0,
      maximumRetries: Number.POSITIVE_INFINITY,
      maximumAgeSeconds: Number.POSITIVE_INFINITY,
    })
  })

  test('is not made for an event with enabled: false', () => expect(mappingOf({ enabled: false })).toBeUndefined())

  test.each([
    [{ batchSizes: 1 }, 'unknown key batchSizes'],
    [{ arn: 'arn:aws:dynamodb:eu-west-1:1:table/t/stream/s' }, 'only for a table of its own service'],
    [{ arn: { 'Fn::GetAtt': ['Users', 'Arn'] } }, 'only for a table of its own service'],
    [{ type: 'kinesis' }, 'only for a table of its own service'],
    [{ filterPatterns: [{ a: [{ numeric: ['>', 1] }] }] }, 'operator numeric'],
  ])('with %j is refused', (settings, message) => expect(() => mappingOf(settings)).toThrow(message))
})

describe('a filter', () => {
  const accepts = (...patterns: object[]) =>
    compileFilter(
      patterns,
      fail,
    )({
      eventName: 'REMOVE',
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      dynamodb: { Keys: { pk: { S: 'user#1' } } },
    })

  test.each([
    [{ eventName: ['INSERT', 'REMOVE'] }],
    [{ userIdentity: { principalId: ['dynamodb.amazonaws.com'] } }],
    [{ dynamodb: { Keys: { pk: { S: [{ prefix: 'user#' }] } } } }],
    [{ dynamodb: { Keys: { pk: { S: [{ suffix: '#1' }] } } } }],
    [{ dynamodb: { NewImage: { label: { S: [{ exists: false }] } } } }],
    [{ eventName: [{ 'anything-but': ['INSERT', 'MODIFY'] }] }],
  ])('accepts by %j', (pattern) =>
    expect([accepts(pattern), accepts({ eventName: ['X'] }, pattern)]).toEqual([true, true]),
  )

  test.each([
    [{ eventName: ['INSERT'] }],
    [{ eventName: ['REMOVE'], userIdentity: { type: ['User'] } }],
    [{ dynamodb: { Keys: { pk: { S: [{ prefix: 'email#' }] } } } }],
    [{ dynamodb: { Keys: { pk: { S: [{ suffix: '#2' }] } } } }],
    [{ dynamodb: { Keys: { pk: { S: [{ exists: false }] } } } }],
    [{ dynamodb: { NewImage: { label: { S: [{ 'anything-but': 'x' }] } } } }],
    [{ eventName: [{ 'anything-but': 'REMOVE' }] }],
  ])('refuses by %j', (pattern) => expect(accepts(pattern)).toBe(false))
})
