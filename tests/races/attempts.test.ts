import { memoryAttemptStore, memorySessionStore, memoryUserStore } from 'coatcheck/testing'
import { nanoid } from 'nanoid'
import { beforeEach, describe, expect, test } from 'vitest'
import { createAccounts } from '../../lib/accounts/accounts.ts'
import { login } from '../../lib/accounts/login.ts'
import { changePassword, reauthenticate } from '../../lib/accounts/reauthentication.ts'
import { parseConfig } from '../../lib/config.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { TooManyAttemptsError, UnavailableError } from '../../lib/errors.ts'
import type { AttemptStore, PasswordHasher } from '../../lib/ports.ts'
import { Secret } from '../../lib/secret.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { type Attempts, createAttempts } from '../../lib/throttling/attempts.ts'
import type { Email, UserId } from '../../lib/user.ts'
import { fixedClock } from '../../testing/fixed-clock.ts'

// The budgets of attempts, with a clock set by hand and in bursts of parallel requests. In memory: tests/contract shows
// that both stores count alike, also in parallel.

const pepper = new Secret('p'.repeat(32))
const limits = { ...parseConfig({}).attempts, perSource: 100_000 }
const long = () => startDeadline(60) // many calls at once on a small machine
const USER_ID = 'u'.repeat(21) as UserId
const IP = '192.0.2.1'
const newEmail = () => `${nanoid(10).toLowerCase()}@example.com` as Email

/** 0 if the attempt is granted, otherwise the seconds to wait. */
const waitOf = (taking: Promise<unknown>): Promise<number> =>
  taking.then(
    () => 0,
    (error) => {
      if (error instanceof TooManyAttemptsError) return error.retryAfterSeconds
      throw error
    },
  )
/** Takes attempts until one is refused. */
async function exhaust(take: () => Promise<unknown>): Promise<{ granted: number; wait: number }> {
  for (let granted = 0; ; granted++) {
    const wait = await waitOf(take())
    if (wait > 0) return { granted, wait }
  }
}

