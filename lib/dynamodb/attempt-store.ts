import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import type { AttemptBudget, AttemptKey, AttemptStore } from '../ports.ts'
import type { EpochSeconds } from '../system.ts'
import { type AttemptRound, granted, keptUntil, nextRound, refused } from '../throttling/attempt-round.ts'
import { numberAttribute, parseWholeNumber, parseWholeNumbers } from './attribute.ts'
import { assertKey, type Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send, sendUnconditional } from './send.ts'

/** Options of `dynamodbAttemptStore`. */
export interface AttemptStoreOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
}

/** A further try is needed only if another request changed the counter between two calls of this one. */
const MAX_RESERVE_TRIES = 5

/**
 * Creates an `AttemptStore` on a DynamoDB table with partition key `key` and TTL on `expiresAt`. Counters and marks share
 * the table. The cost of each method is stated at `AttemptStore`.
 * @example
 * ```ts
 * import { createClient, dynamodbAttemptStore } from 'coatcheck/dynamodb'
 *
 * const client = createClient({ timeoutMs: 800 })
 * const attempts = dynamodbAttemptStore({ client, tableName: 'coatcheck-prod-attempts' })
 * ```
 */
export function dynamodbAttemptStore({ client, tableName }: AttemptStoreOptions): AttemptStore {
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }
  const read = itemReader(client, tableName)

  const store: AttemptStore = {
    // The SDK may retry a write that was applied. The retry counts a second attempt, in the current round or in the one
    // that the write began: the count is then too high, never too low.
    async reserve(key, budget, now, deadline) {
      for (let tries = 0; tries < MAX_RESERVE_TRIES; tries++) {
        const output = await send(client, countInRound(key, budget, now), deadline)
        if (!(output instanceof ConditionFailed)) return granted(decodeRound(output.Attributes ?? {}), budget)
        const item = output.item ? assertKey(output.item, attemptKey(key)) : await read(attemptKey(key), deadline)
        if (!item) continue // reset by another request
        const round = decodeRound(item)
        if (round.opensAt <= now) {
          const next = nextRound(round, budget, now)
          const begun = await send(client, beginNextRound(key, round, next), deadline)
          if (!(begun instanceof ConditionFailed)) return granted(next, budget)
        } else if (round.taken >= budget.limit) return refused(round)
        // Another request has begun the round or released an attempt: try again.
      }
      throw new UnavailableError('Other requests changed the attempt counter during every try')
    },

    async release(key, deadline) {
      const update = new UpdateItemCommand({
        ...table,
        Key: attemptKey(key),
        UpdateExpression: 'SET taken = taken - :one',
        ConditionExpression: 'attribute_exists(#key) AND taken > :zero',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':one': numberAttribute(1), ':zero': numberAttribute(0) },
      })
      await send(client, update, deadline, { singleAttempt: true }) // a failed condition means that the counter was reset
    },

    async reset(key, deadline) {
      // A retry could take effect after further attempts were counted, and forget those too.
      const remove = new DeleteItemCommand({ ...table, Key: attemptKey(key), ReturnValues: 'ALL_OLD' })
      const output = await send(client, remove, deadline, { singleAttempt: true })
      return !(output instanceof ConditionFailed) && output.Attributes !== undefined
    },

    async getMark(key, deadline) {
      const item = await read(attemptKey(key), deadline)
      if (!item) return 0
      const until = parseWholeNumber(item.expiresAt)
      if (until === undefined) throw new UnavailableError('DynamoDB returned a malformed mark of a known source')
      return until
    },

    async setMark(key, until, deadline) {
      await sendUnconditional(
        client,
        new PutItemCommand({ ...table, Item: { ...attemptKey(key), expiresAt: numberAttribute(until) } }),
        deadline,
      )
    },
  }
  return store

  /** Counts an attempt in the current round, or begins the first; needs no knowledge of the stored item. */
  function countInRound(key: AttemptKey, budget: AttemptBudget, now: EpochSeconds): UpdateItemCommand {
    const first = nextRound(undefined, budget, now)
    const set = [
      'taken = if_not_exists(taken, :zero) + :one',
      'windowSeconds = if_not_exists(windowSeconds, :window)',
      budget.windowDoubles
        ? 'opensAt = :now + if_not_exists(windowSeconds, :window)'
        : 'opensAt = if_not_exists(opensAt, :end)',
      'expiresAt = :kept',
    ]
    return new UpdateItemCommand({
      ...table,
      Key: attemptKey(key),
      UpdateExpression: `SET ${set.join(', ')}`,
      ConditionExpression: 'attribute_not_exists(#key) OR (taken < :slots AND opensAt > :now)',
      ExpressionAttributeNames: { '#key': 'key' },
      ExpressionAttributeValues: {
        ':zero': numberAttribute(0),
        ':one': numberAttribute(1),
        ':slots': numberAttribute(budget.limit),
        ':now': numberAttribute(now),
        ':window': numberAttribute(first.windowSeconds),
        ':kept': numberAttribute(keptUntil(now)),
        ...(budget.windowDoubles ? {} : { ':end': numberAttribute(first.opensAt) }),
      },
      ReturnValues: 'UPDATED_NEW', // costs no more units
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
  }

  /** Begins the round after one that is over, unless another request has begun it. */
  function beginNextRound(key: AttemptKey, seen: AttemptRound, next: AttemptRound): UpdateItemCommand {
    return new UpdateItemCommand({
      ...table,
      Key: attemptKey(key),
      UpdateExpression: 'SET taken = :taken, windowSeconds = :window, opensAt = :end, expiresAt = :kept',
      ConditionExpression: 'opensAt = :seen AND taken = :seenTaken',
      ExpressionAttributeValues: {
        ':taken': numberAttribute(next.taken),
        ':window': numberAttribute(next.windowSeconds),
        ':end': numberAttribute(next.opensAt),
        ':kept': numberAttribute(next.expiresAt),
        ':seen': numberAttribute(seen.opensAt),
        ':seenTaken': numberAttribute(seen.taken),
      },
    })
  }
}

/** Reads the round of a counter, for administrators; `undefined` if nothing is counted. One read. */
export function dynamodbAttemptReader({
  client,
  tableName,
}: AttemptStoreOptions): (key: AttemptKey, deadline: Deadline) => Promise<AttemptRound | undefined> {
  const read = itemReader(client, tableName)
  return async (key, deadline) => {
    const item = await read(attemptKey(key), deadline)
    return item && decodeRound(item)
  }
}

const attemptKey = (key: AttemptKey): Item => ({ key: { S: key } })

/** @throws UnavailableError for a malformed item: if it counted as absent, the account would have no limit. */
function decodeRound(item: Item): AttemptRound {
  const round = parseWholeNumbers(item, ['taken', 'windowSeconds', 'opensAt', 'expiresAt'])
  if (!round) throw new UnavailableError('DynamoDB returned a malformed attempt counter')
  return round
}
