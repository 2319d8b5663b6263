import { describe, expect, test } from 'vitest'
import { TooManyAttemptsError, UnavailableError } from '../../lib/errors.ts'
import type { AttemptBudget, AttemptKey } from '../../lib/ports.ts'
import type { Email } from '../../lib/user.ts'
import { waitOf } from '../support/attempts.ts'
import { createParts, down, soon } from '../support/parts.ts'
import { NOW, newUserId } from '../support/samples.ts'

// Which counters an attempt uses, on a store in memory. `tests/races/attempts.test.ts` runs parallel attempts on the engine.

const EMAIL = 'someone@example.com' as Email
const IP = '192.0.2.1'
const V6 = '2001:db8:1:2::3'
const limits = { perAccount: 2, perSource: 4, registrationsPerSource: 1 }

function open() {
  const parts = createParts({ limits })
  const { stores } = parts
  /** Every reservation requested from the store. */
  const reservations: { key: AttemptKey; budget: AttemptBudget; wait: number }[] = []
  const reserve = stores.attempts.reserve
  stores.attempts.reserve = async (key, budget, now, deadline) => {
    const outcome = await reserve(key, budget, now, deadline)
    reservations.push({ key, budget, wait: waitOf(outcome, now) })
    return outcome
  }
  const releases: AttemptKey[] = []
  const release = stores.attempts.release
  stores.attempts.release = (key, deadline) => {
    releases.push(key)
    return release(key, deadline)
  }
  const logIn = (ip = IP, email = EMAIL) => parts.attempts.reserveLogin(email, ip, soon())
  const facts = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error) => (error instanceof TooManyAttemptsError ? error.facts : error),
    )
  return { ...parts, reservations, releases, logIn, facts, userId: newUserId() }
}

