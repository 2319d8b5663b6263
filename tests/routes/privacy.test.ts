import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { watchLog } from '../support/audit-lines.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'
import { BEHIND_PROXY, from } from '../support/throttled.ts'

// The routes that export and erase what the tables hold about one user.

const ADDRESS = '192.0.2.77'
let service: TestService
let asAdmin: { bearer: string }
beforeAll(async () => {
  service = await startTestService({ ACTIVITY_DAYS: '30', ...BEHIND_PROXY })
  const admin = await service.user(['admin:read', 'admin:write'])
  asAdmin = { bearer: (await service.signIn(admin)).token }
})
afterEach(() => {
  service.proxy.fault = undefined
})
afterAll(() => service.close())

const signIn = async ({ email }: Pick<TestUser, 'email'>, password = PASSWORD, address = ADDRESS) =>
  service.request('POST', '/auth/login', {
    body: { email, password, credential: 'bearer' },
    headers: from(address),
  })
const exportOf = (userId: string, query = '') =>
  service.request('GET', `/admin/users/${userId}/export${query}`, asAdmin)
const erase = (userId: string) => service.request('POST', `/admin/users/${userId}/erase`, asAdmin)

/** A user with sessions, failed sign-ins, a password change and activity. */
async function livedIn(address = ADDRESS): Promise<TestUser> {
  const user = await service.user()
  await signIn(user, 'wrong', address)
  const { json } = await signIn(user, PASSWORD, address)
  const newPassword = 'five loud umbrellas at dusk'
  const change = await service.request('PUT', '/auth/password', {
    bearer: json.token,
    body: { currentPassword: PASSWORD, newPassword },
    headers: from(address),
  })
  expect(change.status).toBe(200)
  await signIn(user, newPassword, address)
  await signIn(user, 'wrong again', address)
  return user
}

/** Which of these texts some item of some table contains. */
async function tracesOf(...texts: readonly string[]): Promise<string[]> {
  const { sessions, users, attempts, activity, scan } = service.tables
  const stored = JSON.stringify(await Promise.all([sessions, users, attempts, activity].map(scan)))
  return texts.filter((text) => stored.includes(text))
}

