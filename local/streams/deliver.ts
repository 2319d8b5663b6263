import { setTimeout as pause } from 'node:timers/promises'
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda'
import type { StreamMapping } from './mapping.ts'

/** A record and its place in the stream. */
export interface Placed {
  readonly position: string
  readonly record: DynamoDBRecord
}

/** Reads the records after a position, oldest first: none if there is none yet. */
export type ReadStream = (after: string | undefined, limit: number) => Promise<readonly Placed[]>

/** What a function did with a batch; `failed` if it threw, timed out or could not be started. */
export type Invoke = (records: readonly DynamoDBRecord[]) => Promise<DynamoDBBatchResponse | undefined | 'failed'>

export interface DeliveryOptions {
  readonly mapping: StreamMapping
  readonly read: ReadStream
  readonly invoke: Invoke
  /** The last position that was delivered before this start. */
  readonly position?: string
  /** Called after each batch, before the next one is read. */
  save(position: string): Promise<void>
  /** Receives the records that Lambda would give up. */
  giveUp(records: readonly DynamoDBRecord[], condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded'): void
  /** Ends the delivery; a batch that is under way is not saved, and comes again with the next start. */
  readonly signal: AbortSignal
  /** Between two reads of an idle stream. */
  readonly idleMs?: number
  /** Before a retry; Lambda doubles its pause, up to a minute. */
  readonly retryMs?: (failures: number) => number
}

const IDLE_MS = 200
const backOff = (failures: number) => Math.min(60_000, 100 * 2 ** failures)

/**
 * Plays Lambda's event source mapping for one stream: in order, one batch at a time, at least once. A batch that fails is
 * delivered again, from the reported record on or in halves, until the mapping's limits give it up.
 * Source: AWS Lambda Developer Guide, "Process DynamoDB records with Lambda".
 */
export async function deliver(options: DeliveryOptions): Promise<void> {
  const { mapping, read, save, signal, idleMs = IDLE_MS } = options
  let { position } = options
  while (!signal.aborted) {
    const batch = await gather(mapping, (after, limit) => read(after ?? position, limit), idleMs, signal)
    const last = batch.at(-1)
    if (!last || signal.aborted) continue
    const accepted = batch.map(({ record }) => record).filter(mapping.accepts)
    if (!(await deliverBatch(accepted, options))) return
    position = last.position
    await save(position)
  }
}

/** Collects a batch until it is full or its window has passed. */
async function gather(
  { batchSize, batchWindowSeconds }: StreamMapping,
  read: ReadStream,
  idleMs: number,
  signal: AbortSignal,
) {
  const batch: Placed[] = []
  let closesAt = Number.POSITIVE_INFINITY
  while (!signal.aborted && batch.length < batchSize) {
    const more = await read(batch.at(-1)?.position, batchSize - batch.length)
    if (batch.length === 0 && more.length > 0) closesAt = performance.now() + batchWindowSeconds * 1000
    batch.push(...more)
    if (performance.now() >= closesAt) break
    if (more.length === 0) await pause(idleMs, undefined, { signal }).catch(() => {})
  }
  return batch
}

/** False if the delivery was ended meanwhile. */
async function deliverBatch(batch: readonly DynamoDBRecord[], options: DeliveryOptions): Promise<boolean> {
  const { mapping, invoke, giveUp, signal, retryMs = backOff } = options
  let pending = batch
  for (let failures = 0; pending.length > 0; ) {
    if (signal.aborted) return false
    const answer = await invoke(pending)
    const first = firstFailed(pending, answer, mapping.reportsItemFailures)
    if (first === undefined) return true
    if (first > 0) failures = 0 // another record than before
    pending = pending.slice(first)
    failures++
    const isTooOld = ageSeconds(pending[0]) > mapping.maximumAgeSeconds
    if (isTooOld || failures > mapping.maximumRetries) {
      giveUp(pending, isTooOld ? 'RecordAgeExceeded' : 'RetryAttemptsExhausted')
      return true
    }
    await pause(retryMs(failures), undefined, { signal }).catch(() => {})
    if (first === 0 && mapping.bisects && pending.length > 1) {
      const half = Math.ceil(pending.length / 2)
      return (await deliverBatch(pending.slice(0, half), options)) && (await deliverBatch(pending.slice(half), options))
    }
  }
  return true
}

/** The place of the first record that must come again; `undefined` if the whole batch was handled. */
function firstFailed(batch: readonly DynamoDBRecord[], answer: Awaited<ReturnType<Invoke>>, isReported: boolean) {
  if (answer === 'failed') return 0
  const reported = isReported ? (answer?.batchItemFailures ?? []) : []
  if (reported.length === 0) return undefined
  const places = reported.map(({ itemIdentifier }) =>
    batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === itemIdentifier),
  )
  return Math.max(0, Math.min(...places)) // an unknown identifier fails the whole batch
}

const ageSeconds = (record: DynamoDBRecord | undefined) =>
  Date.now() / 1000 - (record?.dynamodb?.ApproximateCreationDateTime ?? Date.now() / 1000)
