import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import type { Log, SessionStore } from '../ports.ts'
import { isLive, type SessionId, type SessionRow } from '../session.ts'
import type { UserId } from '../user.ts'
import { number, whole } from './attribute.ts'
import { itemReader } from './item-reader.ts'
import { pause } from './pause.ts'
import { ask, type Item, ofKey, PROOF, Refused, send } from './send.ts'
import { fromSessionItem, sessionKey, toSessionItem } from './session-item.ts'

export interface SessionStoreOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly log?: Log
}

/** What BatchWriteItem takes. */
const BATCH = 25

/** The sessions table: partition key `userId`, sort key `sessionId`. Costs and contract: `SessionStore`. */
export function dynamodbSessionStore({ client, tableName, log = () => {} }: SessionStoreOptions): SessionStore {
  const table = { TableName: tableName, ...PROOF }
  const get = itemReader(client, tableName)

  const store: SessionStore = {
    async create(row, deadline) {
      const put = new PutItemCommand({
        ...table,
        Item: toSessionItem(row),
        ConditionExpression: 'attribute_not_exists(userId)',
      })
      const answer = await send(client, put, deadline, { once: true })
      if (answer instanceof Refused) throw new UnavailableError('a session with this id exists')
    },

    async get(userId, sessionId, deadline, consistency) {
      const item = await get(sessionKey(userId, sessionId), deadline, consistency)
      return item && readItem(item)
    },

    async renew(session, to, deadline) {
      // Not a part of the condition: the absolute end never changes, and IAM can then forbid to name it.
      if (to.lastSeenAt >= session.endsAt) return 'gone'
      const Key = sessionKey(session.userId, session.id)
      const update = new UpdateItemCommand({
        ...table,
        Key,
        UpdateExpression: 'SET lastSeenAt = :now, expiresAt = :expiresAt',
        ConditionExpression: 'attribute_exists(userId) AND expiresAt > :now AND lastSeenAt < :now',
        ExpressionAttributeValues: { ':now': number(to.lastSeenAt), ':expiresAt': number(to.expiresAt) },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
      const answer = await send(client, update, deadline, { once: true })
      if (!(answer instanceof Refused)) return 'renewed'
      // No item: the row is gone, or the engine does not tell.
      const row = answer.item
        ? readItem(ofKey(answer.item, Key))
        : await store.get(session.userId, session.id, deadline)
      return row && isLive(row, to.lastSeenAt) ? 'superseded' : 'gone'
    },

    async delete(userId, sessionId, deadline) {
      const Key = sessionKey(userId, sessionId)
      const { Attributes, $metadata } = await ask(
        client,
        new DeleteItemCommand({ ...table, Key, ReturnValues: 'ALL_OLD' }),
        deadline,
      )
      if (Attributes && ofKey(Attributes, Key)) return 'deleted'
      return ($metadata.attempts ?? 1) > 1 ? 'unknown' : 'absent'
    },

    async list(userId, deadline) {
      const rows: SessionRow[] = []
      for await (const item of query(userId, {}, deadline)) {
        const row = readItem(item)
        if (row) rows.push(row)
      }
      return rows
    },

    async deleteBelowEpoch(userId, epoch, now, deadline) {
      const ended = new Set<SessionId>()
      const projection = { ProjectionExpression: 'userId, sessionId, userEpoch, expiresAt, endsAt' }
      for (;;) {
        const doomed: SessionId[] = []
        for await (const item of query(userId, projection, deadline)) {
          if ((whole(item.userEpoch) ?? -1) >= epoch) continue
          const id = item.sessionId?.S as SessionId
          doomed.push(id)
          if (isLive({ expiresAt: whole(item.expiresAt) ?? 0, endsAt: whole(item.endsAt) ?? 0 }, now)) ended.add(id)
        }
        if (doomed.length === 0) return [...ended]
        for (let start = 0; start < doomed.length; start += BATCH)
          await deleteBatch(userId, doomed.slice(start, start + BATCH), deadline)
      }
    },
  }
  return store

  /** Strongly consistent, over all pages. */
  async function* query(userId: UserId, how: Partial<QueryCommandInput>, deadline: Deadline): AsyncGenerator<Item> {
    let ExclusiveStartKey: Item | undefined
    do {
      const page = await ask(
        client,
        new QueryCommand({
          ...table,
          ...how,
          KeyConditionExpression: 'userId = :userId',
          ExpressionAttributeValues: { ':userId': { S: userId } },
          ConsistentRead: true,
          ExclusiveStartKey,
        }),
        deadline,
      )
      for (const item of page.Items ?? []) yield ofKey(item, { userId: { S: userId } })
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey)
  }

  /** Done only when DynamoDB has left nothing unprocessed. */
  async function deleteBatch(userId: UserId, ids: SessionId[], deadline: Deadline): Promise<void> {
    let requests = ids.map((id) => ({ DeleteRequest: { Key: sessionKey(userId, id) } }))
    for (let tries = 0; ; tries++) {
      const batch = new BatchWriteItemCommand({ RequestItems: { [tableName]: requests }, ...PROOF })
      const { UnprocessedItems = {} } = await ask(client, batch, deadline)
      requests = (UnprocessedItems[tableName] ?? []) as typeof requests
      if (requests.length === 0) return
      await pause(tries, deadline)
    }
  }

  function readItem(item: Item): SessionRow | undefined {
    const row = fromSessionItem(item)
    if (!row) log(logEntry('corrupt_item', { table: tableName, sessionId: item.sessionId?.S }))
    return row
  }
}
