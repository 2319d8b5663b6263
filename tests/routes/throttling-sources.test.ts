import { nanoid } from 'nanoid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isFirstEngine } from '../support/engine.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService } from '../support/service.ts'
import { BEHIND_PROXY, from, inParallel, logIn, verifications } from '../support/throttled.ts'

// The source of an attempt: two real addresses, and addresses that a client invents.

const WRONG = 'not the right password'
const unknown = () => `${nanoid(12)}@nowhere.example`
/** Addresses of two documentation networks (RFC 5737). */
const [HOME, STRANGER] = ['198.51.100.1', '203.0.113.1']

describe('behind a trusted proxy', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startTestService({ ...BEHIND_PROXY }, [])
  })
  afterAll(() => service.close())

  test('an attacker does not lock the owner out from a known source [TH-07]', async () => {
    const user = await service.user()
    const first = await logIn(service, user.email, PASSWORD, from(HOME))
    const bearer: string = first.json.token
    expect(first.json.session.ip).toBe(HOME)

    const guesses = await inParallel(20, () => logIn(service, user.email, WRONG, from(STRANGER)))
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10)
    expectProblem(await logIn(service, user.email, PASSWORD, from(STRANGER)), 'too_many_attempts')
    // From an unknown source the owner has to wait.
    expectProblem(await logIn(service, user.email, PASSWORD, from('192.0.2.200')), 'too_many_attempts')

    expect((await service.request('GET', '/auth/session', { bearer, headers: from(HOME) })).status).toBe(200)
    const again = await logIn(service, user.email, PASSWORD, from(HOME))
    expect(again.status).toBe(200)
    const body = { password: PASSWORD }
    const reauthenticated = await service.request('POST', '/auth/session/reauthenticate', {
      bearer,
      body,
      headers: from(STRANGER),
    })
    expect(reauthenticated.status).toBe(200)
    // The owner's success does not reset the attacker's limit.
    expectProblem(await logIn(service, user.email, WRONG, from(STRANGER)), 'too_many_attempts')
  })

  test('a user signs in from a known address that others have used up, who are refused there [TH-07]', async () => {
    const [address, limit] = ['198.51.100.77', 12]
    const crowded = await startTestService({ ...BEHIND_PROXY, LOGIN_ATTEMPTS_PER_SOURCE: String(limit) }, [])
    try {
      const user = await crowded.user()
      expect((await logIn(crowded, user.email, PASSWORD, from(address))).status).toBe(200)
      const others = await inParallel(limit + 5, () => logIn(crowded, unknown(), WRONG, from(address)))
      expect(others.filter(({ status }) => status === 401)).toHaveLength(limit)
      expect((await logIn(crowded, user.email, PASSWORD, from(address))).status).toBe(200)
      const guesses = await inParallel(20, () => logIn(crowded, user.email, WRONG, from(address)))
      expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10)
    } finally {
      await crowded.close()
    }
  })

  test('a known source is limited to ten guesses too [TH-07]', async () => {
    const user = await service.user()
    await logIn(service, user.email, PASSWORD, from(HOME))
    service.proxy.calls.length = 0
    const guesses = await inParallel(30, () => logIn(service, user.email, WRONG, from(HOME)))
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10)
    expect(verifications(service)).toBe(10)
    // Its failed guesses do not lock out other sources.
    expect((await logIn(service, user.email, PASSWORD, from(STRANGER))).status).toBe(200)
  })
})

