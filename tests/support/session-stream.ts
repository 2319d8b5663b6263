import { readFileSync } from 'node:fs'
import type { DynamoDBRecord } from 'aws-lambda'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import type { SessionRow } from '../../lib/session.ts'
import { sequenceNumber } from './stream.ts'

const recorded = JSON.parse(readFileSync('tests/fixtures/aws/session-stream-records.json', 'utf8'))

/** AWS's documented records of the sessions table: a login, a renewal, a logout, and a deletion by TTL. */
export const [LOGIN, RENEWAL, LOGOUT, TTL] = recorded.event.Records as [
  DynamoDBRecord,
  DynamoDBRecord,
  DynamoDBRecord,
  DynamoDBRecord,
]

/** A record of a session row in AWS's shape: binary attributes are Base64 text. */
export function sessionRecord(
  eventName: 'INSERT' | 'REMOVE',
  row: SessionRow,
  { at, index = 0, isExpiry = false }: { at: number; index?: number; isExpiry?: boolean },
): DynamoDBRecord {
  const image = JSON.parse(
    JSON.stringify(toSessionItem(row), (_, value) => (value instanceof Uint8Array ? undefined : value)),
  )
  image.secretHash = { B: Buffer.from(row.secretHash).toString('base64') }
  const { userIdentity: _, ...record } = LOGIN
  return {
    ...record,
    eventName,
    dynamodb: {
      ...LOGIN.dynamodb,
      ApproximateCreationDateTime: at,
      Keys: { userId: { S: row.userId }, sessionId: { S: row.id } },
      NewImage: eventName === 'INSERT' ? image : undefined,
      OldImage: eventName === 'REMOVE' ? image : undefined,
      SequenceNumber: sequenceNumber(index),
    },
    ...(isExpiry && { userIdentity: TTL.userIdentity }),
  }
}
