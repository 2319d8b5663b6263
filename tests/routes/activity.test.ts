import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { endReasonText } from '../../lib/activity/end-reason-text.ts'
import type { RequestOptions } from '../support/http.ts'
import type { Call } from '../support/proxy.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'

// What requests leave in the activity table, and the routes that list it.

let service: TestService
let admin: TestUser
let asAdmin: { bearer: string }
beforeAll(async () => {
  service = await startTestService({ ACTIVITY_DAYS: '30', LOGIN_ATTEMPTS_PER_ACCOUNT: '3' })
  admin = await service.user(['admin:read', 'admin:revoke', 'admin:write'])
  asAdmin = { bearer: (await service.signIn(admin)).token }
})
afterEach(() => {
  service.proxy.fault = undefined
})
afterAll(() => service.close())

type Line = { event: string; reason?: string; by?: string; ip?: string; sessionIds?: string[]; userId?: string }

const login = (email: string, password = PASSWORD) =>
  service.request('POST', '/auth/login', { body: { email, password, credential: 'bearer' } })
async function list(path: string, bearer: string): Promise<Line[]> {
  const { status, json } = await service.request('GET', path, { bearer })
  expect([status, json.cursor]).toEqual([200, undefined])
  return json.activity
}
const short = (lines: readonly Line[]) => lines.map(({ event, reason, by }) => [event, reason, by])
const ofUser = ({ id }: TestUser) => list(`/admin/users/${id}/activity`, asAdmin.bearer)
const stored = () => service.tables.scan(service.tables.activity)
const isActivity = ({ table }: Call) => table === service.tables.activity

describe('GET /auth/activity', () => {
  test('lists sign-ins, failures, ended sessions and changes with reasons, the newest first', async () => {
    const user = await service.user()
    await login(user.email, 'wrong')
    const first = await service.signIn(user)
    const second = await service.signIn(user)
    await service.request('DELETE', `/auth/sessions/${first.id}`, { bearer: second.token })
    await service.request('POST', '/auth/logout', { bearer: second.token })
    const third = await service.signIn(user)
    const body = { currentPassword: PASSWORD, newPassword: 'five loud umbrellas at dusk' }
    const { json } = await service.request('PUT', '/auth/password', { bearer: third.token, body })
    const lines = await list('/auth/activity', json.token)
    expect(short(lines)).toEqual([
      ['authn_password_change', undefined, undefined],
      ['session_expired', 'password_change', undefined],
      ['session_created', 'password_change', undefined],
      ['authn_login_success', undefined, undefined],
      ['session_created', 'login', undefined],
      ['session_expired', 'logout', undefined],
      ['session_expired', 'revoked', undefined],
      ['authn_login_success', undefined, undefined],
      ['session_created', 'login', undefined],
      ['authn_login_success', undefined, undefined],
      ['session_created', 'login', undefined],
      ['authn_login_fail', 'wrong_password', undefined],
    ])
    expect(lines[5]).toMatchObject({ userId: user.id, sessionIds: [second.id], ip: '127.0.0.1' })
    const failures = await list('/auth/activity?event=authn_login_fail', json.token)
    expect(failures).toEqual([lines[11]])
    expect(endReasonText(lines[5]?.reason)).toBe('Signed out')
  })

  test('tells that an administrator ended a session, but not from which address', async () => {
    const user = await service.user()
    const { id } = await service.signIn(user)
    await service.request('DELETE', `/admin/users/${user.id}/sessions/${id}`, asAdmin)
    const { token } = await service.signIn(user)
    const [ended] = await list('/auth/activity?event=session_expired', token)
    expect(ended).toMatchObject({ reason: 'revoked', by: admin.id, sessionIds: [id] })
    expect(endReasonText(ended?.reason, ended?.by)).toBe('Revoked by administrator')
    expect(ended).not.toHaveProperty('ip')
    expect((await ofUser(user)).find(({ event }) => event === 'authz_admin')).toMatchObject({ ip: '127.0.0.1' })
  })

  test('refuses invalid parameters and lists nothing of other users', async () => {
    const { token } = await service.signIn(await service.user())
    for (const query of ['limit=0', 'limit=101', 'since=yesterday', 'event=unavailable', 'cursor=x', 'userId=x'])
      expect((await service.request('GET', `/auth/activity?${query}`, { bearer: token })).status).toBe(400)
    expect(short(await list('/auth/activity', token))).toEqual([
      ['authn_login_success', undefined, undefined],
      ['session_created', 'login', undefined],
    ])
  })
})

