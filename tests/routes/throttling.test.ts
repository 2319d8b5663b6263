import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseConfig } from '../../lib/config.ts'
import { draws } from '../support/draws.ts'
import { isFirstEngine } from '../support/engine.ts'
import type { Answer } from '../support/http.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'
import { face, inBatches, inParallel, logIn, verifications } from '../support/throttled.ts'

// How many password guesses the service verifies, counted on the wire, and the effect on other users (I7).

const WINDOW = 900
const WRONG = 'not the right password'
const unknown = () => `${nanoid(12)}@nowhere.example`
const countOf = (answers: Answer[], status: number) => answers.filter((answer) => answer.status === status).length

let service: TestService
let user: TestUser
/** The result after a wait of twenty seconds, while the other tests run. */
let waited: ReturnType<typeof lockAndWait>
/** Concurrent requests. */
const MANY = draws(40, 100)
beforeAll(async () => {
  service = await startTestService()
  waited = lockAndWait()
  waited.catch(() => {}) // its own test asserts it
})
beforeEach(async () => {
  user = await service.user()
  service.proxy.calls.length = 0
})
afterAll(() => service.close())

const wrong = (email: string = user.email) => logIn(service, email, WRONG)
const lock = (email: string = user.email) => inParallel(10, () => wrong(email))

describe('the rate limit of an account', () => {
  test('verifies ten of thirty guesses at one account, as configured [TH-01]', async () => {
    const { perAccount, windowSeconds } = parseConfig({}).attempts
    expect({ perAccount, windowSeconds }).toEqual({ perAccount: 10, windowSeconds: WINDOW })
    const answers = [await wrong(), ...(await inParallel(28, () => wrong())), await wrong()]
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([10, 20])
    expect(verifications(service)).toBe(10)
    expect(answers.at(-1)?.status).toBe(429)
  })

  test('is in the configuration reference with its default [TH-01]', async () => {
    const page = await readFile('docs/configuration.md', 'utf8')
    const { perAccount, perSource, windowSeconds, registrationsPerSource } = parseConfig({}).attempts
    const defaults = {
      LOGIN_ATTEMPTS_PER_ACCOUNT: perAccount,
      LOGIN_ATTEMPTS_PER_SOURCE: perSource,
      ATTEMPTS_WINDOW_SECONDS: windowSeconds,
      REGISTRATIONS_PER_SOURCE: registrationsPerSource,
    }
    for (const [name, value] of Object.entries(defaults))
      expect(page, name).toMatch(new RegExp(`^\\| \`${name}\` \\|.*\\| ${value} \\|`, 'm'))
  })

  test('verifies ten of many concurrent guesses [TH-04]', async () => {
    const answers = await inParallel(MANY, () => wrong())
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([10, MANY - 10])
    expect(verifications(service)).toBe(10)
  })

  test('is not exceeded if one of the concurrent guesses is right [TH-04]', async () => {
    const answers = await inParallel(MANY, (i) =>
      i % (MANY / 5) === 5 ? logIn(service, user.email, PASSWORD) : wrong(),
    )
    const successes = countOf(answers, 200)
    const verified = countOf(answers, 401) + successes
    expect(verified + countOf(answers, 429)).toBe(MANY)
    expect(verified).toBeLessThanOrEqual(10 * (successes + 2))
  })

  test.each([
    ['reauthentications', 'POST', '/auth/session/reauthenticate', { password: WRONG }],
    ['password changes', 'PUT', '/auth/password', { currentPassword: WRONG, newPassword: `${PASSWORD} anew` }],
  ])('verifies ten of many concurrent %s, and separately ten logins [TH-04]', async (_, method, path, body) => {
    const { token: bearer } = await service.signIn(user)
    const answers = await inParallel(MANY, () => service.request(method, path, { bearer, body }))
    expect([countOf(answers, 403), countOf(answers, 429)]).toEqual([10, MANY - 10])
    const failures = service.log.filter((line) => line.includes(user.id) && line.includes('authn_login_fail'))
    expect(failures).toHaveLength(10)
    for (const answer of answers.filter(({ status }) => status === 429)) expectProblem(answer, 'too_many_attempts')
    expect((await service.signIn(user)).answer.status).toBe(200)
  })
})

