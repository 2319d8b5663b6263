import { DeleteItemCommand, type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { UnavailableError } from '../errors.ts'
import type { AttemptBudget, AttemptKey, AttemptStore } from '../ports.ts'
import type { EpochSeconds } from '../system.ts'
import { type AttemptRound, keptUntil, nextRound } from '../throttling/attempt-round.ts'
import { number, whole } from './attribute.ts'
import { itemReader } from './item-reader.ts'
import { ask, type Item, ofKey, PROOF, Refused, send } from './send.ts'

export interface AttemptStoreOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
}

/** Each further one means that others have changed the counter between two calls of this one. */
const MOST_TRIES = 5

/** The attempts table: partition key `key`, for counters and marks alike. Costs and contract: `AttemptStore`. */
export function dynamodbAttemptStore({ client, tableName }: AttemptStoreOptions): AttemptStore {
  const table = { TableName: tableName, ...PROOF }
  const read = itemReader(client, tableName)

  const store: AttemptStore = {
    // The SDK may repeat a write that has been applied. The repeat takes a second slot, in the round that runs or, where
    // it began one, in the one it began: too many are taken then, and never too few.
    async take(key, budget, now, deadline) {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const answer = await send(client, takeOne(key, budget, now), deadline)
        if (!(answer instanceof Refused)) return 0
        const item = answer.item ? ofKey(answer.item, attemptKey(key)) : await read(attemptKey(key), deadline)
        if (!item) continue // cleared meanwhile
        const round = readRound(item)
        if (round.opensAt <= now) {
          const begun = await send(client, beginNext(key, round, budget, now), deadline)
          if (!(begun instanceof Refused)) return 0
        } else if (round.taken >= budget.slots) return round.opensAt - now
        // Otherwise another has begun the round, or given a slot back: there may be one yet.
      }
      throw new UnavailableError('the counter of attempts did not come to rest')
    },

    async giveBack(key, deadline) {
      const update = new UpdateItemCommand({
        ...table,
        Key: attemptKey(key),
        UpdateExpression: 'SET taken = taken - :one',
        ConditionExpression: 'attribute_exists(#key) AND taken > :zero',
        ExpressionAttributeNames: { '#key': 'key' },
        ExpressionAttributeValues: { ':one': number(1), ':zero': number(0) },
      })
      await send(client, update, deadline, { once: true }) // refused: cleared meanwhile, there is nothing to give back
    },

    async clear(key, deadline) {
      // Its repeat could land after slots were taken anew, and forget those too.
      const remove = new DeleteItemCommand({ ...table, Key: attemptKey(key), ReturnValues: 'ALL_OLD' })
      const answer = await send(client, remove, deadline, { once: true })
      return !(answer instanceof Refused) && answer.Attributes !== undefined
    },

    async markedUntil(key, deadline) {
      const item = await read(attemptKey(key), deadline)
      if (!item) return 0
      const until = whole(item.expiresAt)
      if (until === undefined) throw new UnavailableError('the mark of a source is not readable')
      return until
    },

    async mark(key, until, deadline) {
      await ask(
        client,
        new PutItemCommand({ ...table, Item: { ...attemptKey(key), expiresAt: number(until) } }),
        deadline,
      )
    },
  }
  return store

  /** Takes a slot of a round that runs, or of the first: neither needs to know what is stored. */
  function takeOne(key: AttemptKey, budget: AttemptBudget, now: EpochSeconds): UpdateItemCommand {
    const first = nextRound(undefined, budget, now)
    const set = [
      'taken = if_not_exists(taken, :zero) + :one',
      'windowSeconds = if_not_exists(windowSeconds, :window)',
      budget.grows
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
        ':zero': number(0),
        ':one': number(1),
        ':slots': number(budget.slots),
        ':now': number(now),
        ':window': number(first.windowSeconds),
        ':kept': number(keptUntil(now)),
        ...(budget.grows ? {} : { ':end': number(first.opensAt) }),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
  }

  /** Begins the round after one that is over, unless another has begun it. */
  function beginNext(key: AttemptKey, seen: AttemptRound, budget: AttemptBudget, now: EpochSeconds): UpdateItemCommand {
    const next = nextRound(seen, budget, now)
    return new UpdateItemCommand({
      ...table,
      Key: attemptKey(key),
      UpdateExpression: 'SET taken = :taken, windowSeconds = :window, opensAt = :end, expiresAt = :kept',
      ConditionExpression: 'opensAt = :seen AND taken = :seenTaken',
      ExpressionAttributeValues: {
        ':taken': number(next.taken),
        ':window': number(next.windowSeconds),
        ':end': number(next.opensAt),
        ':kept': number(next.expiresAt),
        ':seen': number(seen.opensAt),
        ':seenTaken': number(seen.taken),
      },
    })
  }
}

const attemptKey = (key: AttemptKey): Item => ({ key: { S: key } })

/** @throws UnavailableError for an item that Coatcheck cannot have written: taken for absent, it would never lock. */
function readRound(item: Item): AttemptRound {
  const taken = whole(item.taken)
  const windowSeconds = whole(item.windowSeconds)
  const opensAt = whole(item.opensAt)
  const expiresAt = whole(item.expiresAt)
  if (taken === undefined || windowSeconds === undefined || opensAt === undefined || expiresAt === undefined)
    throw new UnavailableError('the counter of attempts is not readable')
  return { taken, windowSeconds, opensAt, expiresAt }
}
