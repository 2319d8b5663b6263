import { describe, expect, test } from 'vitest'
import { TooManyAttemptsError, UnavailableError } from '../../lib/errors.ts'
import type { AttemptBudget, AttemptKey } from '../../lib/ports.ts'
import type { Email } from '../../lib/user.ts'
import { createParts, down, soon } from '../support/parts.ts'
import { NOW, newUserId } from '../support/samples.ts'

// Who is counted where, on a store in memory. `tests/races/attempts.test.ts` has the same on the engine, many at once.

const EMAIL = 'someone@example.com' as Email
const IP = '192.0.2.1'
const V6 = '2001:db8:1:2::3'
const limits = { perAccount: 2, perSource: 4, registrationsPerSource: 1 }

function open() {
  const parts = createParts({ limits })
  const { stores } = parts
  /** Every slot that was asked for, and whether it was given. */
  const asked: { key: AttemptKey; budget: AttemptBudget; wait: number }[] = []
  const taken = stores.attempts.reserve
  stores.attempts.reserve = async (key, budget, ...rest) => {
    const wait = await taken(key, budget, ...rest)
    asked.push({ key, budget, wait })
    return wait
  }
  const given: AttemptKey[] = []
  const giveBack = stores.attempts.release
  stores.attempts.release = (key, deadline) => {
    given.push(key)
    return giveBack(key, deadline)
  }
  const logIn = (ip = IP, email = EMAIL) => parts.attempts.reserveLogin(email, ip, soon())
  const facts = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error) => (error instanceof TooManyAttemptsError ? error.facts : error),
    )
  return { ...parts, asked, given, logIn, facts, userId: newUserId() }
}