// The source is determined before counting, so one engine is enough.
describe.runIf(isFirstEngine)('the source of an attempt', () => {
  /** Each service has new counters: 5 attempts per source. */
  const start = (more: Record<string, string>) => startTestService({ LOGIN_ATTEMPTS_PER_SOURCE: '5', ...more }, [])
  /** The statuses of sequential attempts on different accounts. */
  async function attempt(service: TestService, times: number, headersOf: (index: number) => Record<string, string>) {
    const statuses: number[] = []
    for (let i = 0; i < times; i++) statuses.push((await logIn(service, unknown(), WRONG, headersOf(i))).status)
    return statuses
  }
  const FIVE = [401, 401, 401, 401, 401]
  const made = (i: number) => `198.51.100.${100 + i}`

  test('is the address that API Gateway has seen, independent of client headers [TH-08]', async () => {
    const service = await start({})
    try {
      expect(await attempt(service, 5, () => ({}))).toEqual(FIVE)
      const rotations: ((i: number) => Record<string, string>)[] = [
        (i) => ({ 'x-forwarded-for': made(i) }),
        (i) => ({ 'x-forwarded-for': `${made(i)}, ${made(i + 1)}, 10.0.0.1` }),
        (i) => ({ forwarded: `for=${made(i)};proto=https` }),
        (i) => ({ 'x-real-ip': made(i), 'true-client-ip': made(i), 'cf-connecting-ip': made(i) }),
        (i) => ({ 'cloudfront-viewer-address': `${made(i)}:443`, 'x-client-ip': made(i) }),
        (i) => from(made(i)),
      ]
      for (const rotation of rotations) expect(await attempt(service, 3, rotation)).toEqual([429, 429, 429])
      expectProblem(await logIn(service, unknown(), WRONG, { 'x-forwarded-for': made(9) }), 'too_many_attempts')
    } finally {
      await service.close()
    }
  })

  test('is taken from the proxy’s header only with the proxy’s secret [TH-08]', async () => {
    const service = await start(BEHIND_PROXY)
    try {
      expect(await attempt(service, 5, () => ({}))).toEqual(FIVE)
      const unproven: ((i: number) => Record<string, string>)[] = [
        (i) => ({ 'x-client-ip': made(i) }),
        (i) => ({ 'x-client-ip': made(i), 'x-origin-verify': 'v'.repeat(39) }),
        (i) => ({ 'x-client-ip': made(i), 'x-origin-verify': '' }),
        (i) => ({ 'x-client-ip': made(i), 'x-origin-verify': BEHIND_PROXY.ORIGIN_VERIFY_SECRET.toUpperCase() }),
        // With the secret but no valid address, API Gateway's counts.
        (i) => from(`nobody-${i}`),
        () => from(''),
      ]
      for (const rotation of unproven) expect(await attempt(service, 2, rotation)).toEqual([429, 429])
      // The proxy appends: the client may have written the addresses before the last.
      expect(await attempt(service, 6, (i) => from(`${made(i)}, 203.0.113.50`))).toEqual([...FIVE, 429])
      expect(await attempt(service, 1, () => from('203.0.113.51'))).toEqual([401])
    } finally {
      await service.close()
    }
  })

  test('of IPv6 is the /64, with ten times the limit for the /48 [TH-08]', async () => {
    const service = await start(BEHIND_PROXY)
    try {
      const host = (i: number) => from(`2001:db8:a:1::${(i + 1).toString(16)}`)
      expect(await attempt(service, 7, host)).toEqual([...FIVE, 429, 429])
      const site = (i: number) => from(`2001:db8:a:${(i + 16).toString(16)}::1`)
      const statuses = await attempt(service, 48, site)
      expect(statuses.filter((status) => status === 401)).toHaveLength(45) // of 50, 5 are used
      expect(statuses.slice(45)).toEqual([429, 429, 429])
      expect(await attempt(service, 1, () => from('2001:db8:b::1'))).toEqual([401])
      // An IPv4-mapped IPv6 address counts as the IPv4 address.
      const mapped = ['192.0.2.9', '::ffff:192.0.2.9', '::ffff:c000:209', '0:0:0:0:0:ffff:192.0.2.9', '[192.0.2.9]:80']
      const statusesOfOne = await attempt(service, 8, (i) => from(mapped[i % 4] ?? ''))
      expect(statusesOfOne).toEqual([...FIVE, 429, 429, 429])
    } finally {
      await service.close()
    }
  })
})