describe('GET /admin/users/{userId}/export', () => {
  test('returns the user, the sessions, the counters and the activity, without secrets and hashes', async () => {
    const user = await livedIn()
    const { status, json, text } = await exportOf(user.id)
    expect(status).toBe(200)
    expect(json.user).toMatchObject({ id: user.id, email: user.email, lastChanges: [{ reason: 'password_change' }] })
    expect(json.sessions.map(({ ip }: { ip: string }) => ip)).toEqual([ADDRESS, ADDRESS])
    expect(json.rateLimits).toMatchObject([{ kind: 'login', ip: ADDRESS, attempts: 1, isLocked: false }])
    const events = json.activity.map(({ event }: { event: string }) => event)
    expect(events.filter((event: string) => event === 'authn_login_fail')).toHaveLength(2)
    expect(events).toContain('authn_password_change')
    expect(json.cursor).toBeUndefined()
    expect(text).not.toMatch(/hash|secret|replaced"|changeId|epoch/i)
    expect((await exportOf(user.id)).json.activity[0]).toMatchObject({ event: 'authz_admin', action: 'export_user' })
  })

  test('exports 250 requests in pages, of which the last has no cursor', async () => {
    const { id: userId } = await service.user()
    const put = (minute: number) => {
      const id = `${new Date(Date.now() - minute * 60_000).toISOString()}#abcdefgh`
      const facts = { S: JSON.stringify([{ event: 'user_updated', status: 'active' }]) }
      const item = { subject: { S: `user#${userId}` }, id: { S: id }, expiresAt: { N: '4000000000' }, facts }
      return service.tables.put(service.tables.activity, item)
    }
    for (let minute = 1; minute <= 250; minute++) await put(minute)
    const sizes: number[] = []
    const events = new Set<string>()
    let cursor: string | undefined
    do {
      const { json } = await exportOf(userId, cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`)
      expect('user' in json && 'sessions' in json).toBe(cursor === undefined)
      sizes.push(json.activity.length)
      for (const { at } of json.activity) events.add(at)
      cursor = json.cursor
    } while (cursor !== undefined)
    expect([sizes, events.size]).toEqual([[100, 100, 50], 250])
  })

  test('refuses sessions that do not fit into a response with 409, and says what exports them', async () => {
    const user = await service.user()
    await service.signIn(user)
    const [row] = (await service.tables.scan(service.tables.sessions)).filter(({ userId }) => userId?.S === user.id)
    const userAgent = { S: 'x'.repeat(300_000) }
    for (let i = 0; i < 11; i++)
      await service.tables.put(service.tables.sessions, { ...row, sessionId: { S: `${i}`.padEnd(21, 's') }, userAgent })
    const answer = await exportOf(user.id)
    expectProblem(answer, 'conflict')
    expect(answer.json.detail).toContain(`\`coatcheck users export ${user.id}\``)
  })

  test('exports what is left of a deleted user, and refuses an unknown id and cursor', async () => {
    const user = await livedIn()
    await service.request('DELETE', `/admin/users/${user.id}`, asAdmin)
    const { json } = await exportOf(user.id)
    expect(Object.keys(json)).toEqual(['sessions', 'activity'])
    expect(json.activity[0]).toMatchObject({ event: 'authz_admin', action: 'delete_user' })
    expectProblem(await exportOf('x'.repeat(21)), 'not_found')
    expectProblem(await exportOf(user.id, '?cursor=first'), 'invalid_request')
  })
})

describe('POST /admin/users/{userId}/erase', () => {
  test('leaves neither id nor email nor address of the user in any table, and a log line without them', async () => {
    const address = '192.0.2.78'
    const [user, other] = [await livedIn(address), await livedIn()]
    const target = user.id
    const traces = [target, user.email, address]
    expect(await tracesOf(...traces)).toEqual(traces)
    const log = watchLog(service)
    await log.skip()
    expect((await erase(target)).status).toBe(204)
    expect(await tracesOf(...traces)).toEqual([])
    await vi.waitFor(() => expect(log.news()).toHaveLength(3))
    expect(JSON.stringify(log.news())).not.toMatch(new RegExp(`${address}|${user.email}`))
    await log.expect(
      ['authz_admin', { target, action: 'erase_user' }],
      ['session_expired', { target, reason: 'user_deleted' }],
      ['user_deleted', { target }],
    )
    expect((await exportOf(other.id)).json.activity.length).toBeGreaterThan(5)
    expectProblem(await erase(user.id), 'not_found')
    expect((await signIn(user)).status).toBe(401)
  })

  test.each(['Query', 'BatchWriteItem'])(
    'revokes the sessions before a failing %s of the activity, and the next request completes it',
    async (failing) => {
      const user = await livedIn()
      const { json } = await signIn(user, 'five loud umbrellas at dusk')
      const asUser = { bearer: json.token }
      service.proxy.fault = ({ operation, table }) =>
        operation === failing && table === service.tables.activity ? 'failed' : undefined
      expectProblem(await erase(user.id), 'unavailable')
      service.proxy.fault = undefined
      expect((await service.request('GET', '/auth/session', asUser)).status).toBe(401)
      expect((await signIn(user, 'five loud umbrellas at dusk')).status).toBe(401)
      expect((await erase(user.id)).status).toBe(204)
      expect(await tracesOf(user.id, user.email)).toEqual([])
    },
  )

  test('erases the activity of a user who was deleted before, and refuses an administrator’s own account', async () => {
    const user = await livedIn()
    await service.request('DELETE', `/admin/users/${user.id}`, asAdmin)
    expect(await tracesOf(user.id)).toEqual([user.id])
    expect((await erase(user.id)).status).toBe(204)
    expect(await tracesOf(user.id)).toEqual([])
    const { json } = await service.request('GET', '/auth/session', asAdmin)
    expectProblem(await erase(json.user.id), 'conflict')
  })
})