describe('a locked account', () => {
  test('starts a new count after a successful login [TH-06]', async () => {
    for (let round = 0; round < 3; round++) {
      expect(countOf(await inParallel(9, () => wrong()), 401)).toBe(9)
      expect((await logIn(service, user.email, PASSWORD)).status).toBe(200)
    }
  })

  test('gets equal responses for right and wrong passwords and unknown emails, without verification [TH-06]', async () => {
    const unknownEmail = unknown()
    await lock()
    await lock(unknownEmail)
    const ofSome = await lock((await service.user()).email) // and an account that is not locked yet
    expect(countOf(ofSome, 401)).toBe(10)
    service.proxy.calls.length = 0
    const answers = [
      await logIn(service, user.email, PASSWORD),
      await wrong(),
      await wrong(unknownEmail),
      await logIn(service, unknownEmail, PASSWORD),
    ]
    for (const answer of answers) expectProblem(answer, 'too_many_attempts')
    for (const answer of answers) expect(face(answer)).toEqual(face(answers[0] as Answer))
    for (const { headers } of answers) {
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(WINDOW)
      expect(Number(headers['retry-after'])).toBeGreaterThan(WINDOW - 60)
    }
    expect(verifications(service)).toBe(0)
    const perLogin = service.proxy.calls.length / answers.length
    expect(service.proxy.calls.map(({ operation }) => operation).slice(perLogin)).toEqual(
      service.proxy.calls.map(({ operation }) => operation).slice(0, -perLogin),
    )
  })

  test('keeps its sessions usable, for reauthentication and password change too [TH-07]', async () => {
    const { token } = await service.signIn(user)
    const other = await service.user()
    // The login has made this source known, which then locked itself. `throttling-sources.test.ts` tests unknown sources.
    await inParallel(30, () => wrong())
    expectProblem(await logIn(service, user.email, PASSWORD), 'too_many_attempts')
    expect((await service.request('GET', '/auth/session', { bearer: token })).status).toBe(200)
    const reauthenticated = await service.request('POST', '/auth/session/reauthenticate', {
      bearer: token,
      body: { password: PASSWORD },
    })
    expect(reauthenticated.status).toBe(200)
    const changed = await service.request('PUT', '/auth/password', {
      bearer: reauthenticated.json.token,
      body: { currentPassword: PASSWORD, newPassword: `${PASSWORD} anew` },
    })
    expect(changed.status).toBe(200)
    expect((await service.request('GET', '/auth/sessions', { bearer: changed.json.token })).status).toBe(200)
    expect((await service.signIn(other)).answer.status).toBe(200)
  })
})

describe('every refused login', () => {
  /** Users whose login with `PASSWORD` fails, each for another reason. */
  async function classes(): Promise<[name: string, email: string, password: string][]> {
    const made = await inParallel(4, () => service.user())
    const [disabled, none, unreadable, cheaper] = made as [TestUser, TestUser, TestUser, TestUser]
    const change = async ({ id }: TestUser, changes: object) => {
      const item = await service.tables.get(service.tables.users, { pk: { S: `user#${id}` } })
      const { passwordHash, ...rest } = { ...item, ...changes } as NonNullable<typeof item>
      await service.tables.put(service.tables.users, passwordHash ? { ...rest, passwordHash } : rest)
    }
    await change(disabled, { status: { S: 'disabled' } })
    await change(none, { passwordHash: undefined })
    await change(unreadable, { passwordHash: { S: 'nothing that was ever a hash' } })
    await change(cheaper, { passwordHash: { S: `$2b$04$${'a'.repeat(53)}` } })
    return [
      ['unknown email', unknown(), PASSWORD],
      ['wrong password', user.email, WRONG],
      ['disabled user', disabled.email, PASSWORD],
      ['disabled user, wrong password', disabled.email, WRONG],
      ['user without a password', none.email, PASSWORD],
      ['unreadable hash', unreadable.email, PASSWORD],
      ['hash of another system', cheaper.email, PASSWORD],
    ]
  }

  test('gets an equal response after the same datastore calls [TH-10]', async () => {
    const seen: [name: string, face: object, calls: object[]][] = []
    for (const [name, email, password] of await classes()) {
      service.proxy.calls.length = 0
      const answer = await logIn(service, email, password)
      expectProblem(answer, 'invalid_credentials')
      // The keys that a call names differ, as they must.
      seen.push([name, face(answer), service.proxy.calls.map(({ context: _, ...call }) => call)])
    }
    const [, first, calls] = seen[0] as (typeof seen)[number]
    expect(calls).toHaveLength(5)
    for (const each of seen) expect(each).toEqual([each[0], first, calls])
  })

  test('gets an equal response if it requests a cookie [TH-10]', async () => {
    const faces = []
    for (const [, email, password] of await classes())
      faces.push(face(await service.request('POST', '/auth/login', { body: { email, password }, origin: service.url })))
    for (const each of faces) expect(each).toEqual(faces[0])
  })
})

