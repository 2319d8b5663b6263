import { nanoid } from 'nanoid'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Item } from '../../lib/dynamodb/item.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { openPostOffice, tokenIn } from '../support/post-office.ts'
import { expectProblem } from '../support/problem.ts'
import type { Call } from '../support/proxy.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'

const NEW_PASSWORD = `${PASSWORD} 2`
const SETTINGS = { MAILER: 'ses', REGISTRATION: 'open', MAILS_PER_SOURCE: '100000', LINKS_PER_SOURCE: '100000' }
const [ASK, COMPLETE, UNDO] = ['/auth/email', '/auth/email/complete', '/auth/email/undo']

let service: TestService
let office: ReturnType<typeof openPostOffice>
beforeAll(async () => {
  service = await startTestService(SETTINGS, [])
  office = openPostOffice(service.tables)
})
afterAll(() => service.close())
beforeEach(async () => void (await office.collect()))

const newEmail = () => `${nanoid(10).toLowerCase()}@example.com`
const send = (method: string, path: string, body?: unknown, token?: string) =>
  service.request(method, path, { ...(body !== undefined && { body }), ...(token !== undefined && { bearer: token }) })
const post = (path: string, body: unknown, token?: string) => send('POST', path, body, token)
const signIn = (email: string, password = PASSWORD) => post('/auth/login', { email, password, credential: 'bearer' })
const register = (email: string) => post('/auth/register', { email, password: PASSWORD })
const key = (pk: string): Item => ({ pk: { S: pk } })
const itemOf = (user: { id: string }) => service.tables.get(service.tables.users, key(`user#${user.id}`))
const pointerOf = (email: string) => service.tables.get(service.tables.users, key(`email#${email}`))
/** Changes a stored user past the service. */
async function edit(user: { id: string }, change: (item: Item) => Item): Promise<void> {
  const item = await itemOf(user)
  await service.tables.put(service.tables.users, { ...item, ...change(item ?? {}) })
}
const proven = async () => {
  const user = await service.user()
  await edit(user, () => ({ emailVerified: { BOOL: true } }))
  return user
}
/** Lets a claim of a user expire. */
const expire = (user: { id: string }, claim: 'undo' | 'claiming') =>
  edit(user, (item) => ({ [claim]: { M: { ...item[claim]?.M, expiresAt: { N: '1700000000' } } } }))

/** Asks for a change; the token of the mailed link. */
async function ask(session: string, email: string): Promise<string> {
  expect(await send('PUT', ASK, { newEmail: email }, session)).toMatchObject({ status: 202, text: '' })
  return tokenIn((await office.collect()).find(({ to, text }) => to === email && text.includes('/link/change-email#')))
}
const undoTokenTo = async (email: string) =>
  tokenIn((await office.collect()).find(({ to, text }) => to === email && text.includes('/link/undo-email-change#')))
/** Changes the email; the new session's token and the secret of the undo. */
async function change(user: TestUser, session: string, email: string) {
  const { status, json } = await post(COMPLETE, { token: await ask(session, email) }, session)
  expect(status).toBe(200)
  return { session: json.token as string, undo: await undoTokenTo(user.email) }
}
async function changed(user?: TestUser) {
  const owner = user ?? (await proven())
  const email = newEmail()
  return { user: owner, email, ...(await change(owner, (await service.session(owner)).token, email)) }
}
const callsOf = (calls: readonly Call[]) => calls.map(({ operation, table }) => `${operation} ${nameOf(table)}`)
const nameOf = (table: string | undefined) =>
  (['sessions', 'users', 'attempts', 'outbox'] as const).find((name) => service.tables[name] === table) ?? ''
async function calls(run: () => Promise<unknown>): Promise<string[]> {
  const before = service.proxy.calls.length
  await run()
  return callsOf(service.proxy.calls.slice(before))
}

