import { nanoid } from 'nanoid'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openPostOffice, tokenIn } from '../support/post-office.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService } from '../support/service.ts'

let service: TestService
let office: ReturnType<typeof openPostOffice>
let admin: string
let adminId: string
beforeAll(async () => {
  service = await startTestService({
    ...{ MAILER: 'ses', REGISTRATION: 'closed' },
    ...{ MAILS_PER_SOURCE: '100000', LINKS_PER_SOURCE: '100000' },
  })
  office = openPostOffice(service.tables)
  const user = await service.user(['admin:read', 'admin:write'])
  adminId = user.id
  admin = (await service.session(user)).token
})
afterAll(() => service.close())
beforeEach(() => void office.collect())

const newEmail = () => `${nanoid(10).toLowerCase()}@example.com`
const post = (path: string, body: unknown, token?: string) =>
  service.request('POST', path, { body, ...(token !== undefined && { bearer: token }) })
const invite = (email: string, more: object = {}) =>
  post('/admin/invitations', { email, scopes: ['notes:read'], ...more }, admin)
const accept = (token: string, more: object = {}) =>
  post('/auth/invitations/accept', { token, password: PASSWORD, ...more })
const revoke = (id: string) => service.request('DELETE', `/admin/invitations/${id}`, { bearer: admin })
const list = (query = '', bearer = admin) => service.request('GET', `/admin/invitations${query}`, { bearer })
async function invited(email = newEmail(), more: object = {}) {
  const { status, json } = await invite(email, more)
  expect(status).toBe(201)
  const [mail] = await office.collect()
  return { email, id: json.invitation.id as string, token: tokenIn(mail), mail }
}

describe('an invitation', () => {
  test('opens an account with its scopes and a verified email while registration is closed, once', async () => {
    const { email, id, token, mail } = await invited(newEmail(), { name: 'Ada' })
    expect(mail).toMatchObject({ to: email, subject: expect.stringContaining('Invitation') })
    expect(mail?.text).toContain(`https://auth.example.com/link/accept-invitation#${id}`)
    expectProblem(await post('/auth/register', { email, password: PASSWORD }), 'registration_closed')
    expectProblem(await accept(token, { password: 'short' }), 'password_rejected')
    const { status, json } = await accept(token)
    const user = { email, emailVerified: true, scopes: ['notes:read'], name: 'Ada' }
    expect([status, json.user]).toEqual([201, expect.objectContaining(user)])
    expectProblem(await accept(token), 'invalid_link')
    const signedIn = await post('/auth/login', { email, password: PASSWORD, credential: 'bearer' })
    expect(signedIn.json.session.scopes).toEqual(['account', 'notes:read'])
    expectProblem(await revoke(id), 'conflict')
    expectProblem(await invite(email), 'email_taken')
  })

  test('takes the name that the user chooses, and refuses another token of the same invitation', async () => {
    const { id, token } = await invited(newEmail(), { name: 'Ada' })
    const { token: other } = await invited()
    for (const wrong of ['x', `${id}${other.slice(21)}`, `${other.slice(0, 21)}${token.slice(21)}`, `${token}x`])
      expectProblem(await accept(wrong), 'invalid_link')
    expect((await accept(token, { name: 'Grace' })).json.user.name).toBe('Grace')
  })

  test('is void once it is revoked, and revoking it again succeeds', async () => {
    const { id, token, email } = await invited()
    for (let times = 0; times < 2; times++) expect((await revoke(id)).status).toBe(204)
    expectProblem(await accept(token), 'invalid_link')
    expect((await invite(email)).status).toBe(201)
    expectProblem(await revoke('x'.repeat(21)), 'not_found')
    expectProblem(await revoke('x'), 'not_found')
  })

  test('that is revoked before its mail sends none, and a mail that is delivered again is not sent twice', async () => {
    const email = newEmail()
    const { json } = await invite(email)
    expect((await revoke(json.invitation.id)).status).toBe(204)
    expect(await office.collect()).toEqual([])
    await invited()
    expect(await office.collect()).toEqual([])
  })

  test('is void after its seven days', async () => {
    const { id, token } = await invited()
    const key = { id: { S: `invitation#${id}` } }
    const item = await service.tables.get(service.tables.outbox, key)
    expect(Number(item?.expiresAt?.N) - Number(item?.createdAt?.N)).toBe(7 * 86_400)
    await service.tables.put(service.tables.outbox, { ...item, ...key, expiresAt: { N: '1700000000' } })
    expectProblem(await accept(token), 'invalid_link')
    expect(JSON.stringify((await list()).json)).not.toContain(id)
  })

  test('of sixteen acceptances and revocations, one takes effect', async () => {
    const { id, token, email } = await invited()
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) => (i === 8 ? revoke(id) : accept(token, { name: `${i}` }))),
    )
    const accepted = answers.filter(({ status }) => status === 201)
    const revoked = answers[8]?.status === 204
    expect(accepted).toHaveLength(revoked ? 0 : 1)
    const found = await service.request('GET', `/admin/users?email=${email}`, { bearer: admin })
    expect(found.json.users).toEqual(accepted.map(({ json }) => json.user))
  })
})

