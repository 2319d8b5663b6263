import { createHash } from 'node:crypto'

/** As far behind as an eventually consistent read may be here; DynamoDB names no bound. */
const BEHIND_MS = 2000
const MOST_KEPT = 20_000

interface Kept<Answer> {
  readonly at: number
  readonly answer: Answer
}

/**
 * What was read a moment ago, to be read once more: as a replica that is behind would answer. A strongly consistent
 * read is never one of these, on DynamoDB and here.
 */
export function createStaleness() {
  const answers = new Map<string, Kept<unknown>[]>()

  return {
    /** Keeps the answer of a read, whoever asked for it and however consistently. */
    remember<Answer>(body: Buffer, answer: Answer): Answer {
      const key = keyOf(body)
      if (!key) return answer
      const now = performance.now()
      const fresh = (answers.get(key) ?? []).filter(({ at }) => now - at <= BEHIND_MS)
      answers.delete(key)
      answers.set(key, [...fresh, { at: now, answer }].slice(-50))
      if (answers.size > MOST_KEPT) answers.delete(answers.keys().next().value ?? '')
      return answer
    },
    /** The oldest answer that may still be given to this read; nothing for a strong one. */
    old<Answer>(body: Buffer): Answer | undefined {
      if (JSON.parse(body.toString()).ConsistentRead === true) return undefined
      const [oldest] = (answers.get(keyOf(body) ?? '') ?? []).filter(({ at }) => performance.now() - at <= BEHIND_MS)
      return oldest?.answer as Answer | undefined
    },
  }
}

/** Reads of the same, however consistent, have one key; a write has none. */
function keyOf(body: Buffer): string | undefined {
  const { ConsistentRead: _, ReturnConsumedCapacity: __, ...input } = JSON.parse(body.toString() || '{}')
  if (!input.TableName || input.Item || input.UpdateExpression || input.ConditionExpression) return undefined
  if (!input.KeyConditionExpression && !input.Key) return undefined
  return createHash('sha256').update(JSON.stringify(input)).digest('base64')
}
