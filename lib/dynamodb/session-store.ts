import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import type { Log, SessionStore } from '../ports.ts'
import { isLive, type SessionId, type SessionRow } from '../session.ts'
import type { UserId } from '../user.ts'
import { parseWholeNumber } from './attribute.ts'
import { deleteItems } from './delete-batch.ts'
import { assertKey, type Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send, sendUnconditional } from './send.ts'
import { sessionCheckStore, sessionDecoder } from './session-check-store.ts'
import { sessionKey, toSessionItem } from './session-item.ts'

/** Options of `dynamodbSessionStore`. */
export interface SessionStoreOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  /** Receives `corrupt_item` events. Default: no log. */
  readonly log?: Log
}

/**
 * Creates a `SessionStore` on a DynamoDB table with partition key `userId`, sort key `sessionId` and TTL on `expiresAt`.
 * The cost of each method is stated at `SessionStore`.
 * @example
 * ```ts
 * import { createSessions } from 'coatcheck'
 * import { createClient, dynamodbSessionStore } from 'coatcheck/dynamodb'
 *
 * const client = createClient({ timeoutMs: 800 })
 * const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: 'coatcheck-prod-sessions' }) })
 * ```
 */
export function dynamodbSessionStore({ client, tableName, log = () => {} }: SessionStoreOptions): SessionStore {
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }
  const decode = sessionDecoder(tableName, log)

  return {
    ...sessionCheckStore({
      read: itemReader(client, tableName),
      updateItem: (input, deadline) => send(client, new UpdateItemCommand(input), deadline, { singleAttempt: true }),
      ...{ tableName, log },
    }),

    async create(row, deadline) {
      const put = new PutItemCommand({
        ...table,
        Item: toSessionItem(row),
        ConditionExpression: 'attribute_not_exists(userId)',
      })
      const output = await send(client, put, deadline, { singleAttempt: true })
      if (output instanceof ConditionFailed) throw new UnavailableError('A session with this id already exists')
    },

    async delete(userId, sessionId, deadline) {
      // With a condition, because exactly one of several concurrent deletes of a row may report `deleted`.
      const remove = new DeleteItemCommand({
        ...table,
        Key: sessionKey(userId, sessionId),
        ConditionExpression: 'attribute_exists(userId)',
      })
      const output = await send(client, remove, deadline)
      if (!(output instanceof ConditionFailed)) return 'deleted'
      return output.attempts > 1 ? 'unknown' : 'absent'
    },

    async list(userId, deadline) {
      const rows: SessionRow[] = []
      for await (const item of query(userId, {}, deadline)) {
        const row = decode(item)
        if (row) rows.push(row)
      }
      return rows
    },

    async deleteBelowEpoch(userId, epoch, now, deadline) {
      const revoked = new Set<SessionId>()
      const projection = { ProjectionExpression: 'userId, sessionId, userEpoch, expiresAt, endsAt' }
      for (;;) {
        const outdated: SessionId[] = []
        for await (const item of query(userId, projection, deadline)) {
          if ((parseWholeNumber(item.userEpoch) ?? -1) >= epoch) continue
          const id = item.sessionId?.S as SessionId
          outdated.push(id)
          const expiresAt = parseWholeNumber(item.expiresAt) ?? 0
          const endsAt = parseWholeNumber(item.endsAt) ?? 0
          if (isLive({ expiresAt, endsAt }, now)) revoked.add(id)
        }
        if (outdated.length === 0) return [...revoked]
        const keys = outdated.map((id) => sessionKey(userId, id))
        await deleteItems(client, tableName, keys, deadline)
      }
    },
  }
  /** The user's rows on all pages, strongly consistent. */
  async function* query(userId: UserId, options: Partial<QueryCommandInput>, deadline: Deadline): AsyncGenerator<Item> {
    let ExclusiveStartKey: Item | undefined
    do {
      const page = await sendUnconditional(
        client,
        new QueryCommand({
          ...table,
          ...options,
          KeyConditionExpression: 'userId = :userId',
          ExpressionAttributeValues: { ':userId': { S: userId } },
          ConsistentRead: true,
          ExclusiveStartKey,
        }),
        deadline,
      )
      for (const item of page.Items ?? []) yield assertKey(item, { userId: { S: userId } })
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey)
  }
}
