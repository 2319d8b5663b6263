import { DescribeTableCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

const PARTITIONED = '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; Partitioned; SameSite=Lax'
const EXPIRED = [PARTITIONED, '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax']
const get = (path: string, bearer: string) => service.request('GET', path, { bearer })
const del = (path: string, bearer: string) => service.request('DELETE', path, { bearer })
const signInTimes = async (user: TestUser, times: number) => {
  const signedIn = []
  for (let i = 0; i < times; i++) signedIn.push(await service.signIn(user))
  return signedIn
}
const isAccepted = async (token: string) => (await get('/auth/session', token)).status === 200
const rowsOf = async (user: TestUser) =>
  (await service.tables.scan(service.tables.sessions)).filter((row) => row.userId?.S === user.id)

describe('the list of own sessions', () => {
  test('has the valid sessions, the current one marked, and no secrets [LC-13]', async () => {
    const user = await service.user()
    const [a, b] = await signInTimes(user, 2)
    await service.signIn(await service.user())
    const answer = await get('/auth/sessions', b?.token ?? '')
    expect(answer.status).toBe(200)
    expect(answer.json.sessions).toHaveLength(2)
    expect(answer.json.sessions.map((s: { id: string; current?: boolean }) => [s.id, s.current]).sort()).toEqual(
      [
        [a?.id, undefined],
        [b?.id, true],
      ].sort(),
    )
    expect(Object.keys(answer.json.sessions[0])).not.toContain('secretHash')
    for (const { token } of [a, b] as { token: string }[]) expect(answer.text).not.toContain(token.slice(-43))
  })

  test('omits an expired session whose row is still in the table', async () => {
    const user = await service.user()
    const [a, b] = await signInTimes(user, 2)
    const row = (await rowsOf(user)).find((each) => each.sessionId?.S === a?.id)
    await service.tables.put(service.tables.sessions, { ...row, expiresAt: { N: '1700000000' } })
    expect((await get('/auth/sessions', b?.token ?? '')).json.sessions).toHaveLength(1)
  })

  test('has ids that are no credentials [LC-13]', async () => {
    const { token, id } = await service.signIn(await service.user())
    expectProblem(await get('/auth/sessions', id), 'unauthenticated')
    expect(await isAccepted(token)).toBe(true)
  })
})

describe('revoking one session', () => {
  test('refuses its next request and keeps the current session [LC-13]', async () => {
    const [a, b] = await signInTimes(await service.user(), 2)
    const answer = await del(`/auth/sessions/${a?.id}`, b?.token ?? '')
    expect(answer.status).toBe(204)
    expect(answer.setCookie).toEqual([])
    expect(await isAccepted(a?.token ?? '')).toBe(false)
    expect(await isAccepted(b?.token ?? '')).toBe(true)
  })

  test('expires the cookie if it is the current session', async () => {
    const { token, id } = await service.signIn(await service.user())
    const options = { cookie: `__Host-session=${token}`, origin: service.url }
    const answer = await service.request('DELETE', `/auth/sessions/${id}`, options)
    expect(answer.status).toBe(204)
    expect(answer.setCookie).toEqual(EXPIRED)
    expect(await isAccepted(token)).toBe(false)
  })

  test('gets 404 for an unknown or malformed id and another user’s session, which stays valid [AZ-02]', async () => {
    const { token } = await service.signIn(await service.user())
    const other = await service.signIn(await service.user())
    for (const id of [other.id, 'x'.repeat(21), 'short', '%00', 'x'.repeat(3000), '..'])
      expectProblem(await del(`/auth/sessions/${id}`, token), 'not_found')
    expect(await isAccepted(other.token)).toBe(true)
  })

  test('keeps the current session if that has just replaced the session, for its user and for an administrator', async () => {
    const user = await service.user(['admin:revoke'])
    const { token, id } = await service.signIn(user)
    const body = { password: PASSWORD }
    const { json } = await service.request('POST', '/auth/session/reauthenticate', { body, bearer: token })
    for (const path of [`/auth/sessions/${id}`, `/admin/users/${user.id}/sessions/${id}`])
      expectProblem(await del(path, json.token), 'not_found')
    expect(await isAccepted(json.token)).toBe(true)
  })

  test('finishes an interrupted revocation of all sessions, even if there is no session with the id', async () => {
    const { tables } = service
    const user = await service.user()
    const { token, id } = await service.signIn(user)
    const row = await tables.get(tables.sessions, { userId: { S: user.id }, sessionId: { S: id } })
    const item = await tables.get(tables.users, { pk: { S: `user#${user.id}` } })
    await tables.put(tables.users, { ...item, epoch: { N: '1' }, sweepPending: { BOOL: true } })
    await tables.put(tables.sessions, { ...row, userEpoch: { N: '1' } })
    await tables.put(tables.sessions, { ...row, sessionId: { S: 'o'.repeat(21) } })
    expectProblem(await del(`/auth/sessions/${'x'.repeat(21)}`, token), 'not_found')
    expect((await rowsOf(user)).map(({ sessionId }) => sessionId?.S)).toEqual([id])
  })
})

describe('revoking all sessions', () => {
  test('refuses every session of the user, no other user’s, and reads no index [LC-14]', async () => {
    const described = await service.tables.client.send(new DescribeTableCommand({ TableName: service.tables.sessions }))
    expect(described.Table).not.toHaveProperty('GlobalSecondaryIndexes')
    const user = await service.user()
    const mine = await signInTimes(user, 3)
    const other = await service.signIn(await service.user())
    const answer = await del('/auth/sessions', mine[0]?.token ?? '')
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({ revoked: 3 })
    expect(answer.setCookie).toEqual(EXPIRED)
    for (const { token } of mine) expect(await isAccepted(token)).toBe(false)
    expect(await isAccepted(other.token)).toBe(true)
    expect(await rowsOf(user)).toEqual([])
    expect((await service.signIn(user)).answer.status).toBe(200)
  })

  test('with keep=current replaces the current session, so that copies of its token are refused', async () => {
    const user = await service.user(['notes:read'])
    await signInTimes(user, 2)
    const { token } = await service.signIn(user, { scopes: ['account'], label: 'kept' })
    const [row] = (await rowsOf(user)).filter((each) => token.includes(each.sessionId?.S ?? '?'))
    const earlier = {
      authenticatedAt: { N: String(Number(row?.authenticatedAt?.N) - 5000) },
      endsAt: { N: String(Number(row?.endsAt?.N) - 5000) },
    }
    await service.tables.put(service.tables.sessions, { ...row, ...earlier }) // as if created earlier
    const before = (await get('/auth/session', token)).json.session
    const answer = await del('/auth/sessions?keep=current', token)
    expect(answer.json).toMatchObject({ revoked: 2, session: { label: 'kept', scopes: ['account'] } })
    expect(answer.json.session.id).not.toBe(before.id)
    expect(answer.json.session).toMatchObject({ endsAt: before.endsAt, authenticatedAt: before.authenticatedAt })
    expect(answer.setCookie).toEqual([])
    expect(await isAccepted(token)).toBe(false)
    expect(await isAccepted(answer.json.token)).toBe(true)
    expect(await rowsOf(user)).toHaveLength(1)
  })

  test('with keep=current and a cookie returns the new token only in the cookie, with the same absolute timeout', async () => {
    const user = await service.user()
    const { token } = await service.signIn(user)
    const options = { cookie: `__Host-session=${token}`, origin: service.url }
    const answer = await service.request('DELETE', '/auth/sessions?keep=current', options)
    expect(Object.keys(answer.json).sort()).toEqual(['revoked', 'session'])
    expect(answer.setCookie[1]).toMatch(
      /^__Host-session=cct_[\w.-]{87}; Max-Age=25[\d]{5}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    const cookie = answer.setCookie[1]?.split(';')[0] ?? ''
    expect((await service.request('GET', '/auth/session', { cookie })).status).toBe(200)
  })

  test('refuses other values of keep and other parameters, and revokes nothing', async () => {
    const { token } = await service.signIn(await service.user())
    for (const query of ['keep=all', 'keep=', 'keep=current&keep=current', 'keeep=current', 'all'])
      expectProblem(await del(`/auth/sessions?${query}`, token), 'invalid_request')
    expect(await isAccepted(token)).toBe(true)
  })

  test('deletes every row of a hundred sessions [LC-15]', async () => {
    const user = await service.user()
    const { token } = await service.signIn(user)
    const [row] = await rowsOf(user)
    for (let i = 100; i < 200; i++)
      await service.tables.put(service.tables.sessions, { ...row, sessionId: { S: `${'s'.repeat(18)}${i}` } })
    expect((await del('/auth/sessions', token)).json).toEqual({ revoked: 101 })
    expect(await rowsOf(user)).toEqual([])
  })
})

describe('the user behind a session', () => {
  test('has a newer epoch: routes that read the user refuse the session, and lists omit it', async () => {
    const user = await service.user()
    const { token } = await service.signIn(user)
    const item = await service.tables.get(service.tables.users, { pk: { S: `user#${user.id}` } })
    await service.tables.put(service.tables.users, { ...item, epoch: { N: '1' } })
    for (const [method, path] of [
      ['GET', '/auth/session'],
      ['GET', '/auth/sessions'],
      ['DELETE', '/auth/sessions'],
      ['DELETE', '/auth/sessions?keep=current'],
    ] as const)
      expectProblem(await service.request(method, path, { bearer: token }), 'unauthenticated')
    const { token: fresh } = await service.signIn(user)
    expect((await get('/auth/sessions', fresh)).json.sessions).toHaveLength(1)
  })

  test('is disabled: routes that read the user refuse the session', async () => {
    const user = await service.user(['admin:read'])
    const { token } = await service.signIn(user)
    const item = await service.tables.get(service.tables.users, { pk: { S: `user#${user.id}` } })
    await service.tables.put(service.tables.users, { ...item, status: { S: 'disabled' } })
    expectProblem(await get('/auth/session', token), 'unauthenticated')
    expectProblem(await get(`/admin/users/${user.id}`, token), 'unauthenticated')
  })
})

describe('a neighbour’s handler behind requireSession', () => {
  test('admits a valid session with the scope and refuses it after its revocation', async () => {
    const user = await service.user(['greeting:read'])
    const { token } = await service.signIn(user)
    expect((await get('/greeting', token)).json).toEqual({ greeting: `Hello, ${user.id}.` })
    expect((await service.request('GET', '/greeting', { cookie: `__Host-session=${token}` })).status).toBe(200)
    await service.request('POST', '/auth/logout', { bearer: token })
    expectProblem(await get('/greeting', token), 'unauthenticated')
  })

  test('responds to refusals with problem documents', async () => {
    expectProblem(await service.request('GET', '/greeting'), 'unauthenticated')
    const { token } = await service.signIn(await service.user())
    const answer = await get('/greeting', token)
    expectProblem(answer, 'insufficient_scope')
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="coatcheck", error="insufficient_scope", scope="greeting:read"',
    )
  })
})
