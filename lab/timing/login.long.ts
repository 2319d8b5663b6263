import { httpApiEvent, invoke } from 'coatcheck/testing'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { bcryptHasher } from '../../lib/passwords/password-hasher.ts'
import { Secret } from '../../lib/secret.ts'
import type { User } from '../../lib/user.ts'
import { tableVariables } from '../../local/table-settings.ts'
import { sampleUser } from '../../tests/support/samples.ts'
import { createTestTables, type TestTables } from '../../tests/support/tables.ts'
import { foreignHashes } from './foreign-hashes.ts'
import { measureSideBySide, startMeasuring, timingTable, writeTiming } from './side-by-side.ts'

// TH-11: how long the login function takes to refuse does not tell why. Measured at the function, as Lambda calls it:
// everything in front of it takes as long for one as for the other.

const SAMPLES = Number(process.env.SAMPLES ?? 500)
const WARM_UP = 20
/** Attempts on one account, below the budget of a hundred. */
const PER_ACCOUNT = 50
const COST = 10
const PASSWORD = 'correct horse battery staple'
const PEPPER = 'p'.repeat(32)

let tables: TestTables
let handler: typeof import('../../functions/login.ts').handler
beforeAll(async () => {
  tables = await createTestTables()
  const environment = {
    DYNAMODB_ENDPOINT: inject('endpoint'),
    ...tableVariables(tables),
    ACTIVITY_DAYS: '0',
    BCRYPT_COST: String(COST),
    PASSWORD_PEPPER: PEPPER,
    LOGIN_ATTEMPTS_PER_ACCOUNT: '100',
    LOGIN_ATTEMPTS_PER_SOURCE: '1000000',
    DATASTORE_TIMEOUT_MS: '5000',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  handler = (await import('../../functions/login.ts')).handler
  vi.unstubAllEnvs()
})
afterAll(() => tables.client.destroy())

const hash = (cost: number) => bcryptHasher({ cost, pepper: new Secret(PEPPER) }).hash(new Secret(PASSWORD))

const UNKNOWN = 'unknown email'
const UNKNOWN_DECOMPOSED = 'unknown email, password not in NFC'
const DECOMPOSED = 'cafe\u0301 cafe\u0301 cafe\u0301'

/** Each class of refusal: the stored user (`undefined` for an unknown email) and the password that is entered. */
async function classes(): Promise<[name: string, stored: Partial<User> | undefined, password: string][]> {
  const [passwordHash, lower, lowest] = [await hash(COST), await hash(COST - 2), await hash(4)]
  const { pbkdf2, firebase, argon2 } = foreignHashes()
  return [
    [UNKNOWN, undefined, PASSWORD],
    ['wrong password', { passwordHash }, `${PASSWORD}!`],
    ['disabled user, right password', { passwordHash, status: 'disabled' }, PASSWORD],
    ['user without a password', {}, PASSWORD],
    ['unreadable hash', { passwordHash: 'nothing that was ever a hash' }, PASSWORD],
    [`hash of cost ${COST - 2}, wrong password`, { passwordHash: lower }, `${PASSWORD}!`],
    ['hash of cost 4, wrong password', { passwordHash: lowest }, `${PASSWORD}!`],
    ['PBKDF2 of 200,000 iterations, wrong password', { passwordHash: pbkdf2 }, `${PASSWORD}!`],
    ['Firebase’s scrypt, wrong password', { passwordHash: firebase }, `${PASSWORD}!`],
    ['argon2id of 19 MiB, two passes, wrong password', { passwordHash: argon2 }, `${PASSWORD}!`],
    [UNKNOWN_DECOMPOSED, undefined, DECOMPOSED],
    ['wrong password, not in NFC', { passwordHash }, DECOMPOSED],
    ['hash of cost 4, wrong password, not in NFC', { passwordHash: lowest }, DECOMPOSED],
  ]
}

async function newEmail(stored: Partial<User> | undefined): Promise<string> {
  if (!stored) return `${nanoid().toLowerCase()}@example.com`
  const { passwordHash: _, ...sample } = sampleUser()
  const user = { ...sample, ...stored }
  const store = dynamodbUserStore({ client: tables.client, tableName: tables.users })
  await store.create(user, startDeadline(10))
  await store.claimEmail(user.email, { userId: user.id }, undefined, startDeadline(10))
  return user.email
}

test(`the medians of ${SAMPLES} refused logins of each class differ by less than 5 % [TH-11]`, async () => {
  const finish = startMeasuring()
  const each = (await classes()).map(([name, stored, password]) => ({ name, stored, password, email: '' }))
  const refused = each.map((one) => ({
    name: one.name,
    base: one.name.endsWith('not in NFC') ? UNKNOWN_DECOMPOSED : UNKNOWN, // with the same number of verifications
    async request() {
      const body = { email: one.email, password: one.password, credential: 'bearer' }
      const headers = { 'content-type': 'application/json' }
      const answer = await invoke(handler, httpApiEvent({ method: 'POST', path: '/auth/login', headers, body }))
      expect(answer.statusCode, one.name).toBe(401)
    },
  }))
  const measured = await measureSideBySide(refused, {
    samples: SAMPLES,
    warmUp: WARM_UP,
    label: 'TH-11',
    async beforeRound(round) {
      if (round % PER_ACCOUNT === 0) for (const one of each) one.email = await newEmail(one.stored)
    },
  })
  await writeTiming('TH-11 A refused login does not tell by its time why', [
    `The login function, called as Lambda calls it, with bcrypt at cost ${COST} and its tables in dynalite. One of each class after the other, in an order drawn anew each time. Asked for: every median within 5 % of the unknown email's. A hash of a lower cost is padded by a run of bcrypt for each step up to the present one, and each run has some setting up to do. After a hash of another system, runs of bcrypt fill the rest of the time, which they measure themselves. A password that is not in NFC is verified twice, so these classes are compared with each other.`,
    timingTable(measured, 'unknown email'),
    finish(),
  ])
  for (const { name, difference } of measured) expect(Math.abs(difference), name).toBeLessThan(0.05)
})
