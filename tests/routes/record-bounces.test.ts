import type { SNSEvent } from 'aws-lambda'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/index.ts'
import { createSuppressions, type Suppressions } from '../../lib/outbox/suppressions.ts'
import { Secret } from '../../lib/secret.ts'
import { createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import type { Email } from '../../lib/user.ts'
import { captureOutput } from '../support/captured-output.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { rightsByFunction } from '../support/role.ts'
import { createTestTables } from '../support/tables.ts'

// The function record-bounces on a real table: what it suppresses, calls and prints.

const PEPPER = 'p'.repeat(32)

let proxy: DatastoreProxy
let suppressions: Suppressions
let handler: (event: SNSEvent) => Promise<void>
let printed: string[]
beforeAll(async () => {
  const tables = await createTestTables()
  proxy = await startProxy(inject('endpoint'))
  vi.stubEnv('DYNAMODB_ENDPOINT', proxy.endpoint)
  vi.stubEnv('ATTEMPTS_TABLE', tables.attempts)
  vi.stubEnv('PASSWORD_PEPPER', PEPPER)
  ;({ handler } = await import('../../functions/record-bounces.ts'))
  vi.unstubAllEnvs()
  const store = dynamodbAttemptStore({ client: tables.client, tableName: tables.attempts })
  suppressions = createSuppressions({ store, keys: createAttemptKeys(new Secret(PEPPER)) })
})
afterAll(() => proxy.close())

const event = (...messages: unknown[]) =>
  ({ Records: messages.map((message) => ({ Sns: { Message: JSON.stringify(message) } })) }) as SNSEvent
const bounce = (emailAddress: string, bounceType = 'Permanent') => ({
  notificationType: 'Bounce',
  bounce: { bounceType, bouncedRecipients: [{ emailAddress }] },
})
const isSuppressed = (email: string) => suppressions.has(email as Email, startDeadline(10))
async function deliver(sent: SNSEvent): Promise<string[]> {
  printed = []
  proxy.calls.length = 0
  const output = captureOutput(printed)
  await handler(sent).finally(() => output.mockRestore())
  return proxy.calls.map(({ operation }) => operation)
}

test('suppresses addresses of permanent bounces and complaints, and no others', async () => {
  const complaint = {
    eventType: 'Complaint',
    complaint: { complainedRecipients: [{ emailAddress: 'Eve <EVE@example.com>' }] },
  }
  const delivered = { notificationType: 'Delivery', delivery: { recipients: ['dan@example.com'] } }
  const sent = event(bounce('ada@example.com'), complaint, bounce('bob@example.com', 'Transient'), delivered, 'x')
  expect(await deliver(sent)).toEqual(['PutItem', 'PutItem'])
  const emails = ['ada@example.com', 'eve@example.com', 'bob@example.com', 'dan@example.com']
  expect(await Promise.all(emails.map(isSuppressed))).toEqual([true, true, false, false])
  expect(printed.filter((line) => line.includes('mail_refused'))).toHaveLength(3)
  expect(printed.join('\n')).not.toMatch(/example\.com/)
})

test('fails if the datastore does, so that Lambda repeats it, and may do nothing but suppress', async () => {
  proxy.fault = () => 'failed'
  await expect(deliver(event(bounce('kim@example.com')))).rejects.toThrow('DynamoDB')
  proxy.fault = undefined
  expect(await isSuppressed('kim@example.com')).toBe(false)
  expect((await rightsByFunction()).get('record-bounces')?.map(({ call }) => call)).toEqual(['PutItem attempts'])
})
