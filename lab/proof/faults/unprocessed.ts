import { type Forward, type WireResponse, wireResponse } from '../../../tests/support/relay.ts'
import type { Fault } from './faults.ts'

/** Does a part of a batch write and returns the rest as unprocessed, as DynamoDB may. Other calls go through. */
export async function unprocessed(
  input: { readonly RequestItems?: Record<string, unknown> },
  fault: Fault,
  forward: Forward,
): Promise<WireResponse> {
  const [[table, writes] = ['', undefined]] = Object.entries(input.RequestItems ?? {})
  if (!Array.isArray(writes)) return forward()
  const done = fault === 'unprocessed all' ? 0 : Math.ceil(writes.length / 2) // the last write is done, so that it ends
  if (done > 0) {
    const part = { ...input, RequestItems: { [table]: writes.slice(0, done) } }
    const response = await forward(Buffer.from(JSON.stringify(part)))
    if (response.status !== 200) return response
  }
  const UnprocessedItems = { [table]: writes.slice(done) }
  const ConsumedCapacity = [{ TableName: table, CapacityUnits: done }]
  return wireResponse(200, JSON.stringify({ UnprocessedItems, ConsumedCapacity }))
}
