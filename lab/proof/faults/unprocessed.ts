import { made, type ProxiedAnswer } from './answer.ts'
import type { Fault } from './faults.ts'

/** As DynamoDB does of a batch what it can, and gives the rest back. */
export async function unprocessed(
  body: Buffer,
  fault: Fault,
  ask: (body: Buffer) => Promise<ProxiedAnswer>,
): Promise<ProxiedAnswer> {
  const input = JSON.parse(body.toString())
  const [[table, writes] = ['', undefined]] = Object.entries<unknown>(input.RequestItems ?? {})
  if (!Array.isArray(writes)) return ask(body) // no batch of writes
  const done = fault === 'unprocessed all' ? 0 : Math.ceil(writes.length / 2) // of one, that one: it ends
  const left = { [table]: writes.slice(done) }
  const capacity = [{ TableName: table, CapacityUnits: done }]
  if (done > 0) {
    const part = Buffer.from(JSON.stringify({ ...input, RequestItems: { [table]: writes.slice(0, done) } }))
    const answered = await ask(part)
    if (answered.status !== 200) return answered
  }
  return made(200, 'application/x-amz-json-1.0', JSON.stringify({ UnprocessedItems: left, ConsumedCapacity: capacity }))
}