describe('attempts', () => {
  let clock: ReturnType<typeof fixedClock>
  let store: AttemptStore
  let attempts: Attempts
  const make = (changes: Partial<typeof limits> = {}) =>
    createAttempts({ store, limits: { ...limits, ...changes }, pepper, clock })
  beforeEach(() => {
    clock = fixedClock()
    store = memoryAttemptStore()
    attempts = make()
  })
  const take = (email: Email, ip = IP) => attempts.reserveLogin(email, ip, long())

  test('grants an account ten login attempts by default, below the hundred of NIST SP 800-63B [TH-01]', async () => {
    const email = newEmail()
    expect((await exhaust(() => take(email))).granted).toBe(10)
  })

  test('doubles the lockout from 15 minutes to a day, and never locks for longer [TH-02]', async () => {
    const email = newEmail()
    const waits: number[] = []
    for (let round = 0; round < 9; round++) {
      const { granted, wait } = await exhaust(() => take(email))
      expect(granted).toBe(10)
      waits.push(wait)
      clock.advance(wait - 1)
      expect(await waitOf(take(email))).toBe(1)
      clock.advance(1)
    }
    expect(waits).toEqual([900, 1800, 3600, 7200, 14_400, 28_800, 57_600, 86_400, 86_400])
  })

  test('returns to the shortest lockout after a successful login [TH-02]', async () => {
    const email = newEmail()
    for (let round = 0; round < 3; round++) clock.advance((await exhaust(() => take(email))).wait)
    await (await take(email)).succeed(USER_ID, long())
    clock.advance(91 * 86_400) // the source is no longer known, and counts as any other
    expect(await exhaust(() => take(email))).toEqual({ granted: 10, wait: 900 })
  })

  test('limits a source across accounts, and restores its budget after one window [TH-03]', async () => {
    attempts = make({ perSource: 20 })
    const [ip, other] = ['198.51.100.7', '198.51.100.8']
    expect(await exhaust(() => take(newEmail(), ip))).toEqual({ granted: 20, wait: 900 })
    expect(await waitOf(take(newEmail(), other))).toBe(0)
    clock.advance(900)
    expect(await exhaust(() => take(newEmail(), ip))).toEqual({ granted: 20, wait: 900 })
  })

  test('gives an account its whole budget back after a success, and the source one attempt [TH-06]', async () => {
    attempts = make({ perSource: 30 })
    const [email, ip] = [newEmail(), '198.51.100.9']
    for (let i = 0; i < 9; i++) await take(email, ip)
    await (await take(email, ip)).succeed(USER_ID, long())
    for (let i = 0; i < 40; i++) await (await take(newEmail(), ip)).succeed(USER_ID, long())
    expect((await exhaust(() => take(newEmail(), ip))).granted).toBe(21)
    expect((await exhaust(() => take(email, '198.51.100.10'))).granted).toBe(10)
  })

  test('give a source its attempt back if no password was verified', async () => {
    attempts = make({ perSource: 12 })
    const [locked, ip] = [newEmail(), '198.51.100.20']
    expect((await exhaust(() => take(locked, ip))).granted).toBe(10)
    for (let i = 0; i < 30; i++) expect(await waitOf(take(locked, ip))).toBeGreaterThan(0)
    expect((await exhaust(() => take(newEmail(), ip))).granted).toBe(2) // the refused attempts did not count
    const email = newEmail()
    for (let i = 0; i < 30; i++) await (await take(email, '198.51.100.21')).release(long())
    expect((await exhaust(() => take(email, '198.51.100.21'))).granted).toBe(10)
  })

  test('restore the budget for reauthentications after a login', async () => {
    const owner = nanoid(21) as UserId
    await exhaust(() => attempts.reserveReauthentication(owner, long()))
    await (await take(newEmail())).succeed(owner, long())
    expect((await exhaust(() => attempts.reserveReauthentication(owner, long()))).granted).toBe(10)
  })

  test('keeps the budget of a known source when its /48 is used up [TH-07]', async () => {
    attempts = make({ perSource: 3 })
    const [email, home] = [newEmail(), '2001:db8:7:1::1']
    await (await take(email, home)).succeed(USER_ID, long())
    let taken = 0
    for (let network = 2; network < 20; network++)
      for (let i = 0; i < 3; i++) if ((await waitOf(take(newEmail(), `2001:db8:7:${network}::1`))) === 0) taken++
    expect(taken).toBe(30) // ten times three, and the site is used up
    expect(await waitOf(take(newEmail(), home))).toBeGreaterThan(0)
    expect(await waitOf(take(email, home))).toBe(0)
  })

  test('gives a source that has signed in a budget of its own for ninety days [TH-07]', async () => {
    const [email, home, stranger] = [newEmail(), '203.0.113.1', '203.0.113.2']
    await (await take(email, home)).succeed(USER_ID, long())
    expect((await exhaust(() => take(email, stranger))).granted).toBe(10)
    expect((await exhaust(() => take(email, home))).granted).toBe(10)
    expect(await waitOf(take(email, stranger))).toBeGreaterThan(0)
    const [kept, late] = [newEmail(), newEmail()]
    for (const each of [kept, late]) await (await take(each, home)).succeed(USER_ID, long())
    clock.advance(90 * 86_400 - 1)
    await exhaust(() => take(kept, stranger))
    expect(await waitOf(take(kept, home))).toBe(0)
    clock.advance(1)
    await exhaust(() => take(late, stranger))
    expect(await waitOf(take(late, home))).toBeGreaterThan(0)
  })

  test('counts IPv6 by /64 and with ten times the budget by /48, and invalid addresses together [TH-08]', async () => {
    attempts = make({ perSource: 5 })
    const site = nanoid(4).replace(/[^0-9a-f]/gi, 'a')
    const host = (net: number, n: number) => `2001:db8:${site}:${net.toString(16)}::${n.toString(16)}`
    let n = 0
    expect((await exhaust(() => take(newEmail(), host(0, ++n)))).granted).toBe(5)
    // The /64 refuses before the /48 counts: 5 of the 50 attempts of the /48 are used.
    expect((await exhaust(() => take(newEmail(), host(++n, 1)))).granted).toBe(45)
    const strange = ['', 'unknown', '999.1.1.1', '192.0.2.1, 10.0.0.1']
    expect((await exhaust(() => take(newEmail(), strange[n++ % 4] ?? ''))).granted).toBe(5)
  })

  test('count registrations by source, and by /48 for IPv6, and never give them back', async () => {
    attempts = make({ registrationsPerSource: 3 })
    const register = (ip: string) => attempts.reserveRegistration(ip, long())
    expect(await exhaust(() => register('203.0.113.9'))).toEqual({ granted: 3, wait: 900 })
    expect(await waitOf(take(newEmail(), '203.0.113.9'))).toBe(0)
    let net = 0
    expect((await exhaust(() => register(`2001:db8:ffff:${++net}::1`))).granted).toBe(30)
    clock.advance(900)
    expect(await waitOf(register('203.0.113.9'))).toBe(0)
  })

  test('are restored at once when an account is unlocked, for every source and for reauthentications', async () => {
    const user = { email: newEmail(), id: nanoid(21) as never }
    await (await take(user.email, IP)).succeed(user.id, long())
    const ways = [
      () => take(user.email, IP),
      () => take(user.email, '203.0.113.77'),
      () => attempts.reserveReauthentication(user.id, long()),
    ]
    for (const way of ways) await exhaust(way)
    await attempts.unlock(user, [IP], long())
    for (const way of ways) expect((await exhaust(way)).granted).toBe(10)
  })
})