describe('activity of administrators', () => {
  test('keeps creation, changes and deletion of a user, also after the deletion', async () => {
    const body = { email: 'kept@example.com', password: PASSWORD, scopes: ['notes:read'] }
    const { json } = await service.request('POST', '/admin/users', { ...asAdmin, body })
    const user = json.user as TestUser
    const path = `/admin/users/${user.id}`
    await service.request('PATCH', path, { ...asAdmin, body: { scopes: [], status: 'disabled' } })
    await service.request('DELETE', path, asAdmin)
    const lines = await ofUser(user)
    expect(new Set(lines.map(({ by }) => by))).toEqual(new Set([admin.id]))
    expect(lines.map(({ event }) => event)).toEqual([
      ...['authz_admin', 'user_deleted'],
      ...['authz_admin', 'authz_change', 'user_updated'],
      ...['authz_admin', 'user_created'],
    ])
    const unknown = await service.request('GET', `/admin/users/${'x'.repeat(21)}/activity`, asAdmin)
    expect(unknown.status).toBe(404)
  })

  test('lists the recent activity of all users page by page', async () => {
    const found: Line[] = []
    let cursor: string | undefined
    do {
      const query = new URLSearchParams({ limit: '2', ...(cursor !== undefined && { cursor }) })
      const { json } = await service.request('GET', `/admin/activity?${query}`, asAdmin)
      found.push(...json.activity)
      cursor = json.cursor
    } while (cursor !== undefined)
    const items = await stored()
    const facts = items.flatMap((item) => JSON.parse(item.facts?.S ?? ''))
    expect(found.length).toBe(facts.length)
    const days = items.map(
      ({ id, expiresAt }) => Number(expiresAt?.N) - Math.floor(Date.parse(String(id?.S).slice(0, 24)) / 1000),
    )
    expect(new Set(days)).toEqual(new Set([30 * 86_400]))
  })
})