async function lockAndWait() {
  const quick = await startTestService({ ATTEMPTS_WINDOW_SECONDS: '20' }, [])
  try {
    const { email } = await quick.user()
    await inParallel(10, () => logIn(quick, email, WRONG))
    const refused = await logIn(quick, email, PASSWORD)
    await sleep(Number(refused.headers['retry-after']) * 1000)
    return { refused, retried: await logIn(quick, email, PASSWORD) }
  } finally {
    await quick.close()
  }
}

describe('Retry-After', () => {
  test('is exact: an attempt at that time is verified, an earlier one is not', async () => {
    const { refused, retried } = await waited
    expectProblem(refused, 'too_many_attempts')
    const seconds = Number(refused.headers['retry-after'])
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(20)
    expect(retried.status).toBe(200)
  })
})

describe('the rate limit of a source', () => {
  let shared: TestService
  let started: number
  const LIMIT = draws(30, 100)
  beforeAll(async () => {
    const environment = {
      LOGIN_ATTEMPTS_PER_SOURCE: String(LIMIT),
      REGISTRATIONS_PER_SOURCE: '5',
    }
    shared = await startTestService(environment, [])
  })
  afterAll(() => shared.close())

  test('refuses further registrations before hashing or writing', async () => {
    const register = () => shared.request('POST', '/auth/register', { body: { email: unknown(), password: PASSWORD } })
    const answers = await inParallel(12, register)
    expect([countOf(answers, 201), countOf(answers, 429)]).toEqual([5, 7])
    shared.proxy.calls.length = 0
    expectProblem(await register(), 'too_many_attempts')
    expect(shared.proxy.calls.filter(({ table }) => table !== shared.tables.attempts)).toEqual([])
    // Invalid requests do not count, and logins are counted separately.
    expectProblem(
      await shared.request('POST', '/auth/register', { body: { email: unknown(), password: 'short' } }),
      'password_rejected',
    )
  })

  test('does not count successful logins', async () => {
    const own = await shared.user()
    started = Date.now()
    for (let i = 0; i < 15; i++) expect((await shared.signIn(own)).answer.status).toBe(200)
    const [counter] = (await shared.tables.scan(shared.tables.attempts)).filter(({ taken }) => taken?.N === '0')
    expect(counter).toBeDefined()
  })

  // TH-04 tests concurrency on one counter on every engine.
  test.runIf(isFirstEngine)('verifies guesses at different accounts up to the limit [TH-03]', async () => {
    shared.proxy.calls.length = 0
    const tries = draws(60, 200)
    const answers = await inBatches(tries, 50, () => logIn(shared, unknown(), PASSWORD))
    const elapsed = Math.ceil((Date.now() - started) / 1000) + 1
    expect([countOf(answers, 401), countOf(answers, 429)]).toEqual([LIMIT, tries - LIMIT])
    expect(verifications(shared)).toBe(LIMIT)
    const refused = answers.filter(({ status }) => status === 429)
    for (const answer of refused) {
      const seconds = Number(answer.headers['retry-after'])
      expect(seconds).toBeLessThanOrEqual(WINDOW)
      expect(seconds).toBeGreaterThan(WINDOW - elapsed)
    }
    expectProblem(refused[0] as Answer, 'too_many_attempts')
    // Each second that passes reduces the wait.
    const waits = refused.map(({ headers }) => Number(headers['retry-after']))
    expect(waits.at(-1)).toBeLessThanOrEqual(waits[0] as number)
  })
})
