import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/problem.ts'
import { startTestService, type TestService, type TestUser } from '../support/service.ts'

let service: TestService
let administrator: TestUser
let admin: string
beforeAll(async () => {
  service = await startTestService()
  administrator = await service.user(['admin:read', 'admin:revoke'])
  admin = (await service.signIn(administrator)).token
})
afterAll(() => service.close())

const ask = (method: string, path: string, bearer = admin) => service.request(method, path, { bearer })
const isAccepted = async (token: string) => (await ask('GET', '/auth/session', token)).status === 200

describe('GET /admin/users', () => {
  test('finds a user by email, case-insensitively', async () => {
    const user = await service.user(['notes:read'])
    const answer = await ask('GET', `/admin/users?email=${encodeURIComponent(user.email.toUpperCase())}`)
    expect(answer.status).toBe(200)
    expect(answer.json.users).toHaveLength(1)
    expect(answer.json.users[0]).toMatchObject({ id: user.id, email: user.email, scopes: ['notes:read'] })
    expect(Object.keys(answer.json.users[0]).sort()).toEqual(
      ['createdAt', 'email', 'emailVerified', 'id', 'scopes', 'status'].sort(),
    )
    expect(answer.text).not.toMatch(/bcrypt|epoch/)
  })

  test('returns an empty list for an unknown email and refuses a malformed one or an unknown parameter', async () => {
    expect((await ask('GET', '/admin/users?email=nobody@example.com')).json).toEqual({ users: [] })
    const pasted = await ask('GET', `/admin/users?email=${encodeURIComponent('mailto:ada@example.com')}`)
    expectProblem(pasted, 'invalid_request')
    expect(pasted.json.errors).toEqual([{ pointer: 'email', detail: 'expected the email address without `mailto:`' }])
    expectProblem(await ask('GET', '/admin/users?email=%EF%BF%BD@example.com'), 'invalid_request')
    for (const query of ['?email=', '?email=nobody', '?email=a@b&x=1', '?email=a@b&email=c@d', '?x=1'])
      expectProblem(await ask('GET', `/admin/users${query}`), 'invalid_request')
  })

  test('returns a user by id', async () => {
    const user = await service.user()
    const answer = await ask('GET', `/admin/users/${user.id}`)
    expect(answer.json.user).toMatchObject({ id: user.id, email: user.email, status: 'active' })
    for (const id of ['x'.repeat(21), 'email%23a@b', 'user%23x', '..'])
      expectProblem(await ask('GET', `/admin/users/${id}`), 'not_found')
  })
})

describe('an administrator with a user’s sessions', () => {
  test('lists them, revokes one, then all; the next request of each is refused [LC-11]', async () => {
    const user = await service.user()
    const [a, b, c] = [await service.signIn(user), await service.signIn(user), await service.signIn(user)]
    const listed = await ask('GET', `/admin/users/${user.id}/sessions`)
    expect(listed.json.sessions.map((s: { id: string }) => s.id).sort()).toEqual([a.id, b.id, c.id].sort())
    expect(listed.text).not.toMatch(/secretHash|"current"/)

    expect((await ask('DELETE', `/admin/users/${user.id}/sessions/${a.id}`)).status).toBe(204)
    expect([await isAccepted(a.token), await isAccepted(b.token)]).toEqual([false, true])
    expectProblem(await ask('DELETE', `/admin/users/${user.id}/sessions/${a.id}`), 'not_found')

    const revoked = await ask('DELETE', `/admin/users/${user.id}/sessions`)
    expect(revoked.json).toEqual({ revoked: 2 })
    expect(revoked.setCookie).toEqual([])
    expect([await isAccepted(b.token), await isAccepted(c.token), await isAccepted(admin)]).toEqual([
      false,
      false,
      true,
    ])
  })

  test('gets 404 for an unknown user and for a session of another user [AZ-02]', async () => {
    const { id } = await service.signIn(await service.user())
    const other = await service.user()
    for (const [method, path] of [
      ['GET', `/admin/users/${'x'.repeat(21)}/sessions`],
      ['DELETE', `/admin/users/${'x'.repeat(21)}/sessions`],
      ['DELETE', `/admin/users/${other.id}/sessions/${id}`],
    ] as const)
      expectProblem(await ask(method, path), 'not_found')
  })

  test('revokes the own session too when revoking all of the own sessions', async () => {
    const own = await service.user(['admin:revoke'])
    const { token } = await service.signIn(own)
    const answer = await ask('DELETE', `/admin/users/${own.id}/sessions`, token)
    expect(answer.json).toEqual({ revoked: 1 })
    expect(answer.setCookie).toEqual([expect.stringMatching(/Max-Age=0/), expect.stringMatching(/Max-Age=0/)])
    expect(await isAccepted(token)).toBe(false)
  })
})
