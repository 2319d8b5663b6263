import { nanoid } from 'nanoid'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import type { SessionId, SessionRow } from '../../lib/session.ts'
import { ID_LENGTH } from '../../lib/system.ts'
import type { UserId } from '../../lib/user.ts'
import { signedCall } from './signed-call.ts'

type Key = Pick<SessionRow, 'userId' | 'id'>

/** The limit of BatchWriteItem. */
const BATCH = 25
/** Batches under way at once: an engine on two cores takes no more in a second when there are more. */
const AT_ONCE = 4

/**
 * Writes so many session rows, each of another user and else all alike, as fast as the engine takes them.
 * @returns the keys of `samples` of them, from all over the table
 */
export async function fillTable(
  endpoint: string,
  tableName: string,
  like: SessionRow,
  { rows, samples }: { rows: number; samples: number },
  progress: (share: number) => void,
): Promise<Key[]> {
  const call = signedCall(endpoint)
  const sampled: Key[] = []
  const every = rows / samples
  let begun = 0

  const nextKey = (): Key => {
    const key = { userId: nanoid(ID_LENGTH) as UserId, id: nanoid(ID_LENGTH) as SessionId }
    if (begun >= sampled.length * every) sampled.push(key)
    begun++
    return key
  }
  const worker = async () => {
    while (begun < rows) {
      const keys = Array.from({ length: Math.min(BATCH, rows - begun) }, nextKey)
      const puts = keys.map((key) => ({ PutRequest: { Item: toSessionItem({ ...like, ...key }) } }))
      const body = JSON.stringify({ RequestItems: { [tableName]: puts } }, asBase64)
      const { UnprocessedItems = {} } = await call('BatchWriteItem', body)
      if (Object.keys(UnprocessedItems as object).length > 0) throw new Error('the engine does not keep up')
      progress(begun / rows)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return sampled
}

/** Binary values as base64. */
const asBase64 = (_: string, value: unknown) =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