describe('a change of email', () => {
  test('takes effect with the link in a session of the user, and replaces every session', async () => {
    const user = await proven()
    const [own, other] = [await service.session(user), await service.session(user)]
    const email = newEmail()
    expect((await send('PUT', ASK, { newEmail: email.toUpperCase() }, own.token)).status).toBe(202)
    const mails = await office.collect()
    expect(mails.map(({ to }) => to)).toEqual(expect.arrayContaining([email, user.email]))
    const notice = mails.find(({ to }) => to === user.email)
    expect(notice?.text).toContain(email)
    expect(notice?.text).toContain('/link/forgotten-password\n')
    expect((await send('GET', '/auth/session', undefined, own.token)).json.pendingEmail).toBe(email)

    const token = tokenIn(mails.find(({ to }) => to === email))
    expectProblem(await post(COMPLETE, { token }), 'unauthenticated') // the link alone
    const { status, json } = await post(COMPLETE, { token }, own.token)
    expect({ status, user: json.user }).toMatchObject({ status: 200, user: { email, emailVerified: true } })
    for (const ended of [own, other]) expectProblem(await post(COMPLETE, { token }, ended.token), 'unauthenticated')
    expect((await send('GET', '/auth/session', undefined, json.token)).json).toEqual({
      ...{ session: json.session, user: json.user },
    })
    expectProblem(await post(COMPLETE, { token }, json.token), 'invalid_link') // used
    expect((await signIn(email)).status).toBe(200)
    expectProblem(await signIn(user.email), 'invalid_credentials')
    const [told, ...more] = await office.collect()
    expect(more).toEqual([])
    expect(told).toMatchObject({ to: user.email, text: expect.stringContaining(email) })
  })

  test('hands a browser the new session in its cookie', async () => {
    const user = await proven()
    const cookie = `__Host-session=${(await service.session(user)).token}`
    const options = { cookie, origin: service.url }
    const email = newEmail()
    await service.request('PUT', ASK, { ...options, body: { newEmail: email } })
    const token = tokenIn((await office.collect()).find(({ to }) => to === email))
    const answer = await service.request('POST', COMPLETE, { ...options, body: { token } })
    expect([answer.status, answer.setCookie.at(-1)]).toEqual([200, expect.stringMatching(/^__Host-session=cct_/)])
    expect(answer.json.token).toBeUndefined()
    expectProblem(
      await service.request('POST', COMPLETE, { cookie, origin: 'https://other.example', body: { token } }),
      'cross_origin',
    )
  })

  test('is not made by a link that is wrong, replaced, expired, of another user or of an earlier epoch', async () => {
    const [user, other] = [await proven(), await proven()]
    const { token: session } = await service.session(user)
    const { token: foreign } = await service.session(other)
    const email = newEmail()
    const first = await ask(session, email)
    const second = await ask(session, email)
    expect((await ask(foreign, newEmail())).length).toBe(64)
    for (const token of ['', 'x', first, `${'x'.repeat(21)}${second.slice(21)}`, `${other.id}${second.slice(21)}`])
      expectProblem(await post(COMPLETE, { token }, session), 'invalid_link')
    expectProblem(await post(COMPLETE, { token: second }, foreign), 'invalid_link')
    await expire(user, 'claiming')
    expectProblem(await post(COMPLETE, { token: second }, session), 'invalid_link')
    expect((await send('GET', '/auth/session', undefined, session)).json.pendingEmail).toBeUndefined()
    const third = await ask(session, email)
    const { json: kept } = await send('DELETE', '/auth/sessions?keep=current', undefined, session)
    expectProblem(await post(COMPLETE, { token: third }, kept.token), 'invalid_link')
    expect((await signIn(user.email)).status).toBe(200)
    // The order of an earlier epoch is not armed.
    await send('PUT', ASK, { newEmail: email }, kept.token)
    await edit(user, (item) => ({ epoch: { N: String(Number(item.epoch?.N) + 1) } }))
    expect((await office.collect()).filter(({ to }) => to === email)).toEqual([])
  })

  test('needs a recent sign-in to be asked for, and sends nothing for the present email', async () => {
    const user = await proven()
    const { token, id } = await service.session(user)
    expect((await send('PUT', ASK, { newEmail: user.email }, token)).status).toBe(202)
    expect(await office.collect()).toEqual([])
    const row = { userId: { S: user.id }, sessionId: { S: id } }
    const stored = await service.tables.get(service.tables.sessions, row)
    await service.tables.put(service.tables.sessions, { ...stored, authenticatedAt: { N: '1700000000' } })
    expectProblem(await send('PUT', ASK, { newEmail: newEmail() }, token), 'reauthentication_required', 'bearer')
  })

  test('answers alike for an email with an account, and leaves the account alone [I9]', async () => {
    const [user, holder] = [await proven(), await proven()]
    const { token: session } = await service.session(user)
    const seen = new Set<string>()
    for (const email of [holder.email, newEmail()])
      seen.add((await calls(() => send('PUT', ASK, { newEmail: email }, session))).join(', '))
    expect([...seen]).toEqual([
      'GetItem sessions, GetItem users, UpdateItem attempts, UpdateItem attempts, PutItem outbox, PutItem outbox',
    ])
    await office.collect()
    const token = await ask(session, holder.email)
    expectProblem(await post(COMPLETE, { token }, session), 'email_taken')
    expect(await undoTokenTo(user.email)).toBe('')
    expect((await signIn(holder.email)).json.user.id).toBe(holder.id)
    await send('DELETE', '/auth/account', undefined, (await signIn(holder.email)).json.token)
    expect((await post(COMPLETE, { token }, session)).status).toBe(200) // the link stayed good
  })

  test('of sixteen requests with one link, one makes the change', async () => {
    const user = await proven()
    const { token: session } = await service.session(user)
    const email = newEmail()
    const token = await ask(session, email)
    const answers = await Promise.all(Array.from({ length: 16 }, () => post(COMPLETE, { token }, session)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.every(({ status }) => [200, 401, 409, 410].includes(status))).toBe(true)
    expect((await signIn(email)).json.user.id).toBe(user.id)
  })

  test('goes on after a crash at any write, and blocks no address for ever', async () => {
    const user = await proven()
    const email = newEmail()
    const { token: session } = await service.session(user)
    const token = await ask(session, email)
    const { users } = service.tables
    service.proxy.fault = ({ operation, table }) =>
      operation === 'UpdateItem' && table === users ? 'failed' : undefined
    expectProblem(await post(COMPLETE, { token }, session), 'unavailable')
    service.proxy.fault = undefined
    // The mail of an undo waits for its change.
    const orders = (await service.tables.scan(service.tables.outbox)).filter(({ kind }) => kind?.S === 'email_changed')
    expect(orders).toHaveLength(1)
    await expect(office.deliver(orders[0]?.id?.S ?? '')).rejects.toThrow(UnavailableError)
    expectProblem(await register(email), 'email_taken') // the pointer is the change's, which is pending
    expect((await post(COMPLETE, { token }, session)).status).toBe(200)
    expect(await undoTokenTo(user.email)).toMatch(/^[\w-]{64}$/)

    const left = await proven()
    const { token: other } = await service.session(left)
    const next = newEmail()
    const lost = await ask(other, next)
    service.proxy.fault = ({ operation, table }) =>
      operation === 'UpdateItem' && table === users ? 'failed' : undefined
    expectProblem(await post(COMPLETE, { token: lost }, other), 'unavailable')
    service.proxy.fault = undefined
    await send('DELETE', '/auth/sessions', undefined, other)
    expect((await register(next)).status).toBe(201) // no change is pending in the new epoch
    const request = { id: { S: 'interrupted' }, kind: { S: 'email_changed' }, userId: { S: left.id } }
    const [long, claim] = [String(Math.floor(Date.now() / 1000) + 80_000), { S: 'c' }]
    await service.tables.put(service.tables.outbox, {
      ...request,
      email: { S: left.email },
      claim,
      expiresAt: { N: long },
    })
    await office.collect() // an old request of a change that never was is given up
    expect(await service.tables.get(service.tables.outbox, { id: { S: 'interrupted' } })).toBeUndefined()
  })

  test('from an email that was never proven cannot be undone, and frees the email', async () => {
    const user = await service.user()
    const { undo } = await changed(user)
    expect(undo).toBe('')
    expect(await pointerOf(user.email)).toBeUndefined()
    expect((await register(user.email)).status).toBe(201)
  })
})

describe('an undo of a change of email', () => {
  test('gives the email back, removes what was set since the change, and ends every session', async () => {
    const { user, email, session, undo } = await changed()
    const { json: secret } = await post('/auth/factors/totp', {}, session)
    const code = new TOTP({ secret: secret.secret }).generate()
    const { json: enrolled } = await post('/auth/factors/totp/activate', { code }, session)
    const passwords = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }
    const { json: thief } = await send('PUT', '/auth/password', passwords, enrolled.token)
    expect((await post(UNDO, { token: undo })).status).toBe(204)
    expectProblem(await post(UNDO, { token: undo }), 'invalid_link')
    expectProblem(await send('GET', '/auth/session', undefined, thief.token), 'unauthenticated')
    for (const password of [PASSWORD, NEW_PASSWORD])
      for (const address of [email, user.email]) expectProblem(await signIn(address, password), 'invalid_credentials')
    const item = await itemOf(user)
    expect(item).toMatchObject({ email: { S: user.email }, emailVerified: { BOOL: true } })
    for (const field of ['passwordHash', 'totp', 'totpStep', 'recoveryCodes', 'undo', 'claiming'])
      expect(item).not.toHaveProperty(field)
    const told = (await office.collect()).find(({ subject }) => subject.includes('this address again'))
    expect(told).toMatchObject({ to: user.email, text: expect.stringContaining('/link/forgotten-password\n') })
    expect((await register(email)).status).toBe(201) // the address of the thief is free again
    await post('/auth/password/reset', { email: user.email })
    const token = tokenIn((await office.collect()).find(({ to }) => to === user.email))
    await post('/auth/password/reset/complete', { token, newPassword: NEW_PASSWORD })
    expect((await signIn(user.email, NEW_PASSWORD)).status).toBe(200)
  })

  test('keeps what was set before the change', async () => {
    const user = await proven()
    const { json: login } = await signIn(user.email)
    const { json: secret } = await post('/auth/factors/totp', {}, login.token)
    const code = new TOTP({ secret: secret.secret }).generate()
    const { json: enrolled } = await post('/auth/factors/totp/activate', { code }, login.token)
    const { undo } = await change(user, enrolled.token, newEmail())
    expect((await post(UNDO, { token: undo })).status).toBe(204)
    expectProblem(await signIn(user.email), 'second_factor_required')
    expect((await itemOf(user))?.recoveryCodes?.SS).toHaveLength(10)
  })

  test('outlives a revocation of all sessions, but not its 72 hours, and no disabled user makes one', async () => {
    const { user, email, session, undo } = await changed()
    await send('DELETE', '/auth/sessions', undefined, session)
    await edit(user, () => ({ status: { S: 'disabled' } }))
    expectProblem(await post(UNDO, { token: undo }), 'invalid_link')
    await edit(user, () => ({ status: { S: 'active' } }))
    expectProblem(await post(UNDO, { token: undo.slice(0, -1) }), 'invalid_link')
    const stored = (await itemOf(user))?.undo
    expect(Number(stored?.M?.expiresAt?.N) - Date.now() / 1000).toBeGreaterThan(72 * 3600 - 60)
    await expire(user, 'undo')
    expectProblem(await post(UNDO, { token: undo }), 'invalid_link')
    await edit(user, () => ({ undo: stored ?? {} }) as Item)
    expect((await post(UNDO, { token: undo })).status).toBe(204)
    expectProblem(await signIn(email), 'invalid_credentials')
  })

  test('undoes the first of two changes', async () => {
    const { user, email, session, undo } = await changed()
    const third = newEmail()
    const again = await post(COMPLETE, { token: await ask(session, third) }, session)
    expect(again.status).toBe(200)
    expect(await undoTokenTo(email)).toBe('') // the first one stays
    expect((await register(email)).status).toBe(201)
    expectProblem(await register(user.email), 'email_taken')
    expect((await post(UNDO, { token: undo })).status).toBe(204)
    expect((await signIn(user.email)).json.user.id).toBe(user.id)
    expect((await register(third)).status).toBe(201)
  })

  test('is not needed for the way back, which keeps the pointer', async () => {
    const { user, email, session, undo } = await changed()
    const before = await pointerOf(user.email)
    const back = await post(COMPLETE, { token: await ask(session, user.email) }, session)
    expect(back.json.user.email).toBe(user.email)
    expect(await pointerOf(user.email)).toEqual(before)
    expectProblem(await post(UNDO, { token: undo }), 'invalid_link')
    expect((await register(email)).status).toBe(201)
    expect((await signIn(user.email)).json.user.id).toBe(user.id)
  })

  test('works for an account of before there were claims', async () => {
    const user = await proven()
    const { claim: _, ...item } = (await itemOf(user)) ?? {}
    await service.tables.put(service.tables.users, item)
    await service.tables.put(service.tables.users, { ...key(`email#${user.email}`), userId: { S: user.id } })
    const { email, session, undo } = await changed(user)
    expectProblem(await register(user.email), 'email_taken')
    const back = await post(COMPLETE, { token: await ask(session, user.email) }, session)
    expect(back.status).toBe(200)
    expect(undo).toMatch(/^[\w-]{64}$/)
    const again = await change(user, back.json.token, email)
    expect((await post(UNDO, { token: again.undo })).status).toBe(204)
    expect(await itemOf(user)).not.toHaveProperty('claim')
    expect((await signIn(user.email)).json.user.id).toBe(user.id)
    expect((await register(email)).status).toBe(201)
    await send('DELETE', '/auth/account', undefined, (await signIn(user.email)).json.token)
    expect(await pointerOf(user.email)).toBeUndefined()
  })
})

