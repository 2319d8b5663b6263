import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPostOffice, tokenIn } from '../support/post-office.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'

// A password that an administrator has set to be changed at the next sign-in.

const GIVEN = 'a given password, é and all'
const CHOSEN = 'five loud umbrellas at dusk'

let service: TestService
let office: ReturnType<typeof openPostOffice>
let bearer: string
beforeAll(async () => {
  service = await startTestService({ MAILER: 'ses', MAILS_PER_SOURCE: '100000', LINKS_PER_SOURCE: '100000' })
  office = openPostOffice(service.tables)
  bearer = (await service.signIn(await service.user(['admin:read', 'admin:write']))).token
})
afterAll(() => service.close())

const give = ({ id }: TestUser, body: object = { requireChange: true }) =>
  service.request('PUT', `/admin/users/${id}/password`, { bearer, body: { password: GIVEN, ...body } })
const signIn = ({ email }: TestUser, password: string, more: object = {}) =>
  service.request('POST', '/auth/login', { body: { email, password, credential: 'bearer', ...more } })
const stored = async ({ id }: TestUser) =>
  (await service.tables.get(service.tables.users, { pk: { S: `user#${id}` } })) ?? {}
const sessionsOf = async ({ id }: TestUser) =>
  (await service.tables.scan(service.tables.sessions)).filter(({ userId }) => userId?.S === id)

/** A user whose password must be changed. */
async function flagged(): Promise<TestUser> {
  const user = await service.user()
  expect((await give(user)).status).toBe(204)
  const { mustChangePassword, epoch } = await stored(user)
  expect([mustChangePassword, epoch?.N]).toEqual([{ BOOL: true }, '1']) // in one write
  return user
}

