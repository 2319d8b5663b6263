import { nanoid } from 'nanoid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { splitPath } from '../../functions/http/base-path.ts'
import { MailRejectedError } from '../../lib/mail/mailer.ts'
import { openPostOffice, tokenIn } from '../support/post-office.ts'
import { expectProblem } from '../support/problem.ts'
import type { Call } from '../support/proxy.ts'
import { PASSWORD, startTestService, type TestService } from '../support/service.ts'

const NEW_PASSWORD = `${PASSWORD} 2`
const SETTINGS = { MAILER: 'ses', MAILS_PER_SOURCE: '100000', LINKS_PER_SOURCE: '100000' }

let service: TestService
let office: ReturnType<typeof openPostOffice>
beforeAll(async () => {
  service = await startTestService(SETTINGS)
  office = openPostOffice(service.tables)
})
afterAll(() => service.close())
beforeEach(() => void office.collect())

const newEmail = () => `${nanoid(10).toLowerCase()}@example.com`
const post = (path: string, body: unknown, token?: string) =>
  service.request('POST', path, { body, ...(token !== undefined && { bearer: token }) })
const signIn = (email: string, password: string) => post('/auth/login', { email, password, credential: 'bearer' })
const callsOf = (calls: readonly Call[]) => calls.map(({ operation, table }) => `${operation} ${nameOf(table)}`)
const nameOf = (table: string | undefined) =>
  (['sessions', 'users', 'attempts', 'outbox'] as const).find((name) => service.tables[name] === table) ?? ''
async function calls(run: () => Promise<unknown>): Promise<string[]> {
  const before = service.proxy.calls.length
  await run()
  return callsOf(service.proxy.calls.slice(before))
}

async function requestReset(email: string) {
  expect((await post('/auth/password/reset', { email })).status).toBe(202)
  return (await office.collect()).find(({ to, subject }) => to === email && /password/i.test(subject))
}

describe('a password reset', () => {
  test('sets the new password once, proves the email and ends every session', async () => {
    const user = await service.user()
    const { token: session } = await service.session(user)
    const token = tokenIn(await requestReset(user.email))
    expectProblem(await post('/auth/password/reset/complete', { token, newPassword: 'short' }), 'password_rejected')
    expect((await post('/auth/password/reset/complete', { token, newPassword: NEW_PASSWORD })).status).toBe(204)
    expectProblem(await post('/auth/password/reset/complete', { token, newPassword: NEW_PASSWORD }), 'invalid_link')
    expectProblem(await service.request('GET', '/auth/session', { bearer: session }), 'unauthenticated')
    expectProblem(await signIn(user.email, PASSWORD), 'invalid_credentials')
    const login = await signIn(user.email, NEW_PASSWORD)
    expect(login.json.user.emailVerified).toBe(true)
    const [told] = await office.collect()
    expect(told).toMatchObject({ to: user.email, subject: expect.stringContaining('was changed') })
  })

  test('is mailed as a link to its page, below the base path of the API', async () => {
    const { email } = await service.user()
    await post('/auth/password/reset', { email })
    const below = openPostOffice(service.tables, undefined, undefined, { basePath: '/auth/v1' })
    const { text = '' } = (await below.collect()).find(({ to }) => to === email) ?? {}
    const [link = ''] = /https:\S+#\S+/.exec(text) ?? []
    const { pathname, hash } = new URL(link)
    expect(pathname).toBe('/auth/v1/link/reset-password')
    const context = { stage: '$default', domainName: 'auth.example.com', routeKey: 'GET /link/{action}' }
    expect(splitPath(context, pathname)).toEqual({ basePath: '/auth/v1', path: '/link/reset-password' })
    const complete = { token: hash.slice(1), newPassword: NEW_PASSWORD }
    expect((await post('/auth/password/reset/complete', complete)).status).toBe(204)
  })

  test('counts only with the link of the latest mail', async () => {
    const { email } = await service.user()
    const first = tokenIn(await requestReset(email))
    const second = tokenIn(await requestReset(email))
    expectProblem(
      await post('/auth/password/reset/complete', { token: first, newPassword: NEW_PASSWORD }),
      'invalid_link',
    )
    expect((await post('/auth/password/reset/complete', { token: second, newPassword: NEW_PASSWORD })).status).toBe(204)
  })

  test('of sixteen requests with one link, one sets its password', async () => {
    const { email } = await service.user()
    const token = tokenIn(await requestReset(email))
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        post('/auth/password/reset/complete', { token, newPassword: `${PASSWORD} ${i}` }),
      ),
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    expect(answers.every(({ status }) => [204, 409, 410].includes(status))).toBe(true)
    const winner = answers.findIndex(({ status }) => status === 204)
    expect((await post('/auth/login', { email, password: `${PASSWORD} ${winner}`, credential: 'bearer' })).status).toBe(
      200,
    )
  })

  test('does not outlive a revocation of all sessions, a disabled user, or its hour', async () => {
    const user = await service.user()
    const { token: session } = await service.session(user)
    const token = tokenIn(await requestReset(user.email))
    expect((await service.request('DELETE', '/auth/sessions', { bearer: session })).status).toBe(200)
    expectProblem(await post('/auth/password/reset/complete', { token, newPassword: NEW_PASSWORD }), 'invalid_link')

    const later = tokenIn(await requestReset(user.email))
    const key = { pk: { S: `user#${user.id}` } }
    const item = await service.tables.get(service.tables.users, key)
    const reset = item?.reset?.M ?? {}
    await service.tables.put(service.tables.users, {
      ...item,
      ...key,
      reset: { M: { ...reset, expiresAt: { N: '1700000000' } } },
    })
    expectProblem(
      await post('/auth/password/reset/complete', { token: later, newPassword: NEW_PASSWORD }),
      'invalid_link',
    )
    await service.tables.put(service.tables.users, { ...item, ...key, status: { S: 'disabled' } })
    expectProblem(
      await post('/auth/password/reset/complete', { token: later, newPassword: NEW_PASSWORD }),
      'invalid_link',
    )
    expect(await requestReset(user.email)).toBeUndefined()
  })

  test('removes what somebody else has set up on an account whose email was never proven', async () => {
    const user = await service.user()
    const key = { pk: { S: `user#${user.id}` } }
    const item = await service.tables.get(service.tables.users, key)
    const totp = { M: { id: { S: 'i' }, sealed: { S: '1.x' }, createdAt: { N: '1' } } }
    await service.tables.put(service.tables.users, { ...item, ...key, totp, recoveryCodes: { SS: ['h'] } })
    const token = tokenIn(await requestReset(user.email))
    expect((await post('/auth/password/reset/complete', { token, newPassword: NEW_PASSWORD })).status).toBe(204)
    expect((await signIn(user.email, NEW_PASSWORD)).status).toBe(200)
  })

  test('keeps the second factor of an account whose email was proven', async () => {
    const user = await service.user()
    const key = { pk: { S: `user#${user.id}` } }
    const item = await service.tables.get(service.tables.users, key)
    const totp = { M: { id: { S: 'i' }, sealed: { S: '1.x' }, createdAt: { N: '1' } } }
    await service.tables.put(service.tables.users, { ...item, ...key, totp, emailVerified: { BOOL: true } })
    const token = tokenIn(await requestReset(user.email))
    expect((await post('/auth/password/reset/complete', { token, newPassword: NEW_PASSWORD })).status).toBe(204)
    expectProblem(await signIn(user.email, NEW_PASSWORD), 'second_factor_required')
  })
})