describe('an address that a user holds', () => {
  test('is refused to others while its undo is open, and gives way by a write once it has expired', async () => {
    const { user, undo } = await changed()
    for (const by of ['registration', 'change'] as const) {
      const other = await proven()
      const { token } = await service.session(other)
      const answer =
        by === 'change'
          ? await post(COMPLETE, { token: await ask(token, user.email) }, token)
          : await register(user.email)
      expectProblem(answer, 'email_taken')
    }
    await expire(user, 'undo')
    expect((await register(user.email)).status).toBe(201)
    expect(await itemOf(user)).toHaveProperty('lapsedAt')
    expectProblem(await post(UNDO, { token: undo }), 'invalid_link')
    expect((await signIn(user.email)).json.user.id).not.toBe(user.id)
  })

  test('is not reserved by a change that is only asked for', async () => {
    const user = await proven()
    const { token: session } = await service.session(user)
    const email = newEmail()
    const token = await ask(session, email)
    expect((await register(email)).status).toBe(201)
    expectProblem(await post(COMPLETE, { token }, session), 'email_taken')
  })

  test('is free once the user is deleted, the old one and the new one', async () => {
    const { user, email, session } = await changed()
    expect((await send('DELETE', '/auth/account', undefined, session)).status).toBe(204)
    for (const address of [user.email, email]) {
      expect(await pointerOf(address)).toBeUndefined()
      expect((await register(address)).status).toBe(201)
    }
  })
})

test('no secret of a link is in a table, a request for mail or the log [I6]', async () => {
  const user = await proven()
  const { token: session } = await service.session(user)
  const email = newEmail()
  await send('PUT', ASK, { newEmail: email }, session)
  const { users, outbox } = service.tables
  const stored = async () => JSON.stringify([await service.tables.scan(users), await service.tables.scan(outbox)])
  const requested = await stored()
  const token = tokenIn((await office.collect()).find(({ to }) => to === email))
  await post(COMPLETE, { token }, session)
  const ordered = await stored()
  const undo = await undoTokenTo(user.email)
  await post(UNDO, { token: undo })
  const all = [requested, ordered, await stored(), service.log.join('\n'), JSON.stringify(office.log)]
  for (const secret of [token.slice(21), undo.slice(21)]) for (const text of all) expect(text).not.toContain(secret)
  expect(service.log.join('\n')).not.toContain(email)
})