describe('a login attempt', () => {
  test('is counted for the source, then for the account, whose window doubles', async () => {
    const { logIn, reservations } = open()
    await logIn()
    expect(reservations.map(({ budget }) => budget)).toEqual([
      { limit: 4, windowSeconds: 900, windowDoubles: false },
      { limit: 2, windowSeconds: 900, windowDoubles: true },
    ])
    expect(reservations[0]?.key).not.toBe(reservations[1]?.key)
  })

  test('says until when it locks the account if it is the last of the account’s budget', async () => {
    const { logIn, attempts, userId } = open()
    const locks = [await logIn(), await logIn('192.0.2.2')].map(({ lockedUntil }) => lockedUntil)
    expect(locks).toEqual([undefined, NOW + 900])
    for (let i = 0; i < 2; i++) await logIn('192.0.2.3', `${i}@example.com` as Email)
    const lastOfSource = await logIn('192.0.2.3', '2@example.com' as Email)
    expect(lastOfSource.lockedUntil).toBeUndefined()
    const reauthentications = [await attempts.reserveReauthentication(userId, soon())]
    reauthentications.push(await attempts.reserveReauthentication(userId, soon()))
    expect(reauthentications.map(({ lockedUntil }) => lockedUntil)).toEqual([undefined, NOW + 900])
  })

  test('from an IPv6 address is counted for its /64 and for its /48, which has ten times the limit', async () => {
    const { logIn, reservations, releases, userId } = open()
    const attempt = await logIn(V6)
    expect(reservations.map(({ budget }) => budget.limit)).toEqual([4, 40, 2])
    await attempt.succeed(userId, soon())
    expect(releases).toEqual(reservations.slice(0, 2).map(({ key }) => key))
  })

  test('is refused with the budget account and uncounted for the source when the account’s budget is used up', async () => {
    const { logIn, attempts, reservations, releases, facts } = open()
    await logIn()
    await logIn()
    const error = await logIn().catch((caught) => caught)
    expect(error).toBeInstanceOf(TooManyAttemptsError)
    expect(error.retryAfterSeconds).toBe(900)
    expect(error.facts).toEqual({ at: 'login', account: attempts.logTag(EMAIL), budget: 'account' })
    expect(releases).toEqual([reservations[0]?.key])
    expect(await facts(logIn(IP, 'other@example.com' as Email))).toBeUndefined()
  })

  test('is refused with the budget source and not counted for the account when the source’s budget is used up', async () => {
    const { logIn, reservations, releases, facts } = open()
    for (let i = 0; i < 4; i++) await logIn(IP, `${i}@example.com` as Email)
    reservations.length = 0
    expect(await facts(logIn())).toMatchObject({ at: 'login', budget: 'source' })
    expect(reservations).toHaveLength(1)
    expect(releases).toEqual([])
  })

  test('resets the account, is uncounted for the source and marks the source as known for 90 days on success', async () => {
    const { logIn, stores, calls, releases, reservations, userId } = open()
    const marks: [AttemptKey, number][] = []
    stores.attempts.setMark = async (key, until) => void marks.push([key, until])
    const attempt = await logIn()
    calls.length = 0
    await attempt.succeed(userId, soon())
    expect([...calls].sort()).toEqual([
      'attempts.release',
      'attempts.reset', // of the account
      'attempts.reset', // of the user's reauthentications
      'attempts.setMark',
    ])
    expect(releases).toEqual([reservations[0]?.key])
    expect(marks.map(([, until]) => until)).toEqual([NOW + 90 * 86_400])
    await logIn()
    await logIn()
    expect(reservations.every(({ wait }) => wait === 0)).toBe(true)
  })

  test('from a known source has a budget that strangers cannot use up, and counts for its own network alone', async () => {
    const { logIn, reservations, facts, userId } = open()
    await (await logIn(V6)).succeed(userId, soon())
    for (let i = 0; i < 2; i++) await logIn('198.51.100.9')
    for (const stranger of ['198.51.100.9', '2001:db8:1:9::3'])
      expect(await facts(logIn(stranger))).toMatchObject({ budget: 'account' })
    reservations.length = 0
    await logIn(V6)
    expect(reservations.map(({ budget }) => budget.limit)).toEqual([4, 2])
    expect(await facts(logIn(V6))).toBeUndefined()
    expect(await facts(logIn(V6))).toMatchObject({ budget: 'account' })
  })

  test('from a known source is counted per account and per source', async () => {
    const { logIn, userId, facts } = open()
    const other = 'other@example.com' as Email
    for (const [ip, email] of [
      [IP, EMAIL],
      [IP, other],
      ['192.0.2.9', EMAIL],
    ] as const)
      await (await logIn(ip, email)).succeed(userId, soon())
    for (let i = 0; i < 2; i++) await logIn()
    expect(await facts(logIn())).toMatchObject({ budget: 'account' })
    expect(await facts(logIn(IP, other))).toBeUndefined()
    expect(await facts(logIn('192.0.2.9'))).toBeUndefined()
  })

  test.each([
    ['IPv4 address', IP, IP],
    ['IPv6 /64', V6, V6.replace(/[^:]*$/, 'ffff')],
  ])(
    'of a known user at an %s that others have used up is limited by the user’s own budget',
    async (_, ip, neighbour) => {
      const { logIn, reservations, releases, facts, calls, userId } = open()
      await (await logIn(ip)).succeed(userId, soon())
      for (let i = 0; i < 4; i++) await logIn(neighbour, `${i}@example.com` as Email)
      expect(await facts(logIn(ip, 'new@example.com' as Email))).toMatchObject({ budget: 'source' })
      reservations.length = releases.length = calls.length = 0
      const attempt = await logIn(ip)
      expect(reservations.map(({ wait }) => wait)).toEqual([900, 0]) // the same calls as before
      expect(calls).toEqual(['attempts.getMark', 'attempts.reserve', 'attempts.reserve'])
      await attempt.release(soon())
      await (await logIn(ip)).succeed(userId, soon())
      expect(releases).toEqual([reservations[1]?.key]) // the source did not count them
      for (let i = 0; i < 2; i++) await logIn(ip)
      expect(await facts(logIn(ip))).toMatchObject({ budget: 'account' })
    },
  )

  test('from a source whose mark has expired uses the account’s budget', async () => {
    const { logIn, reservations, stores } = open()
    stores.attempts.getMark = async () => NOW
    await logIn()
    const strangersKey = reservations.at(-1)?.key
    stores.attempts.getMark = async () => NOW + 1
    await logIn()
    expect(reservations.at(-1)?.key).not.toBe(strangersKey)
    stores.attempts.getMark = async () => NOW - 1
    await logIn()
    expect(reservations.at(-1)?.key).toBe(strangersKey)
  })

  test.each([
    [45 * 86_400, 1],
    [45 * 86_400 + 1, 0],
  ])('from a source that stays known for %i more seconds sets its mark %i times on success', async (left, times) => {
    const { logIn, stores, calls, userId } = open()
    stores.attempts.getMark = async () => NOW + left
    await (await logIn()).succeed(userId, soon())
    expect(calls.filter((call) => call === 'attempts.setMark')).toHaveLength(times)
  })

  test('is uncounted in every budget when it is released', async () => {
    const { logIn, reservations, releases } = open()
    await (await logIn(V6)).release(soon())
    expect(releases).toEqual(reservations.map(({ key }) => key))
  })

  test('succeeds when its counters cannot be settled, and logs each failure to the request’s log', async () => {
    const { logIn, stores, userId, entries } = open()
    const attempt = await logIn()
    Object.assign(stores.attempts, { reset: down, release: down, setMark: down })
    const logged: unknown[] = []
    await attempt.succeed(userId, soon(), (entry) => void logged.push(entry))
    const missed = { level: 'warn', event: 'attempts_not_settled', error: expect.any(UnavailableError) }
    expect(logged).toEqual([missed, missed, missed, missed])
    await attempt.release(soon())
    expect(entries).toEqual([missed, missed])
  })

  test('is refused when a budget is used up, even if the other counts cannot be released', async () => {
    const { logIn, stores, entries } = open()
    await logIn()
    await logIn()
    stores.attempts.release = down
    await expect(logIn()).rejects.toThrow(TooManyAttemptsError)
    expect(entries.map(({ event }) => event)).toEqual(['attempts_not_settled'])
  })

  test('fails when it cannot be counted', async () => {
    const { logIn, stores } = open()
    stores.attempts.reserve = down
    await expect(logIn()).rejects.toThrow(UnavailableError)
  })
})