describe('registration by mail', () => {
  test('makes the account when the link is used, with a proven email, once', async () => {
    const email = newEmail()
    expect(await post('/auth/register', { email })).toMatchObject({ status: 202, json: {} })
    const token = tokenIn((await office.collect())[0])
    expectProblem(await signIn(email, PASSWORD), 'invalid_credentials')
    expectProblem(await post('/auth/register/complete', { token, password: 'short' }), 'password_rejected')
    const { status, json } = await post('/auth/register/complete', { token, password: PASSWORD, name: 'Ada' })
    expect([status, json.user]).toEqual([201, expect.objectContaining({ email, emailVerified: true, scopes: [] })])
    expectProblem(await post('/auth/register/complete', { token, password: PASSWORD }), 'invalid_link')
  })

  test('refuses a password before the link, and a registration that the address got meanwhile', async () => {
    const email = newEmail()
    expectProblem(await post('/auth/register', { email, password: PASSWORD }), 'invalid_request')
    await post('/auth/register', { email })
    const first = tokenIn((await office.collect())[0])
    await post('/auth/register', { email })
    const second = tokenIn((await office.collect())[0])
    const answers = await Promise.all(
      [first, second, second].map((token) => post('/auth/register/complete', { token, password: PASSWORD })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 410])
  })

  test('mails somebody who has an account a hint instead of a link', async () => {
    const { email } = await service.user()
    await post('/auth/register', { email })
    const [mail] = await office.collect()
    expect(mail).toMatchObject({ to: email, subject: expect.stringContaining('already') })
    expect(tokenIn(mail)).toBe('')
  })
})

describe('the verification of an email', () => {
  test('needs the link and the session of its user', async () => {
    const [user, other] = [await service.user(), await service.user()]
    const { token: session } = await service.session(user)
    const { token: stranger } = await service.session(other)
    expect((await post('/auth/email/verification', undefined, session)).status).toBe(202)
    const token = tokenIn((await office.collect())[0])
    expectProblem(await post('/auth/email/verify', { token }), 'unauthenticated')
    expectProblem(await post('/auth/email/verify', { token }, stranger), 'invalid_link')
    expect((await post('/auth/email/verify', { token }, session)).status).toBe(204)
    expectProblem(await post('/auth/email/verify', { token }, session), 'invalid_link')
    const { json } = await service.request('GET', '/auth/session', { bearer: session })
    expect(json.user.emailVerified).toBe(true)
    await post('/auth/email/verification', undefined, session)
    expect(await office.collect()).toEqual([])
  })
})

