import { readFileSync } from 'node:fs'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import { vi } from 'vitest'

/** What happened to the item of a key. */
export type Change = readonly [eventName: 'INSERT' | 'MODIFY' | 'REMOVE', pk: string]

const recorded = 'stream-records'
const { Records }: DynamoDBStreamEvent = JSON.parse(readFileSync(`tests/fixtures/aws/${recorded}.json`, 'utf8')).event

/** The sequence number of the record at this place of a delivery: a text of more digits than a number holds. */
export const sequenceNumber = (index: number) => `44215845000000000174504${39_000 + index}`

/** A delivery of these changes in AWS's documented shape, as a stream of keys alone has it. */
export function delivery(...changes: Change[]): DynamoDBStreamEvent {
  return {
    Records: changes.map(([eventName, pk], index) => {
      const record = Records.find((one) => one.eventName === eventName)
      const SequenceNumber = sequenceNumber(index)
      return { ...record, dynamodb: { ...record?.dynamodb, Keys: { pk: { S: pk } }, SequenceNumber } }
    }),
  }
}

/** `functions/finish-sweeps.ts` on these tables: it reads its environment when it is imported, once a test file. */
export async function openFinishSweeps(
  endpoint: string,
  tables: { sessions: string; users: string; activity: string },
) {
  vi.stubEnv('DYNAMODB_ENDPOINT', endpoint)
  vi.stubEnv('SESSIONS_TABLE', tables.sessions)
  vi.stubEnv('USERS_TABLE', tables.users)
  vi.stubEnv('ACTIVITY_TABLE', tables.activity)
  const { handler } = await import('../../functions/finish-sweeps.ts')
  vi.unstubAllEnvs()
  return handler
}