test('a reauthentication is counted in a budget of the user’s own, which is reset on success', async () => {
  const { attempts, reservations, facts, userId } = open()
  const reauthenticate = () => attempts.reserveReauthentication(userId, soon())
  const attempt = await reauthenticate()
  await reauthenticate()
  expect(await facts(reauthenticate())).toEqual({ at: 'reauthentication', budget: 'account', actor: userId })
  expect(reservations[0]?.budget).toEqual({ limit: 2, windowSeconds: 900, windowDoubles: true })
  expect(await facts(attempts.reserveReauthentication(newUserId(), soon()))).toBeUndefined()
  await attempt.succeed(userId, soon())
  expect(await facts(reauthenticate())).toBeUndefined()
})

test('a reauthentication succeeds when its counter cannot be reset, and logs the failure', async () => {
  const { attempts, stores, entries, userId } = open()
  const attempt = await attempts.reserveReauthentication(userId, soon())
  stores.attempts.reset = down
  await attempt.succeed(userId, soon())
  expect(entries.map(({ event }) => event)).toEqual(['attempts_not_settled'])
})

test('a registration is counted in a budget of the source that logins do not use, and is never uncounted', async () => {
  const { attempts, reservations, facts, logIn } = open()
  const register = (ip: string) => attempts.reserveRegistration(ip, soon())
  for (let i = 0; i < 2; i++) await logIn()
  await register(IP)
  expect(reservations.at(-1)?.budget).toEqual({ limit: 1, windowSeconds: 900, windowDoubles: false })
  expect(await facts(register(IP))).toEqual({ at: 'registration', budget: 'source' })
  expect(await facts(register('192.0.2.2'))).toBeUndefined()
  await register(V6)
  expect(await facts(register('2001:db8:1:2::4'))).toMatchObject({ budget: 'source' })
  for (let i = 3; i < 12; i++) expect(await facts(register(`2001:db8:1:${i}::4`))).toBeUndefined()
  expect(await facts(register('2001:db8:1:12::4'))).toMatchObject({ budget: 'source' }) // ten in the /48
})

test('unlocking an account resets its counter, that of its reauthentications and those of the given sources', async () => {
  const { attempts, logIn, facts, userId } = open()
  const user = { email: EMAIL, id: userId }
  const unlock = (...ips: string[]) => attempts.unlock(user, ips, soon())
  expect(await unlock(IP)).toBe(0)
  await (await logIn()).succeed(userId, soon())
  for (const ip of [IP, '198.51.100.9']) for (let i = 0; i < 2; i++) await logIn(ip)
  for (let i = 0; i < 2; i++) await attempts.reserveReauthentication(userId, soon())
  expect(await unlock(IP, IP)).toBe(3)
  expect(await facts(logIn(IP))).toBeUndefined()
  expect(await facts(logIn('203.0.113.7'))).toBeUndefined()
  expect(await facts(attempts.reserveReauthentication(userId, soon()))).toBeUndefined()
})

test('the log tag of an email is short, stable and not the key of a counter', async () => {
  const { attempts, reservations, logIn } = open()
  const tag = attempts.logTag(EMAIL)
  expect(tag).toMatch(/^[\w-]{22}$/)
  expect(tag).toBe(attempts.logTag(EMAIL))
  expect(tag).not.toBe(attempts.logTag('other@example.com' as Email))
  await logIn()
  for (const { key } of reservations) expect(key.startsWith(tag)).toBe(false)
})
