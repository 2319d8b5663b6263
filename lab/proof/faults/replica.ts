import { createHash } from 'node:crypto'
import type { WireResponse } from '../../../tests/support/relay.ts'

/** How far the replica may lag behind; DynamoDB states no bound. */
const MAX_LAG_MS = 2000
const MAX_READS = 20_000
const MAX_RESPONSES_PER_READ = 50

interface ReadInput {
  readonly [name: string]: unknown
  readonly ConsistentRead?: boolean
}

/** Replays the responses of earlier reads to eventually consistent reads, as a replica that lags behind would respond. */
export function createReplica() {
  const responses = new Map<string, { readonly at: number; readonly response: WireResponse }[]>()
  const recent = (key: string) => (responses.get(key) ?? []).filter(({ at }) => performance.now() - at <= MAX_LAG_MS)

  return {
    remember(input: ReadInput, response: WireResponse): WireResponse {
      const key = keyOf(input)
      if (!key) return response
      const kept = recent(key)
      responses.delete(key)
      responses.set(key, [...kept, { at: performance.now(), response }].slice(-MAX_RESPONSES_PER_READ))
      if (responses.size > MAX_READS) responses.delete(responses.keys().next().value ?? '')
      return response
    },
    /** The oldest response within the lag; `undefined` for a strongly consistent read. */
    outdated(input: ReadInput): WireResponse | undefined {
      return input.ConsistentRead === true ? undefined : recent(keyOf(input) ?? '')[0]?.response
    },
  }
}

/** Reads of the same item or partition have one key, whatever their consistency; writes have none, deletes included. */
function keyOf({ ConsistentRead: _, ReturnConsumedCapacity: __, ...input }: ReadInput): string | undefined {
  if (!input.TableName || input.Item || input.UpdateExpression || input.ConditionExpression) return undefined
  if (input.ReturnValues) return undefined
  if (!input.KeyConditionExpression && !input.Key) return undefined
  return createHash('sha256').update(JSON.stringify(input)).digest('base64')
}
