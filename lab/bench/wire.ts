import { respond, startRelay } from '../../tests/support/relay.ts'

/** The traffic on the wire. Units are those that the engine reports as consumed. */
export interface Traffic {
  readonly calls: Readonly<Record<string, number>>
  readonly readUnits: number
  readonly writeUnits: number
  /** Reads that asked for a strongly consistent answer. */
  readonly strongReads: number
  /** Puts and deletes inside BatchWriteItem. */
  readonly batched: number
}

export interface Wire {
  readonly endpoint: string
  /** The traffic since the last call. */
  take(): Traffic
  close(): Promise<void>
}

const READS = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem'])

/** A proxy between a client and the engine that requests the consumed capacity of every call and counts it. */
export async function startWire(engine: string): Promise<Wire> {
  let seen = nothing()
  const relay = await startRelay(engine, async ({ operation, input }, response, forward) => {
    const answer = await forward(Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' })))
    count(operation, input, JSON.parse(answer.body.toString()))
    respond(response, answer)
  })
  return {
    endpoint: relay.endpoint,
    take() {
      const taken = seen
      seen = nothing()
      return taken
    },
    close: () => relay.close(),
  }

  function count(operation: string, input: Input, { ConsumedCapacity = [] }: Output): void {
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)
    const isRead = READS.has(operation)
    seen.calls[operation] = (seen.calls[operation] ?? 0) + 1
    seen.readUnits += isRead ? units : 0
    seen.writeUnits += isRead ? 0 : units
    seen.strongReads += isRead && input.ConsistentRead === true ? 1 : 0
    seen.batched += Object.values(input.RequestItems ?? {}).flat().length
  }
}

interface Input {
  readonly ConsistentRead?: boolean
  readonly RequestItems?: Readonly<Record<string, readonly unknown[]>>
}

interface Output {
  readonly ConsumedCapacity?: { CapacityUnits: number } | { CapacityUnits: number }[]
}

type Counting = { -readonly [Name in keyof Traffic]: Traffic[Name] } & { calls: Record<string, number> }

const nothing = (): Counting => ({ calls: {}, readUnits: 0, writeUnits: 0, strongReads: 0, batched: 0 })