describe('a login', () => {
  test('takes a slot of the source, then one of the account, whose window grows', async () => {
    const { logIn, asked } = open()
    await logIn()
    expect(asked.map(({ budget }) => budget)).toEqual([
      { limit: 4, windowSeconds: 900, windowDoubles: false },
      { limit: 2, windowSeconds: 900, windowDoubles: true },
    ])
    expect(asked[0]?.key).not.toBe(asked[1]?.key)
  })

  test('from IPv6 takes one of the /64 and one of the /48, which has ten times as many', async () => {
    const { logIn, asked } = open()
    await logIn(V6)
    expect(asked.map(({ budget }) => budget.limit)).toEqual([4, 40, 2])
  })

  test('has the account’s refusal said as that, and gives back what it took before', async () => {
    const { logIn, attempts, asked, given, facts } = open()
    await logIn()
    await logIn()
    const error = await logIn().catch((caught) => caught)
    expect(error).toBeInstanceOf(TooManyAttemptsError)
    expect(error.retryAfterSeconds).toBe(900)
    expect(error.facts).toEqual({ at: 'login', account: attempts.logTag(EMAIL), budget: 'account' })
    expect(given).toEqual([asked[0]?.key])
    expect(await facts(logIn(IP, 'other@example.com' as Email))).toBeUndefined()
  })

  test('has the source’s refusal said as that, and no slot of the account taken', async () => {
    const { logIn, asked, given, facts } = open()
    for (let i = 0; i < 4; i++) await logIn(IP, `${i}@example.com` as Email)
    asked.length = 0
    expect(await facts(logIn())).toMatchObject({ at: 'login', budget: 'source' })
    expect(asked).toHaveLength(1)
    expect(given).toEqual([])
  })

  test('that is right counts anew, gives the source’s slot back and has it known for ninety days', async () => {
    const { logIn, stores, calls, given, asked, userId } = open()
    const marks: [AttemptKey, number][] = []
    stores.attempts.setMark = async (key, until) => void marks.push([key, until])
    const slot = await logIn()
    calls.length = 0
    await slot.succeed(userId, soon())
    expect([...calls].sort()).toEqual([
      'attempts.release',
      'attempts.reset', // of the account
      'attempts.reset', // of their reauthentications
      'attempts.setMark',
    ])
    expect(given).toEqual([asked[0]?.key])
    expect(marks.map(([, until]) => until)).toEqual([NOW + 90 * 86_400])
    await logIn()
    await logIn()
    expect(asked.every(({ wait }) => wait === 0)).toBe(true)
  })

  test('of a known source has a budget of its own, which no stranger uses up, and counts its own network alone', async () => {
    const { logIn, asked, facts, userId } = open()
    await (await logIn(V6)).succeed(userId, soon())
    for (let i = 0; i < 2; i++) await logIn('198.51.100.9')
    expect(await facts(logIn('198.51.100.9'))).toMatchObject({ budget: 'account' })
    asked.length = 0
    await logIn(V6)
    expect(asked.map(({ budget }) => budget.limit)).toEqual([4, 2])
    expect(await facts(logIn(V6))).toBeUndefined()
    expect(await facts(logIn(V6))).toMatchObject({ budget: 'account' })
  })

  test('of a known source is counted for this account, and for this source', async () => {
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

  test('of a source whose mark has run out is a stranger’s', async () => {
    const { logIn, asked, stores } = open()
    stores.attempts.getMark = async () => NOW
    await logIn()
    const strange = asked.at(-1)?.key
    stores.attempts.getMark = async () => NOW + 1
    await logIn()
    expect(asked.at(-1)?.key).not.toBe(strange)
    stores.attempts.getMark = async () => NOW - 1
    await logIn()
    expect(asked.at(-1)?.key).toBe(strange)
  })

  test.each([
    [45 * 86_400, 1],
    [45 * 86_400 + 1, 0],
  ])('of a source that is known for %i seconds more renews its mark %i times', async (left, times) => {
    const { logIn, stores, calls, userId } = open()
    stores.attempts.getMark = async () => NOW + left
    await (await logIn()).succeed(userId, soon())
    expect(calls.filter((call) => call === 'attempts.setMark')).toHaveLength(times)
  })

  test('that could not verify anything gives every slot back', async () => {
    const { logIn, asked, given } = open()
    await (await logIn(V6)).release(soon())
    expect(given).toEqual(asked.map(({ key }) => key))
  })

  test('whose count cannot be settled goes on, and each miss is said to the request’s log', async () => {
    const { logIn, stores, userId, entries } = open()
    const slot = await logIn()
    Object.assign(stores.attempts, { reset: down, release: down, setMark: down })
    const said: unknown[] = []
    await slot.succeed(userId, soon(), (entry) => void said.push(entry))
    const missed = { level: 'warn', event: 'attempts_not_settled', error: expect.any(UnavailableError) }
    expect(said).toEqual([missed, missed, missed, missed])
    await slot.release(soon())
    expect(entries).toEqual([missed, missed])
  })

  test('whose slot cannot be given back is refused all the same', async () => {
    const { logIn, stores, entries } = open()
    await logIn()
    await logIn()
    stores.attempts.release = down
    await expect(logIn()).rejects.toThrow(TooManyAttemptsError)
    expect(entries.map(({ event }) => event)).toEqual(['attempts_not_settled'])
  })

  test('that cannot be counted is not made', async () => {
    const { logIn, stores } = open()
    stores.attempts.reserve = down
    await expect(logIn()).rejects.toThrow(UnavailableError)
  })
})

test('a reauthentication has a budget of the user’s own, whose count begins anew when it is right', async () => {
  const { attempts, asked, facts, userId } = open()
  const reauthenticate = () => attempts.reserveReauthentication(userId, soon())
  const slot = await reauthenticate()
  await reauthenticate()
  expect(await facts(reauthenticate())).toEqual({ at: 'reauthentication', budget: 'account', actor: userId })
  expect(asked[0]?.budget).toEqual({ limit: 2, windowSeconds: 900, windowDoubles: true })
  expect(await facts(attempts.reserveReauthentication(newUserId(), soon()))).toBeUndefined()
  await slot.succeed(userId, soon())
  expect(await facts(reauthenticate())).toBeUndefined()
})

test('a reauthentication whose count cannot be settled goes on, and says so', async () => {
  const { attempts, stores, entries, userId } = open()
  const slot = await attempts.reserveReauthentication(userId, soon())
  stores.attempts.reset = down
  await slot.succeed(userId, soon())
  expect(entries.map(({ event }) => event)).toEqual(['attempts_not_settled'])
})

test('a registration takes a slot of the source that no login uses, and is never given back', async () => {
  const { attempts, asked, facts, logIn } = open()
  const register = (ip: string) => attempts.reserveRegistration(ip, soon())
  for (let i = 0; i < 2; i++) await logIn()
  await register(IP)
  expect(asked.at(-1)?.budget).toEqual({ limit: 1, windowSeconds: 900, windowDoubles: false })
  expect(await facts(register(IP))).toEqual({ at: 'registration', budget: 'source' })
  expect(await facts(register('192.0.2.2'))).toBeUndefined()
  await register(V6)
  expect(await facts(register('2001:db8:1:2::4'))).toMatchObject({ budget: 'source' })
  expect(await facts(register('2001:db8:1:3::4'))).toBeUndefined()
})

test('an account that is unlocked has its slots back, those of reauthentication and of the sources named too', async () => {
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

test('what a log says of an email is short, the same each time, and no key of a counter', async () => {
  const { attempts, asked, logIn } = open()
  const tag = attempts.logTag(EMAIL)
  expect(tag).toMatch(/^[\w-]{22}$/)
  expect(tag).toBe(attempts.logTag(EMAIL))
  expect(tag).not.toBe(attempts.logTag('other@example.com' as Email))
  await logIn()
  for (const { key } of asked) expect(key.startsWith(tag)).toBe(false)
})
