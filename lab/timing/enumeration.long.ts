import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { performance } from 'node:perf_hooks'
import { httpApiEvent, invoke } from 'coatcheck/testing'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { bcryptHasher } from '../../lib/passwords/password-hasher.ts'
import { Secret } from '../../lib/secret.ts'
import type { User } from '../../lib/user.ts'
import { tableVariables } from '../../local/table-settings.ts'
import { captureOutput } from '../../tests/support/captured-output.ts'
import { sampleUser } from '../../tests/support/samples.ts'
import { createTestTables, type TestTables } from '../../tests/support/tables.ts'
import { mannWhitney, quantile } from '../shared/statistics.ts'
import { markdownTable } from '../shared/table.ts'
import { foreignHashes } from './foreign-hashes.ts'

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

const load = () =>
  loadavg()
    .map((average) => average.toFixed(2))
    .join(', ')

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value)
}

test(`the medians of ${SAMPLES} refused logins of each class differ by less than 5 % [TH-11]`, async () => {
  const [startedAt, loadBefore] = [new Date(), load()]
  const print = captureOutput([]) // each refusal has its line
  const each = (await classes()).map(([name, stored, password]) => {
    return { name, stored, password, email: '', times: [] as number[] }
  })
  for (let round = -WARM_UP; round < SAMPLES; round++) {
    if ((round + WARM_UP) % PER_ACCOUNT === 0) for (const one of each) one.email = await newEmail(one.stored)
    for (const one of shuffled(each)) {
      const body = { email: one.email, password: one.password, credential: 'bearer' }
      const headers = { 'content-type': 'application/json' }
      const event = httpApiEvent({ method: 'POST', path: '/auth/login', headers, body })
      const before = performance.now()
      const answer = await invoke(handler, event)
      const time = performance.now() - before
      expect(answer.statusCode, one.name).toBe(401)
      if (round >= 0) one.times.push(time)
    }
    if (round > 0 && round % 25 === 0) console.log(`TH-11 ${round} of ${SAMPLES}`)
  }
  print.mockRestore()

  /** What a class is compared with: an unknown email, with the same number of verifications. */
  const baseOf = (name: string) => (name.endsWith('not in NFC') ? UNKNOWN_DECOMPOSED : UNKNOWN)
  const figures = each.map(({ name, times }) => {
    const baseTimes = each.find((one) => one.name === baseOf(name))?.times ?? []
    const [median, base] = [quantile(times, 0.5), quantile(baseTimes, 0.5)]
    return { name, times, median, difference: (median - base) / base, p: mannWhitney(times, baseTimes) }
  })
  const ms = (value: number) => value.toFixed(1)
  const rows = figures.map(({ name, times, median, difference, p }) => [
    name,
    String(times.length),
    ms(median),
    ms(quantile(times, 0.25)),
    ms(quantile(times, 0.75)),
    name === baseOf(name) ? '' : `${(100 * difference).toFixed(2)} %`,
    name === baseOf(name) ? '' : p < 0.001 ? '< 0.001' : p.toFixed(3),
  ])
  const head = ['class', 'samples', 'median ms', '25 %', '75 %', 'against unknown email', 'Mann–Whitney p']
  await writeFile(
    'docs/timing.md',
    `# Timing

What \`npm run test:long\` has measured last, written by itself. It is a command of its own: figures depend on the machine and on what else it does, so nothing of this is a part of \`npm test\`.

## TH-11 A refused login does not tell by its time why

The login function, called as Lambda calls it, with bcrypt at cost ${COST} and its tables in dynalite. One of each class after the other, in an order drawn anew each time. Asked for: every median within 5 % of the unknown email's. A hash of a lower cost is padded by a run of bcrypt for each step up to the present one, and each run has some setting up to do. After a hash of another system, runs of bcrypt fill the rest of the time, which they measure themselves. A password that is not in NFC is verified twice, so these classes are compared with each other.

${markdownTable(head, rows)}

Measured ${startedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC; Node ${process.versions.node}; ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}); load average ${loadBefore} before and ${load()} after.
`,
  )
  for (const { name, difference } of figures) expect(Math.abs(difference), name).toBeLessThan(0.05)
})