describe('a password that must be changed', () => {
  test('makes no session, and nothing is written, until another one is chosen', async () => {
    const user = await flagged()
    await office.collect()
    const before = await stored(user)
    expectProblem(await signIn(user, GIVEN), 'password_change_required')
    for (const newPassword of [GIVEN, GIVEN.normalize('NFD')]) {
      const refused = await signIn(user, GIVEN, { newPassword })
      expectProblem(refused, 'password_rejected')
      expect(refused.json.rule).toBe('present')
    }
    expect((await signIn(user, GIVEN, { newPassword: 'short' })).json.rule).toBe('length')
    expect((await signIn(user, GIVEN, { newPassword: `${user.email}` })).json.rule).toBe('own_words')
    expectProblem(await signIn(user, GIVEN, { newPassword: CHOSEN, scopes: ['admin:write'] }), 'invalid_scope')
    expectProblem(await signIn(user, PASSWORD), 'invalid_credentials')
    expectProblem(await signIn(user, 'wrong', { newPassword: CHOSEN }), 'invalid_credentials')
    expect(await stored(user)).toEqual(before)
    expect(await sessionsOf(user)).toEqual([])
    expect(await office.collect()).toEqual([])
  })

  test('is replaced at the sign-in, once: earlier sessions end, links are void, the user is told', async () => {
    const user = await flagged()
    await service.request('POST', '/auth/password/reset', { body: { email: user.email } })
    const link = tokenIn((await office.collect()).find(({ subject }) => /reset|new password/i.test(subject)))
    const other = await service.session({ ...user, epoch: Number((await stored(user)).epoch?.N) })

    const chosen = await signIn(user, GIVEN, { newPassword: CHOSEN })
    expect(chosen.status).toBe(200)
    expect((await sessionsOf(user)).map(({ sessionId }) => sessionId?.S)).toEqual([chosen.json.session.id])
    expectProblem(await service.request('GET', '/auth/session', { bearer: other.token }), 'unauthenticated')
    expect((await service.request('GET', '/auth/session', { bearer: chosen.json.token })).status).toBe(200)
    const item = await stored(user)
    expect(item).not.toHaveProperty('mustChangePassword')
    expect(item.lastChanges?.L?.[0]?.M).toMatchObject({ reason: { S: 'password_change' }, by: { S: user.id } })
    expect((await office.collect()).map(({ to, subject }) => [to, subject])).toEqual([
      [user.email, expect.stringContaining('was changed')],
    ])
    const complete = { token: link, newPassword: `${CHOSEN} 2` }
    expectProblem(await service.request('POST', '/auth/password/reset/complete', { body: complete }), 'invalid_link')
    expectProblem(await signIn(user, GIVEN, { newPassword: CHOSEN }), 'invalid_credentials')
    expect((await signIn(user, CHOSEN)).status).toBe(200)

    const lines = service.log.filter((line) => line.includes('authn_password_change') && line.includes(user.id))
    expect(lines.map((line) => /"?reason"?[=:]"?(\w+)/.exec(line)?.[1])).toEqual(['administrator', 'required'])
    const everything = JSON.stringify([await service.tables.scan(service.tables.users), service.log])
    for (const secret of [GIVEN, CHOSEN]) expect(everything).not.toContain(secret)
  })

  test('is shown to administrators and in the export, until it is replaced', async () => {
    const user = await flagged()
    const shown = async () => {
      const answers = [
        await service.request('GET', `/admin/users/${user.id}`, { bearer }),
        await service.request('PATCH', `/admin/users/${user.id}`, { bearer, body: { name: 'Zoe' } }),
        await service.request('GET', `/admin/users/${user.id}/export`, { bearer }),
      ]
      const listed = await service.request('GET', `/admin/users?email=${user.email}`, { bearer })
      return [...answers.map(({ json }) => json.user), ...listed.json.users].map((each) => each.mustChangePassword)
    }
    expect(await shown()).toEqual([true, true, true, true])
    const { json } = await signIn(user, GIVEN, { newPassword: CHOSEN })
    expect([json.user.id, json.user.mustChangePassword]).toEqual([user.id, undefined])
    expect(await shown()).toEqual([undefined, undefined, undefined, undefined])
  })

  test('is asked for before a second factor, which stays required', async () => {
    const user = await flagged()
    const totp = { M: { id: { S: 'i' }, sealed: { S: '1.x' }, createdAt: { N: '1' } } }
    const item = { ...(await stored(user)), pk: { S: `user#${user.id}` }, totp }
    await service.tables.put(service.tables.users, item)
    expectProblem(await signIn(user, GIVEN), 'password_change_required')
    expectProblem(await signIn(user, GIVEN, { newPassword: CHOSEN }), 'second_factor_required')
    expectProblem(await signIn(user, CHOSEN), 'second_factor_required')
    expect(await stored(user)).toMatchObject({ totp })
    expect(await sessionsOf(user)).toEqual([])
  })

  test('is freed by every other new password', async () => {
    const user = await flagged()
    const { token } = await service.session({ ...user, epoch: Number((await stored(user)).epoch?.N) })
    const body = { currentPassword: GIVEN, newPassword: CHOSEN }
    expect((await service.request('PUT', '/auth/password', { bearer: token, body })).status).toBe(200)
    expect((await signIn(user, CHOSEN)).status).toBe(200)

    const forgetful = await flagged()
    await office.collect()
    await service.request('POST', '/auth/password/reset', { body: { email: forgetful.email } })
    const reset = { token: tokenIn((await office.collect())[0]), newPassword: CHOSEN }
    expect((await service.request('POST', '/auth/password/reset/complete', { body: reset })).status).toBe(204)
    expect((await signIn(forgetful, CHOSEN)).status).toBe(200)

    const given = await flagged()
    expectProblem(await give(given, { requireChange: 'yes' }), 'invalid_request')
    expect((await give(given, { requireChange: false })).status).toBe(204)
    expect((await signIn(given, GIVEN)).status).toBe(200)
  })

  test('is not replaced by a request that nobody asked for, or for a disabled user', async () => {
    const user = await service.user()
    const refused = await signIn(user, PASSWORD, { newPassword: CHOSEN })
    expectProblem(refused, 'invalid_request')
    expect(refused.json.errors).toMatchObject([{ pointer: '/newPassword' }])
    expectProblem(await signIn(user, 'wrong', { newPassword: CHOSEN }), 'invalid_credentials')
    expect((await signIn(user, PASSWORD)).status).toBe(200)

    const disabled = await flagged()
    const item = { ...(await stored(disabled)), pk: { S: `user#${disabled.id}` }, status: { S: 'disabled' } }
    await service.tables.put(service.tables.users, item)
    expectProblem(await signIn(disabled, GIVEN), 'invalid_credentials')
    expectProblem(await signIn(disabled, GIVEN, { newPassword: CHOSEN }), 'invalid_credentials')
    expect(await stored(disabled)).toEqual(item)
  })

  test('is replaced by one of eight sign-ins at the same time', async () => {
    const user = await flagged()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => signIn(user, GIVEN, { newPassword: `${CHOSEN} ${i}` })),
    )
    const winners = answers.flatMap(({ status }, i) => (status === 200 ? [i] : []))
    expect(winners).toHaveLength(1)
    expect(answers.every(({ status }) => [200, 401, 409, 429].includes(status))).toBe(true)
    expect(await sessionsOf(user)).toHaveLength(1)
    expect((await signIn(user, `${CHOSEN} ${winners[0]}`)).status).toBe(200)
  })
})