describe('invitations', () => {
  test('are made by administrators who have signed in recently, and grant only scopes', async () => {
    const { token: reader } = await service.session(await service.user(['admin:read']))
    expectProblem(await post('/admin/invitations', { email: newEmail(), scopes: [] }, reader), 'insufficient_scope')
    for (const scopes of [
      undefined,
      ['a b'],
      'admin:write',
      Array(16)
        .fill(0)
        .map((_, i) => `s${i}`),
    ])
      expectProblem(await invite(newEmail(), { scopes }), 'invalid_request')
    const { json } = await invite(newEmail(), { scopes: ['account', 'admin:write', 'admin:write'] })
    expect(json.invitation).toMatchObject({ scopes: ['admin:write'], status: 'open', invitedBy: adminId })
  })

  test('are listed in pages, without a secret or its hash [I6]', async () => {
    const { token, id } = await invited()
    const all: { id: string; status: string }[] = []
    let cursor = ''
    do {
      const { json } = await list(`?limit=2${cursor && `&cursor=${cursor}`}`)
      expect(json.invitations.length).toBeLessThanOrEqual(2)
      all.push(...json.invitations)
      cursor = json.cursor ?? ''
    } while (cursor)
    expect(new Set(all.map((each) => each.status))).toEqual(new Set(['open', 'accepted', 'revoked']))
    expect(all.filter((each) => each.id === id)).toHaveLength(1)
    const { secretHash } = (await service.tables.get(service.tables.outbox, { id: { S: `invitation#${id}` } })) ?? {}
    expect(secretHash?.S).toHaveLength(43)
    expect(JSON.stringify(all)).not.toContain(secretHash?.S)
    for (const query of ['?limit=0', '?cursor=x', '?email=a']) expectProblem(await list(query), 'invalid_request')
    const { sessions: _, client: __, ...tables } = service.tables
    const stored = JSON.stringify([
      ...(await service.tables.scan(tables.outbox)),
      ...(await service.tables.scan(tables.users)),
      ...(await service.tables.scan(tables.activity)),
    ])
    expect(stored).not.toContain(token.slice(21))
  })

  test('do not exist without a mailer', async () => {
    const silent = await startTestService({}, [])
    const token = (await silent.session(await silent.user(['admin:read', 'admin:write']))).token
    const ask = (method: string, path: string, body?: unknown) => silent.request(method, path, { body, bearer: token })
    expectProblem(await ask('POST', '/admin/invitations', { email: newEmail(), scopes: [] }), 'not_found')
    expectProblem(await ask('GET', '/admin/invitations'), 'not_found')
    expectProblem(await ask('DELETE', `/admin/invitations/${'x'.repeat(21)}`), 'not_found')
    expectProblem(await ask('POST', '/auth/invitations/accept', { token: 'x', password: PASSWORD }), 'not_found')
    await silent.close()
  })
})
