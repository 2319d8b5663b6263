import { httpApiEvent, invoke } from 'coatcheck/testing'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import type { User } from '../../lib/user.ts'
import { tableVariables } from '../../local/table-settings.ts'
import { sampleUser } from '../../tests/support/samples.ts'
import { createTestTables, type TestTables } from '../../tests/support/tables.ts'
import { measureSideBySide, startMeasuring, timingTable, writeTiming } from './side-by-side.ts'

// What a request for a mailed link answers does not depend on the address, and neither does the time that it takes.

const SAMPLES = Number(process.env.SAMPLES ?? 500)
const UNKNOWN = 'unknown email'
const FACTORS: Partial<User> = {
  totp: { id: 't'.repeat(21), sealed: `1.${'s'.repeat(80)}`, createdAt: 1 },
  recoveryCodes: Array.from({ length: 10 }, (_, index) => `${index}`.repeat(43)),
}

let tables: TestTables
let handler: typeof import('../../functions/request-password-reset.ts').handler
beforeAll(async () => {
  tables = await createTestTables()
  const environment = {
    DYNAMODB_ENDPOINT: inject('endpoint'),
    ...tableVariables(tables),
    PASSWORD_PEPPER: 'p'.repeat(32),
    MAILER: 'ses',
    MAILS_PER_ADDRESS: '1000',
    MAILS_PER_SOURCE: '1000000',
    DATASTORE_TIMEOUT_MS: '5000',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  handler = (await import('../../functions/request-password-reset.ts')).handler
  vi.unstubAllEnvs()
})
afterAll(() => tables.client.destroy())

async function emailOf(stored: Partial<User> | undefined): Promise<string> {
  const user = { ...sampleUser(), ...stored }
  if (!stored) return user.email
  const store = dynamodbUserStore({ client: tables.client, tableName: tables.users })
  await store.create(user, startDeadline(10))
  await store.claimEmail(user.email, { userId: user.id }, undefined, startDeadline(10))
  return user.email
}

test(`the medians of ${SAMPLES} requests for a reset of each class differ by less than 5 %`, async () => {
  const finish = startMeasuring()
  const stored: Record<string, Partial<User> | undefined> = {
    [UNKNOWN]: undefined,
    'known, address proven': { emailVerified: true },
    'known, address not proven': { emailVerified: false },
    disabled: { status: 'disabled' },
    'with a second factor': { emailVerified: true, ...FACTORS },
  }
  const classes = await Promise.all(
    Object.entries(stored).map(async ([name, user]) => {
      const body = { email: await emailOf(user) }
      const headers = { 'content-type': 'application/json' }
      async function request() {
        const event = httpApiEvent({ method: 'POST', path: '/auth/password/reset', headers, body })
        expect((await invoke(handler, event)).statusCode, name).toBe(202)
      }
      return { name, base: UNKNOWN, request }
    }),
  )
  const measured = await measureSideBySide(classes, { samples: SAMPLES, warmUp: 20, label: 'reset' })
  await writeTiming('A request for a mailed link does not tell whether the address has an account', [
    'The function behind `POST /auth/password/reset`, called as Lambda calls it, with its tables in dynalite; otherwise as above. It makes three writes, whatever the address, and looks nobody up.',
    timingTable(measured, UNKNOWN),
    finish(),
  ])
  for (const { name, difference } of measured) expect(Math.abs(difference), name).toBeLessThan(0.05)
})
