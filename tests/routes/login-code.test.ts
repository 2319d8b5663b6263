import { nanoid } from 'nanoid'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Answer } from '../support/http.ts'
import { openPostOffice, tokenIn } from '../support/post-office.ts'
import { expectProblem } from '../support/problem.ts'
import type { Call } from '../support/proxy.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'

const COOKIE = '__Host-session-code'
const BUDGETS = { MAILS_PER_SOURCE: '100000', MAILS_PER_ADDRESS: '1000', LINKS_PER_SOURCE: '100000' }

let service: TestService
let office: ReturnType<typeof openPostOffice>
beforeAll(async () => {
  service = await startTestService({ MAILER: 'ses', LOGIN_CODE: 'on', ...BUDGETS })
  office = openPostOffice(service.tables, undefined, service.pepper)
})
afterAll(() => service.close())
beforeEach(() => void office.collect())

const newEmail = () => `${nanoid(10).toLowerCase()}@example.com`
const cookieOf = ({ setCookie }: Answer) =>
  setCookie.flatMap((line) => new RegExp(`^(${COOKIE}=[\\w-]{43});`).exec(line)?.[1] ?? [])[0] ?? ''
/** A browser asks for a code. */
async function ask(email: string) {
  const answer = await service.request('POST', '/auth/login/code', { body: { email }, origin: service.url })
  expect(answer.status).toBe(202)
  // The outbox has no order, and may hold a notice to the same address.
  const mail = (await office.collect()).find(({ to, text }) => to === email && text.includes('/link/login-code'))
  return { cookie: cookieOf(answer), code: tokenIn(mail), mail, answer }
}
const complete = (cookie: string, code: string, more: object = {}) =>
  service.request('POST', '/auth/login/code/complete', {
    body: { code, credential: 'bearer', ...more },
    ...(cookie && { cookie }),
    origin: service.url,
  })
const wrong = (code: string) => String((Number(code) + 1) % 1e8).padStart(8, '0')
const userKey = ({ id }: TestUser) => ({ pk: { S: `user#${id}` } })
async function changeUser(user: TestUser, change: object) {
  const item = await service.tables.get(service.tables.users, userKey(user))
  await service.tables.put(service.tables.users, { ...item, ...userKey(user), ...change })
}
const proven = async (scopes: string[] = []) => {
  const user = await service.user(scopes)
  await changeUser(user, { emailVerified: { BOOL: true } })
  return user
}
const nameOf = ({ operation, table, consistent }: Call) => {
  const names = ['sessions', 'users', 'attempts', 'outbox', 'activity'] as const
  return `${operation}${consistent ? '!' : ''} ${names.find((name) => service.tables[name] === table)}`
}
async function calls(run: () => Promise<unknown>): Promise<string[]> {
  const before = service.proxy.calls.length
  await run()
  return service.proxy.calls.slice(before).map(nameOf)
}

