import { hash } from 'node:crypto'
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { ProviderSessionStore } from '../provider-session.ts'
import { type Clock, type EpochSeconds, systemClock } from '../system.ts'
import { isUserId } from '../user.ts'
import { numberAttribute, parseWholeNumber } from './attribute.ts'
import type { Item } from './item.ts'
import { itemReader } from './item-reader.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY, send } from './send.ts'

/** The longest absolute timeout of a session, and therefore how long a provider may end one. */
const SESSION_SECONDS = 400 * 86_400
/** No ID token is accepted that is older than five minutes, whatever clock a machine has. */
const SUBJECT_SECONDS = 3600

const keyOf = (kind: 'sid' | 'sub', issuer: string, name: string): Item => ({
  key: { S: `${kind}#${hash('sha256', `${issuer}#${name}`, 'base64url')}` },
})

/**
 * Creates a `ProviderSessionStore` on the attempts table, whose TTL removes the items. A mark is written by an update and
 * never by a put, so that neither of a tie and a logout erases what the other has written.
 */
export function dynamodbProviderSessionStore({
  client,
  tableName,
  clock = systemClock,
}: {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly clock?: Clock
}): ProviderSessionStore {
  const table = { TableName: tableName, ...RETURN_CONSUMED_CAPACITY }
  const read = itemReader(client, tableName)
  const expiry = (seconds: EpochSeconds) => ({ ':expiresAt': numberAttribute(clock() + seconds) })

  return {
    async tie({ issuer, subject, sid, issuedAt }, userId, deadline) {
      if (sid !== undefined) {
        const update = new UpdateItemCommand({
          ...table,
          Key: keyOf('sid', issuer, sid),
          UpdateExpression: 'ADD userIds :user SET expiresAt = :expiresAt',
          ConditionExpression: 'attribute_not_exists(endedAt)',
          ExpressionAttributeValues: { ':user': { SS: [userId] }, ...expiry(SESSION_SECONDS) },
        })
        if ((await send(client, update, deadline)) instanceof ConditionFailed) return false
      }
      const mark = await read(keyOf('sub', issuer, subject), deadline)
      return (parseWholeNumber(mark?.endedAt) ?? -1) < issuedAt
    },

    async endSession(issuer, sid, deadline) {
      const update = new UpdateItemCommand({
        ...table,
        Key: keyOf('sid', issuer, sid),
        UpdateExpression: 'SET endedAt = :now, expiresAt = :expiresAt',
        ExpressionAttributeValues: { ':now': numberAttribute(clock()), ...expiry(SESSION_SECONDS) },
        ReturnValues: 'ALL_NEW',
      })
      const output = await send(client, update, deadline)
      const item = output instanceof ConditionFailed ? undefined : output.Attributes
      return (item?.userIds?.SS ?? []).filter(isUserId)
    },

    async endSubject(issuer, subject, until, deadline) {
      const update = new UpdateItemCommand({
        ...table,
        Key: keyOf('sub', issuer, subject),
        UpdateExpression: 'SET endedAt = :until, expiresAt = :expiresAt',
        ConditionExpression: 'attribute_not_exists(endedAt) OR endedAt < :until',
        ExpressionAttributeValues: { ':until': numberAttribute(until), ...expiry(SUBJECT_SECONDS) },
      })
      await send(client, update, deadline) // a failed condition means that a later logout is marked
    },
  }
}
