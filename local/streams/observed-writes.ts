import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Json, list, object, text } from '../json.ts'
import type { Journal } from './journal.ts'
import { type Item, keysOf, type StreamTable } from './record.ts'

/** Marks the deletion of an item whose time to live is over; accepted only with the engine's own secret. */
export const EXPIRY_HEADER = 'x-coatcheck-expiry'

/** A request to the engine that is about to be handled. */
export interface EngineCall {
  /** The name of the operation, such as PutItem. */
  readonly operation: string
  readonly body: Buffer
  readonly isExpiry: boolean
}

/** Called before a call reaches the engine; resolves to what must run after it and before its response is sent. */
export type Observer = (call: EngineCall) => Promise<() => Promise<void>>

const NOTHING = async () => {}

interface Write {
  readonly table: StreamTable
  readonly keys: Item
}

/**
 * Makes a record of each write on tables that have a stream, in the order of the writes of each key: reads the item before
 * and after the write, and lets no other write of that key in between. Two reads per write.
 */
export function observeWrites(client: DynamoDBClient, tables: readonly StreamTable[], journal: Journal): Observer {
  const byName = new Map(tables.map((table) => [table.name, table]))
  const lock = createLock()

  return async ({ operation, body, isExpiry }) => {
    const writes = findWrites(operation, body, byName)
    if (writes.length === 0) return NOTHING
    const release = await lock(writes.map(idOf))
    try {
      const before = await readItems(client, writes)
      const begun = await Promise.all(
        writes.map(({ table, keys }, index) => journal.begin({ table: table.name, keys, old: before[index] })),
      )
      return async () => {
        try {
          const after = await readItems(client, writes)
          for (const [index, { table, keys }] of writes.entries())
            await journal.complete(begun[index] as number, table, {
              keys,
              old: before[index],
              new: after[index],
              isExpiry,
            })
        } finally {
          release()
        }
      }
    } catch (error) {
      release()
      throw error
    }
  }
}

/** Completes the writes in which the process before was killed. */
export async function completeInterrupted(
  client: DynamoDBClient,
  tables: readonly StreamTable[],
  journal: Journal,
): Promise<void> {
  for (const { id, intent } of journal.interrupted()) {
    const table = tables.find(({ name }) => name === intent.table)
    if (!table) continue
    const [now] = await readItems(client, [{ table, keys: intent.keys }])
    await journal.complete(id, table, { keys: intent.keys, old: intent.old, new: now, isExpiry: false })
  }
}

/** The items that are stored now, in the order of the writes. One strongly consistent BatchGetItem. */
async function readItems(client: DynamoDBClient, writes: readonly Write[]): Promise<(Item | undefined)[]> {
  const wanted = Object.groupBy(writes, ({ table }) => table.name)
  const RequestItems = Object.fromEntries(
    Object.entries(wanted).map(([name, some = []]) => [
      name,
      { Keys: some.map(({ keys }) => keys as never), ConsistentRead: true },
    ]),
  )
  const { Responses = {} } = await client.send(new BatchGetItemCommand({ RequestItems }))
  return writes.map((write) => {
    const id = idOf(write)
    const items = (Responses[write.table.name] ?? []) as Item[]
    return items.find((item) => idOf({ table: write.table, keys: keysOf(item, write.table) }) === id)
  })
}

const idOf = ({ table, keys }: Write) =>
  JSON.stringify([table.name, ...table.keyNames.map((name) => Object.entries(keys[name] ?? {}))])

/** The items that a call writes on tables with a stream; none for a body that the engine will refuse. */
function findWrites(operation: string, body: Buffer, tables: ReadonlyMap<string, StreamTable>): Write[] {
  if (!/^(PutItem|UpdateItem|DeleteItem|BatchWriteItem)$/.test(operation)) return []
  const input = parse(body)
  const write = (name: string, item: unknown): Write[] => {
    const table = tables.get(name)
    const keys = table && keysOf(object(item) as Item, table)
    return table && keys && Object.keys(keys).length === table.keyNames.length ? [{ table, keys }] : []
  }
  if (operation !== 'BatchWriteItem') return write(text(input.TableName), input.Key ?? input.Item)
  return Object.entries(object(input.RequestItems)).flatMap(([name, requests]) =>
    list(requests).flatMap((request) => {
      const { PutRequest, DeleteRequest } = object(request)
      return write(name, object(PutRequest).Item ?? object(DeleteRequest).Key)
    }),
  )
}

function parse(body: Buffer): Json {
  try {
    return object(JSON.parse(body.toString()))
  } catch {
    return {}
  }
}

/** Gives several names to one holder at a time; taken in one order, so that no two holders wait for each other. */
function createLock() {
  const tails = new Map<string, Promise<void>>()
  return async (names: readonly string[]): Promise<() => void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    // All at once and without a pause: two callers meet each name in the same order.
    const earlier = [...new Set(names)].map((name) => {
      const tail = tails.get(name)
      tails.set(name, promise)
      return tail
    })
    await Promise.all(earlier)
    return () => {
      for (const name of names) if (tails.get(name) === promise) tails.delete(name)
      resolve()
    }
  }
}