describe('a burst', () => {
  const PASSWORD = 'correct horse battery staple'
  let verifications = 0
  const hasher: PasswordHasher = {
    hash: async () => 'hash',
    async verify(password) {
      verifications++
      return password.reveal() === PASSWORD ? 'right' : 'wrong'
    },
  }

  async function setUp() {
    const store = memoryUserStore()
    const sessions = createSessions({ store: memorySessionStore() })
    const log = () => {}
    const { users, revocations } = createAccounts({ store, sessions, log })
    const attempts = createAttempts({ store: memoryAttemptStore(), limits, pepper, log })
    const user = await users.register({ email: newEmail(), passwordHash: 'hash' }, long())
    verifications = 0
    return { parts: { users, sessions, revocations, hasher, attempts, log }, user }
  }
  const countOf = async (all: Promise<unknown>[]) =>
    (await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled').length

  test('does not lock an account if the datastore fails before the verification', async () => {
    const { parts, user } = await setUp()
    const request = { email: user.email, password: new Secret(PASSWORD), ip: IP, userAgent: '', presented: [] }
    const findByEmail = () => Promise.reject(new UnavailableError('down'))
    const broken = { ...parts, users: { ...parts.users, findByEmail } }
    for (let i = 0; i < 30; i++) await expect(login(broken, request, long())).rejects.toBeInstanceOf(UnavailableError)
    expect(verifications).toBe(0)
    expect((await login(parts, request, long())).user.id).toBe(user.id)
  })

  test('rejects a password change of a session that is revoked during the verification', async () => {
    const { parts, user } = await setUp()
    const from = { ip: IP, userAgent: '' }
    const request = { email: user.email, password: new Secret(PASSWORD), ...from, presented: [] }
    const [thief, owner] = [await login(parts, request, long()), await login(parts, request, long())]
    const hash = async (password: Secret) => {
      await parts.sessions.revoke(user.id, thief.session.id)
      return parts.hasher.hash(password)
    }
    const signed = { session: thief.session, user, password: new Secret(PASSWORD), newPassword: new Secret('other') }
    const changing = changePassword({ ...parts, hasher: { ...parts.hasher, hash } }, signed, from, long())
    await expect(changing).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(await parts.users.get(user.id, long())).toMatchObject({ passwordHash: user.passwordHash, epoch: 0 })
    expect(await parts.sessions.check(owner.token.reveal())).toBeDefined()
  })

  test('verifies ten of 200 parallel logins with a wrong password [TH-04]', async () => {
    const { parts, user } = await setUp()
    const wrong = () => ({ email: user.email, password: new Secret('x'), ip: IP, userAgent: '', presented: [] })
    expect(await countOf(Array.from({ length: 200 }, () => login(parts, wrong(), long())))).toBe(0)
    expect(verifications).toBe(10)
  })

  test('verifies no more than the budget between two successes among 200 parallel logins [TH-04]', async () => {
    const { parts, user } = await setUp()
    const of = (i: number) => ({
      email: user.email,
      password: new Secret(i % 40 === 7 ? PASSWORD : 'x'),
      ip: IP,
      userAgent: '',
      presented: [],
    })
    const successes = await countOf(Array.from({ length: 200 }, (_, i) => login(parts, of(i), long())))
    // A success restores the account's budget and makes the source a known one, which has a budget of its own.
    expect(verifications).toBeLessThanOrEqual(10 * (successes + 2))
    expect(successes).toBeLessThanOrEqual(5)
  })

  test('verifies ten of 200 parallel reauthentications and password changes [TH-04]', async () => {
    const { parts, user } = await setUp()
    const { session } = await login(
      parts,
      { email: user.email, password: new Secret(PASSWORD), ip: IP, userAgent: '', presented: [] },
      long(),
    )
    verifications = 0
    const signed = { session, user, password: new Secret('x') }
    const device = { ip: IP, userAgent: '' }
    const tries = Array.from({ length: 200 }, (_, i) =>
      i % 2 === 0
        ? reauthenticate(parts, signed, device, long())
        : changePassword(parts, { ...signed, newPassword: new Secret(PASSWORD) }, device, long()),
    )
    expect(await countOf(tries)).toBe(0)
    expect(verifications).toBe(10)
    await login(
      parts,
      { email: user.email, password: new Secret(PASSWORD), ip: IP, userAgent: '', presented: [] },
      long(),
    )
  })
})
