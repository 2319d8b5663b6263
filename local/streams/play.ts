import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { DynamoDBRecord } from 'aws-lambda'
import { type BundledFunction, invokeFunction } from '../invoke-function.ts'
import { object, text } from '../json.ts'
import type { Pool } from '../pool.ts'
import type { Service, ServiceFunction } from '../service.ts'
import { deliver, type Invoke } from './deliver.ts'
import type { StreamMapping } from './mapping.ts'
import type { Positions } from './positions.ts'
import type { OpenStream } from './streams.ts'

/** Before a stream that could not be read is opened again. */
const RETRY_MS = 1_000

export interface PlayOptions {
  readonly services: readonly Service[]
  readonly bundledFunctions: ReadonlyMap<ServiceFunction, BundledFunction>
  readonly openStream: OpenStream
  readonly positions: Positions
  readonly pool: Pool
  readonly log: (line: string) => void
}

/** Delivers the records of every stream to the functions that are mapped to it, until it is stopped. */
export function playStreams(options: PlayOptions): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const deliveries = options.services.flatMap((service) =>
    service.functions.flatMap((definition) =>
      definition.streams.map((mapping) => playMapping(service, definition, mapping, stopping.signal, options)),
    ),
  )
  return {
    async stop() {
      stopping.abort()
      await Promise.all(deliveries)
    },
  }
}

async function playMapping(
  service: Service,
  definition: ServiceFunction,
  mapping: StreamMapping,
  signal: AbortSignal,
  { bundledFunctions, openStream, positions, pool, log }: PlayOptions,
): Promise<void> {
  const { lambdaName } = definition
  const tableName = text(object(object(service.resources[mapping.table]).Properties).TableName)
  const name = `${lambdaName} from ${tableName}`
  const playOnce = async () => {
    const read = await openStream(tableName)
    if (!read)
      return log(`${service.name}: this engine has no stream of ${tableName}; ${definition.name} is not called.`)
    const position = positions.get(name)
    await deliver({
      mapping,
      read,
      signal,
      ...(position !== undefined && { position }),
      save: (reached) => positions.save(name, reached),
      invoke: invoker(bundledFunctions.get(definition) as BundledFunction, pool, log),
      giveUp: (records, condition) =>
        log(JSON.stringify({ function: lambdaName, sentTo: mapping.onFailure, ...failureMessage(records, condition) })),
    })
  }
  for (let isPlayed = false; !isPlayed && !signal.aborted; )
    try {
      await playOnce()
      isPlayed = true
    } catch (error) {
      log(
        `The stream of ${tableName} could not be read for ${definition.name} and is tried again: ${(error as Error).message}`,
      )
      await pause(RETRY_MS, undefined, { signal }).catch(() => {})
    }
}

const invoker =
  (bundledFunction: BundledFunction, pool: Pool, log: (line: string) => void): Invoke =>
  async (Records) => {
    const outcome = await invokeFunction(bundledFunction, { Records }, randomUUID(), pool, log)
    return outcome.kind === 'result' ? JSON.parse(outcome.payload) : 'failed'
  }

/** What Lambda sends to a failure destination: where the records are, without what is in them. */
function failureMessage(records: readonly DynamoDBRecord[], condition: string) {
  const [first] = records
  const last = records.at(-1)
  return {
    requestContext: { condition },
    DDBStreamBatchInfo: {
      startSequenceNumber: first?.dynamodb?.SequenceNumber,
      endSequenceNumber: last?.dynamodb?.SequenceNumber,
      batchSize: records.length,
      streamArn: first?.eventSourceARN,
    },
  }
}
