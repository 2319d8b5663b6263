import { describe, expect, test } from 'vitest'
import { rateLimitsOf } from '../../cli/rate-limits.ts'
import type { Stack } from '../../cli/stack.ts'
import { showUser } from '../../cli/users/show.ts'
import { unlockUser } from '../../cli/users/unlock.ts'
import { parseConfig } from '../../lib/config.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { Secret } from '../../lib/secret.ts'
import { systemClock } from '../../lib/system.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import { PEPPER, stackOfTest, type TestStack } from './stack.ts'

const environment = { LOGIN_ATTEMPTS_PER_ACCOUNT: '2' }
const { attempts: limits } = parseConfig(environment)
const deadline = () => startDeadline(10)
const attemptsOf = ({ attempts: store }: TestStack, clock = systemClock) =>
  createAttempts({ store, limits, pepper: new Secret(PEPPER), clock })
const RFC3339 = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ'

/** The last lines of `users show`: those about rate limits. */
async function shown(stack: TestStack, options: { source?: string[] } = {}) {
  const { code, lines } = await stack.invoke(showUser, ['ann@example.com', options], { environment })
  expect(code).toBe(0)
  return lines.filter((line) => line.startsWith('rate limit'))
}

describe('users show', () => {
  test('shows the rate limits of an account, until when they last, and none after users unlock', async () => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    expect(await shown(stack)).toEqual(['rate limits  none in force'])
    await stack.signIn(ann) // from 192.0.2.7
    const now = systemClock()
    const attempts = attemptsOf(stack, () => now)
    const guess = (ip: string) => attempts.reserveLogin(ann.email, ip, deadline())
    await (await guess('192.0.2.7')).succeed(ann.id, deadline())
    for (const ip of ['198.51.100.1', '198.51.100.2', '192.0.2.7', '192.0.2.7']) await guess(ip)
    await attempts.reserveReauthentication(ann.id, deadline())
    const opensAt = await guess('198.51.100.3').catch(({ retryAfterSeconds }) => now + retryAfterSeconds)
    expect(await shown(stack)).toEqual([
      expect.stringMatching(`^rate limit {2,}locked until ${RFC3339}: 2 of 2 logins from unknown addresses$`),
      expect.stringMatching(`^rate limit {2,}until ${RFC3339}: 1 of 2 reauthentications$`),
      expect.stringMatching(`^rate limit {2,}locked until ${RFC3339}: 2 of 2 logins from 192\\.0\\.2\\.7$`),
    ])
    const { lines } = await stack.invoke(showUser, [ann.id, { json: true }], { environment })
    const { rateLimits, ...user } = JSON.parse(lines.join())
    expect(user.email).toBe('ann@example.com')
    expect(rateLimits).toEqual([
      { kind: 'login', attempts: 2, limit: 2, isLocked: true, until: expect.any(String) },
      { kind: 'reauthentication', attempts: 1, limit: 2, isLocked: false, until: expect.any(String) },
      { kind: 'login', ip: '192.0.2.7', attempts: 2, limit: 2, isLocked: true, until: expect.any(String) },
    ])
    expect(Date.parse(rateLimits[0].until) / 1000).toBe(opensAt)
    await stack.invoke(unlockUser, [ann.id, {}], { environment })
    expect(await shown(stack)).toEqual(['rate limits  none in force'])
  })

  test('shows the limit of a known address without a session with --source', async () => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    const attempts = attemptsOf(stack)
    await (await attempts.reserveLogin(ann.email, '2001:db8::1', deadline())).succeed(ann.id, deadline())
    await attempts.reserveLogin(ann.email, '2001:db8::1', deadline())
    expect(await shown(stack)).toEqual(['rate limits  none in force'])
    expect(await shown(stack, { source: ['2001:db8::2', '2001:db8::1'] })).toEqual([
      expect.stringMatching(`^rate limit {2,}until ${RFC3339}: 1 of 2 logins from 2001:db8::`), // of the same /64
    ])
    const { code, complaints } = await stack.invoke(showUser, [ann.id, { source: ['home'] }])
    expect([code, complaints]).toEqual([2, ['Invalid --source "home". Expected an IP address.']])
  })

  test('shows no limit that is over', async () => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    const earlier = attemptsOf(stack, () => systemClock() - limits.windowSeconds - 1)
    for (let count = 0; count < 2; count++) await earlier.reserveLogin(ann.email, '198.51.100.1', deadline())
    expect(await shown(stack)).toEqual(['rate limits  none in force'])
  })

  test('says that the limits are unknown without a pepper', async () => {
    const stack = await stackOfTest()
    await stack.register('ann@example.com')
    const typing = { environment: { PASSWORD_PEPPER: '' } }
    const text = await stack.invoke(showUser, ['ann@example.com', {}], typing)
    expect([text.code, text.lines.at(-1)]).toEqual([
      0,
      expect.stringMatching(/^rate limits +unknown: PASSWORD_PEPPER is/),
    ])
    const json = await stack.invoke(showUser, ['ann@example.com', { json: true }], typing)
    expect([json.code, JSON.parse(json.lines.join()).rateLimits]).toEqual([0, null])
    expect(json.complaints).toEqual([expect.stringMatching(/^The rate limits are unknown: /)])
  })

  test.each([
    ['AccessDeniedException', 'these credentials lack dynamodb:GetItem'],
    ['InternalServerError', undefined],
  ])('goes on without the right to read the counters, but not after another failure: %s', async (name, reason) => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    const cause = Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: 400 } })
    const list = () => Promise.reject(new UnavailableError('failed', { cause }))
    const config = parseConfig(stack.environment)
    const parts = { config, client: stack.tables.client, sessions: { ...stack.sessions, list } } as unknown as Stack
    const read = rateLimitsOf(ann, [], parts)
    if (reason) expect(await read).toContain(reason)
    else await expect(read).rejects.toThrow(UnavailableError)
  })
})