describe('a mailed code', () => {
  test('signs in once, in the browser that asked', async () => {
    const user = await proven(['notes:read'])
    const { cookie, code, mail, answer } = await ask(user.email)
    const shown = answer.setCookie.filter((line) => line.startsWith(`${COOKIE}=`)).at(-1)
    expect(shown).toMatch(/; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    expect(mail).toMatchObject({ subject: expect.stringContaining('code'), text: expect.stringContaining(code) })
    expect(code).toMatch(/^\d{8}$/)
    expectProblem(await complete('', code), 'challenge_expired')
    expectProblem(await complete(`${COOKIE}=${'x'.repeat(43)}`, code), 'challenge_expired')
    expectProblem(await complete(cookie, wrong(code)), 'wrong_code')
    const signedIn = await complete(cookie, `${code.slice(0, 4)} ${code.slice(4)}`, { label: 'laptop' })
    expect(signedIn.json).toMatchObject({
      session: { factors: ['code'], assurance: 1, label: 'laptop', scopes: ['account', 'notes:read'] },
      user: { id: user.id, emailVerified: true },
    })
    expect(signedIn.setCookie.at(-1)).toMatch(new RegExp(`^${COOKIE}=; Max-Age=0;`))
    expect((await service.request('GET', '/auth/session', { bearer: signedIn.json.token })).status).toBe(200)
    expectProblem(await complete(cookie, code), 'challenge_expired')
  })

  test('sets the session cookie, revokes the session that is presented, and needs a trusted origin', async () => {
    const user = await proven()
    const { token } = await service.session(user)
    const { cookie, code } = await ask(user.email)
    const body = { code, credential: 'cookie' }
    const at = '/auth/login/code/complete'
    expectProblem(await service.request('POST', at, { body, cookie, origin: 'https://other.example' }), 'cross_origin')
    expectProblem(
      await service.request('POST', '/auth/login/code', {
        body: { email: user.email },
        origin: 'https://other.example',
      }),
      'cross_origin',
    )
    const both = `${cookie}; __Host-session=${token}`
    const answer = await service.request('POST', at, { body, cookie: both, origin: service.url })
    expect(answer.status).toBe(200)
    expect(answer.setCookie.some((line) => line.startsWith('__Host-session=cct_'))).toBe(true)
    expect(answer.json).not.toHaveProperty('token')
    expectProblem(await service.request('GET', '/auth/session', { bearer: token }), 'unauthenticated')
  })

  test('does not count in another browser that has asked, nor in place of its later code', async () => {
    const user = await proven()
    const [first, second] = [await ask(user.email), await ask(user.email)]
    expect(first.code).not.toBe(second.code)
    expectProblem(await complete(second.cookie, first.code), 'wrong_code')
    expectProblem(await complete(first.cookie, second.code), 'wrong_code')
    expectProblem(await complete(`${first.cookie}; ${second.cookie}`, first.code), 'challenge_expired')
    expect((await complete(first.cookie, first.code)).status).toBe(200)
    expect((await complete(second.cookie, second.code)).status).toBe(200)
  })

  test('of sixteen requests at once, one signs in; of sixteen guesses, five are compared [I7]', async () => {
    const user = await proven()
    const { cookie, code } = await ask(user.email)
    const answers = await Promise.all(Array.from({ length: 16 }, () => complete(cookie, code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.every(({ status }) => [200, 410].includes(status))).toBe(true)
    const other = await ask(user.email)
    const guesses = await Promise.all(Array.from({ length: 16 }, () => complete(other.cookie, wrong(other.code))))
    expect(guesses.filter(({ json }) => json.code === 'wrong_code')).toHaveLength(5)
    expectProblem(await complete(other.cookie, other.code), 'challenge_expired')
  })

  test('does not outlive a revocation of all sessions, a disabled user, or its ten minutes [I3]', async () => {
    const user = await proven()
    const { token } = await service.session(user)
    const { cookie, code } = await ask(user.email)
    expect((await service.request('DELETE', '/auth/sessions', { bearer: token })).status).toBe(200)
    expectProblem(await complete(cookie, code), 'wrong_code')
    const later = await ask(user.email)
    await changeUser(user, { status: { S: 'disabled' } })
    expectProblem(await complete(later.cookie, later.code), 'wrong_code')
    expect((await ask(user.email)).mail).toBeUndefined()
    await changeUser(user, { status: { S: 'active' } })
    const last = await ask(user.email)
    for (const item of await service.tables.scan(service.tables.attempts))
      if (item.key?.S?.startsWith('code#') && item.email?.S === user.email)
        await service.tables.put(service.tables.attempts, { ...item, expiresAt: { N: '1700000000' } })
    expectProblem(await complete(last.cookie, last.code), 'challenge_expired')
  })

  test('is followed by the second factor of a user who has one', async () => {
    const user = await proven(['notes:read'])
    const { token } = await service.session(user)
    const { json: shown } = await service.request('POST', '/auth/factors/totp', { bearer: token })
    const totp = (steps: number) =>
      new TOTP({ secret: shown.secret }).generate({ timestamp: Date.now() + steps * 30_000 })
    await service.request('POST', '/auth/factors/totp/activate', { bearer: token, body: { code: totp(-1) } })
    const { cookie, code } = await ask(user.email)
    const refused = await complete(cookie, code, { scopes: ['account'], label: 'laptop' })
    expect([refused.status, refused.json.code, refused.json.methods]).toEqual([
      ...[403, 'second_factor_required', ['totp', 'recovery_code']],
    ])
    expectProblem(await complete(cookie, code), 'challenge_expired')
    const body = { challenge: refused.json.challenge, totp: totp(0), credential: 'bearer' }
    const { json } = await service.request('POST', '/auth/login/second-factor', { body })
    expect(json.session).toMatchObject({
      factors: ['code', 'totp'],
      assurance: 2,
      scopes: ['account'],
      label: 'laptop',
    })
  })

  test('that proves an address first removes what somebody else has set before, and ends every session', async () => {
    const user = await service.user()
    const { token } = await service.session(user)
    const app = { M: { id: { S: 'i' }, sealed: { S: '1.x' }, createdAt: { N: '1' } } }
    await changeUser(user, { totp: app, recoveryCodes: { SS: ['h'] } })
    const { cookie, code } = await ask(user.email)
    const { status, json } = await complete(cookie, code)
    expect([status, json.user.emailVerified]).toEqual([200, true])
    expectProblem(await service.request('GET', '/auth/session', { bearer: token }), 'unauthenticated')
    const item = await service.tables.get(service.tables.users, userKey(user))
    for (const name of ['passwordHash', 'totp', 'recoveryCodes']) expect(item).not.toHaveProperty(name)
    const [told] = await office.collect()
    expect(told).toMatchObject({ to: user.email, subject: expect.stringContaining('was changed') })
    const again = await ask(user.email)
    expect((await complete(again.cookie, again.code)).status).toBe(200)
    expect((await service.request('GET', '/auth/session', { bearer: json.token })).status).toBe(200)
  })
})

describe('requests for codes', () => {
  test('make the same calls and get the same bytes for every address, as do wrong codes [I9]', async () => {
    const disabled = await proven()
    await changeUser(disabled, { status: { S: 'disabled' } })
    const withFactor = await proven()
    const app = { M: { id: { S: 'i' }, sealed: { S: '1.x' }, createdAt: { N: '1' } } }
    await changeUser(withFactor, { totp: app })
    const emails = [await proven(), await service.user(), disabled, withFactor, { email: newEmail() }]
    const seen = new Set<string>()
    const lengths = new Set<number>()
    for (const { email } of emails) {
      let cookie = ''
      const asked = await calls(async () => {
        const answer = await service.request('POST', '/auth/login/code', { body: { email }, origin: service.url })
        cookie = cookieOf(answer)
        lengths.add(`${answer.text}${answer.setCookie}`.length)
      })
      let refusal = ''
      const tried = await calls(async () => {
        const { json } = await complete(cookie, '00000000')
        refusal = JSON.stringify({ ...json, instance: '' })
      })
      seen.add([...asked, ...tried, refusal].join(', '))
    }
    expect([lengths.size, seen.size]).toEqual([1, 1])
    expect([...seen][0]).toMatch(
      /^UpdateItem attempts, UpdateItem attempts, PutItem attempts, PutItem outbox, UpdateItem attempts, UpdateItem attempts, GetItem! users, GetItem! users, (PutItem activity, )?\{.*wrong_code/,
    )
  })

  test('leave nothing in the tables that can be presented [I6]', async () => {
    const user = await proven()
    const { cookie, code } = await ask(user.email)
    const { users, attempts, outbox, activity } = service.tables
    const tables = await Promise.all([users, attempts, outbox, activity].map((name) => service.tables.scan(name)))
    expect(JSON.stringify(tables)).not.toContain(cookie.split('=')[1])
    expect(JSON.stringify(tables)).not.toContain(code)
    expect(service.log.join('\n')).not.toContain(code)
  })

  test('are limited for each address and source, and do not exist unless LOGIN_CODE is on', async () => {
    const limited = await startTestService({ MAILER: 'ses', LOGIN_CODE: 'on', LINKS_PER_SOURCE: '2' }, [])
    const at = (path: string, body: object, more: object = {}) =>
      limited.request('POST', path, { body, origin: limited.url, ...more })
    const email = newEmail()
    for (let i = 0; i < 5; i++) expect((await at('/auth/login/code', { email })).status).toBe(202)
    expectProblem(await at('/auth/login/code', { email }), 'too_many_attempts')
    const cookie = `${COOKIE}=${'x'.repeat(43)}`
    for (const code of ['challenge_expired', 'challenge_expired', 'too_many_attempts'] as const)
      expectProblem(await at('/auth/login/code/complete', { code: '1' }, { cookie }), code)
    await limited.close()
    const off = await startTestService({ MAILER: 'ses' }, [])
    for (const [path, body] of [
      ['/auth/login/code', { email }],
      ['/auth/login/code/complete', { code: '1' }],
    ] as const)
      expectProblem(await off.request('POST', path, { body, origin: off.url }), 'not_found')
    await off.close()
  })

  test('of nobody with the cookie cost no call: a scanner gains nothing', async () => {
    const user = await proven()
    const { code } = await ask(user.email)
    expect(await calls(() => complete('', code))).toEqual([])
    for (const method of ['GET', 'HEAD', 'POST'])
      expect((await service.request(method, '/link/login-code')).setCookie).toEqual([])
  })
})

test('a sign-in from a device and a network that are new is mailed, and only with SIGN_IN_MAILS on', async () => {
  const proxy = { CLIENT_IP_HEADER: 'x-client', ORIGIN_VERIFY_SECRET: 's'.repeat(32) }
  const noticing = await startTestService({ MAILER: 'ses', SIGN_IN_MAILS: 'on', ...proxy }, [])
  const mails = openPostOffice(noticing.tables, undefined, noticing.pepper)
  const user = await noticing.user()
  const signIn = async (ip: string, agent: string) => {
    const headers = { 'x-client': ip, 'x-origin-verify': proxy.ORIGIN_VERIFY_SECRET, 'user-agent': agent }
    const body = { email: user.email, password: PASSWORD, credential: 'bearer' }
    expect((await noticing.request('POST', '/auth/login', { body, headers })).status).toBe(200)
    return (await mails.collect()).map(({ subject, text }) => [/New sign-in/.test(subject), text.includes(ip)])
  }
  const linux = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  expect(await signIn('192.0.2.1', linux)).toEqual([]) // the first
  expect(await signIn('198.51.100.7', linux.replaceAll('140', '141'))).toEqual([])
  expect(await signIn('192.0.2.1', 'curl/8.5.0')).toEqual([])
  const windows = linux.replace('X11; Linux x86_64', 'Windows NT 10.0')
  expect(await signIn('203.0.113.9', windows)).toEqual([[true, true]])
  expect(await signIn('203.0.113.9', windows)).toEqual([])
  // Marks are keyed hashes: neither device nor address stands in the table.
  const marks = JSON.stringify(await noticing.tables.scan(noticing.tables.attempts))
  expect(marks).not.toMatch(/203\.0\.113\.9|Windows|Firefox/)
  await noticing.close()
})