describe('recording', () => {
  test('makes the same calls for an unknown address as for a known one, and one write each', async () => {
    const { email } = await service.user()
    const made = async (address: string) => {
      service.proxy.calls.length = 0
      expect((await login(address, 'wrong')).status).toBe(401)
      return service.proxy.calls.map(({ operation, table, attributes }) => [operation, table, attributes])
    }
    const known = await made(email)
    expect(await made('nobody@unknown.example')).toEqual(known)
    expect(known.filter(([, table]) => table === service.tables.activity)).toHaveLength(1)
  })

  test('tells of the failed attempt that locks an account, alike for known and unknown addresses', async () => {
    const user = await service.user()
    const facts = async (email: string) => {
      const before = new Set((await stored()).map(({ id }) => id?.S))
      const sent = Date.now()
      for (let i = 0; i < 4; i++) await login(email, 'wrong')
      const items = (await stored()).filter(({ id }) => !before.has(id?.S))
      const [locked, ...others] = items.flatMap((item) => JSON.parse(item.facts?.S ?? '')).filter(({ until }) => until)
      expect([items.length, others, locked.event]).toEqual([3, [], 'authn_login_lock'])
      const seconds = Math.round((Date.parse(locked.until) - sent) / 1000)
      expect(seconds).toBeGreaterThanOrEqual(899)
      expect(seconds).toBeLessThan(930)
      return items.map((item) => JSON.parse(item.facts?.S ?? '').map(({ event }: Line) => event)).sort()
    }
    expect(await facts(user.email)).toEqual(await facts('nobody@locked.example'))
    const [lock] = await list(`/admin/users/${user.id}/activity?event=authn_login_lock`, asAdmin.bearer)
    expect(lock).toMatchObject({ event: 'authn_login_lock', ip: '127.0.0.1' })

    const signedIn = await service.user()
    const { token: bearer } = await service.signIn(signedIn)
    const reauthenticate = () =>
      service.request('POST', '/auth/session/reauthenticate', { bearer, body: { password: 'wrong' } })
    for (let i = 0; i < 4; i++) await reauthenticate()
    const own = await ofUser(signedIn)
    expect(own.map(({ event }) => event).slice(0, 4)).toEqual([
      ...['authn_login_fail', 'authn_login_lock', 'authn_login_fail', 'authn_login_fail'],
    ])
  })

  test('writes nothing for throttled requests, refused checks and reads', async () => {
    const user = await service.user(['greeting:read'])
    const { token } = await service.signIn(user)
    for (let i = 0; i < 3; i++) await login('storm@unknown.example', 'wrong')
    service.proxy.calls.length = 0
    const storm = await Promise.all(Array.from({ length: 30 }, () => login('storm@unknown.example', 'wrong')))
    expect(new Set(storm.map(({ status }) => status))).toEqual(new Set([429]))
    for (const path of ['/auth/session', '/auth/sessions', '/greeting', '/admin/users'])
      await service.request('GET', path, { bearer: token })
    await service.request('POST', '/auth/logout', { bearer: `${token.slice(0, -1)}_` })
    expect(service.proxy.calls.filter(isActivity)).toEqual([])
  })

  test('writes at most one item for each verification, in a storm of parallel sign-ins', async () => {
    const user = await service.user()
    service.proxy.calls.length = 0
    const before = (await stored()).length
    const answers = await Promise.all(Array.from({ length: 12 }, () => login(user.email, 'wrong')))
    const verified = answers.filter(({ status }) => status === 401).length
    expect(verified).toBe(3)
    expect(service.proxy.calls.filter(isActivity)).toHaveLength(verified)
    expect((await stored()).length - before).toBe(verified)
  })

  test('records exactly one end of a session that several requests revoke at once', async () => {
    const user = await service.user()
    const { token, id } = await service.signIn(user)
    const revoke = () => service.request('DELETE', `/admin/users/${user.id}/sessions/${id}`, asAdmin)
    await Promise.all([revoke(), revoke(), revoke(), service.request('POST', '/auth/logout', { bearer: token })])
    const ended = (await ofUser(user)).filter(
      ({ sessionIds, event }) => event === 'session_expired' && sessionIds?.includes(id),
    )
    expect(ended).toHaveLength(1)
  })

  test.each(['failed', 'throttled', 'refused', 'silent', 'foreign'] as const)(
    'lets requests succeed while calls to the table are %s, and warns',
    async (fault) => {
      const user = await service.user()
      service.log.length = 0
      service.proxy.fault = (call) => (isActivity(call) ? fault : undefined)
      const { status, json } = await login(user.email)
      expect([status, (await login(user.email, 'wrong')).status]).toEqual([200, 401])
      const { token } = json
      expect((await service.request('POST', '/auth/logout', { bearer: token })).status).toBe(204)
      const warned = () => service.log.filter((line) => line.includes('"event":"activity_missed"'))
      await expect.poll(() => warned().length, { timeout: 20_000 }).toBe(3)
      service.proxy.fault = undefined
      expect(await ofUser(user)).toEqual([])
    },
    60_000,
  )

  test('with ACTIVITY_DAYS=0 makes no call to the table, for the calls that are left', async () => {
    const off = await startTestService()
    try {
      const member = await off.user()
      const made = async (path: string, options: RequestOptions, status: number) => {
        off.proxy.calls.length = 0
        const method = path === '/auth/activity' ? 'GET' : 'POST'
        expect((await off.request(method, path, options)).status).toBe(status)
        return off.proxy.calls.map(({ table }) => table)
      }
      const body = { email: member.email, password: PASSWORD, credential: 'bearer' }
      const all = [
        await made('/auth/register', { body: { email: 'new@register.example', password: PASSWORD } }, 201),
        await made('/auth/login', { body: { ...body, password: 'wrong' } }, 401),
        await made('/auth/login', { body }, 200),
      ]
      const { token: bearer } = await off.signIn(member)
      all.push(await made('/auth/activity', { bearer }, 200), await made('/auth/logout', { bearer }, 204))
      expect(all.map(({ length }) => length)).toEqual([3, 5, 12, 2, 2])
      expect(all.flat().filter((table) => table === off.tables.activity)).toEqual([])
    } finally {
      await off.close()
    }
  })
})