describe('administrators', () => {
  test('set a password, mail a reset and unlock', async () => {
    const admin = await service.user(['admin:write'])
    const { token } = await service.session(admin)
    const user = await service.user()
    const at = `/admin/users/${user.id}`
    expectProblem(
      await service.request('PUT', `${at}/password`, { bearer: token, body: { password: 'short' } }),
      'password_rejected',
    )
    expect(
      (await service.request('PUT', `${at}/password`, { bearer: token, body: { password: NEW_PASSWORD } })).status,
    ).toBe(204)
    expect((await signIn(user.email, NEW_PASSWORD)).status).toBe(200)
    await office.collect()
    expect((await post(`${at}/password-reset`, undefined, token)).status).toBe(202)
    expect(tokenIn((await office.collect())[0])).toHaveLength(64)
    for (let i = 0; i < 11; i++) await signIn(user.email, 'wrong')
    expectProblem(await signIn(user.email, NEW_PASSWORD), 'too_many_attempts')
    expect((await post(`${at}/unlock`, undefined, token)).status).toBe(204)
    expect((await signIn(user.email, NEW_PASSWORD)).status).toBe(200)
  })
})

describe('requests for mail', () => {
  test('make the same calls and get the same bytes for every address [I9]', async () => {
    const { email: known } = await service.user()
    const disabled = await service.user()
    const key = { pk: { S: `user#${disabled.id}` } }
    const item = await service.tables.get(service.tables.users, key)
    await service.tables.put(service.tables.users, { ...item, ...key, status: { S: 'disabled' } })
    for (const path of ['/auth/password/reset', '/auth/register']) {
      const seen = new Set<string>()
      for (const email of [known, disabled.email, newEmail()])
        seen.add((await calls(async () => expect((await post(path, { email })).text).toMatch(/^(\{\})?$/))).join(', '))
      expect([...seen]).toEqual(['UpdateItem attempts, UpdateItem attempts, PutItem outbox'])
    }
  })

  test('are limited for each address, whether or not it has an account', async () => {
    const { email: known } = await service.user()
    for (const email of [known, newEmail()]) {
      for (let i = 0; i < 5; i++) expect((await post('/auth/password/reset', { email })).status).toBe(202)
      expectProblem(await post('/auth/password/reset', { email }), 'too_many_attempts')
      expectProblem(await post('/auth/register', { email }), 'too_many_attempts')
    }
  })

  test('leave nothing in the tables that can be presented [I6]', async () => {
    const { email } = await service.user()
    const token = tokenIn(await requestReset(email))
    const other = newEmail()
    await post('/auth/register', { email: other })
    const ticket = tokenIn((await office.collect()).find(({ to }) => to === other))
    const { users, attempts, outbox } = service.tables
    const stored = JSON.stringify(
      await Promise.all([users, attempts, outbox].map((table) => service.tables.scan(table))),
    )
    expect(ticket).toHaveLength(43)
    for (const secret of [token, token.slice(21), ticket]) expect(stored).not.toContain(secret)
    expect(service.log.join('\n')).not.toContain(email)
  })
})

describe('delivery', () => {
  test('of a request that is delivered again sends another link, which works', async () => {
    const { email } = await service.user()
    await post('/auth/password/reset', { email })
    const failing = openPostOffice(service.tables, {
      send: async () => {
        throw new MailRejectedError('busy', 'mail')
      },
    })
    const [item] = await service.tables.scan(service.tables.outbox)
    await failing.deliver(item?.id?.S ?? '')
    expect(failing.log).toMatchObject([{ event: 'mail_refused', kind: 'password_reset', reason: 'busy' }])
    expect(await service.tables.scan(service.tables.outbox)).toEqual([])
  })

  test('stops to addresses that refuse mail for good', async () => {
    const { email } = await service.user()
    const refusing = openPostOffice(service.tables, {
      send: async () => {
        throw new MailRejectedError('550', 'recipient')
      },
    })
    await post('/auth/password/reset', { email })
    await refusing.collect()
    await post('/auth/password/reset', { email })
    expect(await office.collect()).toEqual([])
    expect(office.log.at(-1)).toMatchObject({ event: 'mail_refused', reason: 'suppressed' })
  })
})

test('without a mailer the routes of mail do not exist', async () => {
  const plain = await startTestService({}, [])
  try {
    const user = await plain.user(['admin:write'])
    const { token } = await plain.session(user)
    const ask = (path: string, body?: unknown) => plain.request('POST', path, { body, bearer: token })
    for (const [path, body] of [
      ['/auth/password/reset', { email: user.email }],
      ['/auth/password/reset/complete', { token: 'x', newPassword: PASSWORD }],
      ['/auth/register/complete', { token: 'x', password: PASSWORD }],
      ['/auth/email/verification', undefined],
      ['/auth/email/verify', { token: 'x' }],
      ['/auth/email/complete', { token: 'x' }],
      ['/auth/email/undo', { token: 'x' }],
      [`/admin/users/${user.id}/password-reset`, undefined],
    ] as const)
      expectProblem(await ask(path, body), 'not_found')
    const change = { body: { newEmail: 'new@example.com' }, bearer: token }
    expectProblem(await plain.request('PUT', '/auth/email', change), 'not_found')
  } finally {
    await plain.close()
  }
})
