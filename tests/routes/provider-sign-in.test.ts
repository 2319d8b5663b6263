import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../lib/system.ts'
import { FORGED } from '../support/forged-responses.ts'
import type { Answer } from '../support/http.ts'
import { expectProblem } from '../support/problem.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { type StandInProvider, startStandInProvider } from '../support/stand-in-provider.ts'

const TRANSACTION = '__Host-coatcheck-sign-in'
let idp: StandInProvider
let service: TestService
let folder: string
beforeAll(async () => {
  idp = await startStandInProvider()
  folder = await mkdtemp(join(tmpdir(), 'coatcheck-secrets-'))
  await writeFile(join(folder, 'secrets.json'), JSON.stringify({ idp: 'client-secret' }))
  const { issuer, clientId } = idp
  const settings = { name: 'Stand-in', issuer, clientId, algorithm: 'ES256', secretName: 'idp' }
  const providers = [
    {
      ...{ ...settings, id: 'idp', registration: 'open', strong: { amr: ['mfa'] } },
      groups: { claim: 'groups', scopes: { staff: ['notes:write'] } },
    },
    { ...settings, id: 'closed' },
    { ...settings, id: 'other', issuer: 'http://localhost:1' },
  ]
  service = await startTestService({
    PROVIDERS: JSON.stringify({ providers }),
    PROVIDER_SECRETS: join(folder, 'secrets.json'),
    TRUSTED_ORIGINS: 'https://app.example.com',
    MAILER: 'ses',
    PROVIDER_REQUESTS_PER_SOURCE: '100000',
  })
})
afterAll(async () => {
  await service.close()
  await idp.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => idp.be({}))

const pairOf = (answer: Answer, name: string) =>
  answer.setCookie.flatMap((line) => new RegExp(`^(${name}=[^;]+);`).exec(line)?.[1] ?? []).at(-1)
const outcomeOf = ({ headers }: Answer) => new URL(headers.location ?? '').searchParams.get('sign_in')

/** A person with an address that the provider has verified. */
function person<Claims extends object>(claims: Claims = {} as Claims) {
  const email = `${nanoid(10).toLowerCase()}@example.com`
  const one = { sub: nanoid(10), email, email_verified: true, ...claims }
  idp.signInAs(one)
  return one
}

async function start(query = '', provider = 'idp', cookie?: string) {
  const answer = await service.request('GET', `/auth/oidc/${provider}/start${query}`, cookie ? { cookie } : {})
  expect(answer.status).toBe(303)
  return { answer, url: answer.headers.location ?? '', transaction: pairOf(answer, TRANSACTION) ?? '' }
}

async function signIn(query = '', { provider = 'idp', session = '' } = {}) {
  const { url, transaction } = await start(query, provider)
  const response = await idp.visit(url)
  const cookie = [transaction, session].filter((each) => each !== '').join('; ')
  return service.request('GET', `/auth/oidc/${provider}/callback?${response}`, { cookie })
}

describe('a sign-in at a provider', () => {
  test('makes a user once, and a session each time', async () => {
    const { email } = person()
    const first = await signIn('?returnTo=/%23account')
    expect(first).toMatchObject({ status: 303, headers: { location: `${service.url}/#account` } })
    expect(first.setCookie.find((line) => line.startsWith(`${TRANSACTION}=`))).toContain('Max-Age=0')
    const cookie = pairOf(first, '__Host-session') ?? ''
    const seen = await service.request('GET', '/auth/session', { cookie })
    expect(seen.json).toMatchObject({
      session: { factors: ['provider'], assurance: 1 },
      user: { email, emailVerified: true },
    })
    const again = await signIn()
    const other = await service.request('GET', '/auth/session', { cookie: pairOf(again, '__Host-session') ?? '' })
    expect(other.json.user.id).toBe(seen.json.user.id)
    const { json } = await service.request('GET', '/auth/identities', { cookie })
    expect(json.identities).toMatchObject([{ provider: 'idp', issuer: idp.issuer }])
  })

  test('is refused without the browser that started it', async () => {
    person()
    const { url } = await start()
    const response = await idp.visit(url)
    const answer = await service.request('GET', `/auth/oidc/idp/callback?${response}`)
    expect(outcomeOf(answer)).toBe('no_transaction')
    expect(pairOf(answer, '__Host-session')).toBeUndefined()
  })

  test('asks for nothing at an unknown provider', async () => {
    expectProblem(await service.request('GET', '/auth/oidc/nobody/start'), 'not_found')
  })
})

/** A local user with a session, in a browser. */
async function local({ verified = true, scopes = [] as string[] } = {}) {
  const user = await service.user(scopes)
  if (verified) await changeUser(user, { emailVerified: { BOOL: true } })
  const { token } = await service.session(user)
  return { user, session: `__Host-session=${token}` }
}

async function changeUser({ id }: { id: string }, change: object) {
  const key = { pk: { S: `user#${id}` } }
  const item = await service.tables.get(service.tables.users, key)
  await service.tables.put(service.tables.users, { ...item, ...key, ...change })
}

async function link(session: string, origin = service.url) {
  const begun = await service.request('POST', '/auth/identities', {
    body: { provider: 'idp', returnTo: '/#account' },
    cookie: session,
    origin,
  })
  if (begun.status !== 200) return begun
  const response = await idp.visit(begun.json.url)
  const cookie = `${pairOf(begun, TRANSACTION)}; ${session}`
  return service.request('GET', `/auth/oidc/idp/callback?${response}`, { cookie })
}

const sessionOf = (answer: Answer) => pairOf(answer, '__Host-session') ?? ''
const viewer = (cookie: string) => service.request('GET', '/auth/session', { cookie })

describe('the start of a sign-in', () => {
  test('passes what the page asks for on to the provider, and refuses other parameters', async () => {
    const { url } = await start('?prompt=login&login_hint=ada%40example.com&max_age=60')
    const asked = new URL(url).searchParams
    expect([asked.get('prompt'), asked.get('login_hint'), asked.get('max_age')]).toEqual([
      'login',
      'ada@example.com',
      '60',
    ])
    for (const query of [
      '?prompt=%0a',
      '?max_age=-1',
      '?purpose=link',
      '?redirect_uri=https://evil.example',
      '?login_hint=',
    ])
      expectProblem(await service.request('GET', `/auth/oidc/idp/start${query}`), 'invalid_request')
  })

  test.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'https://a@app.example.com/',
  ])('never ends at %s', async (address) => {
    const query = new URLSearchParams({ returnTo: address })
    expectProblem(await service.request('GET', `/auth/oidc/idp/start?${query}`), 'invalid_request')
  })

  test('ends at a trusted origin', async () => {
    person()
    const answer = await signIn(`?${new URLSearchParams({ returnTo: 'https://app.example.com/in' })}`)
    expect(answer.headers.location).toBe('https://app.example.com/in')
  })

  test('goes back with a code if the provider cannot be reached', async () => {
    const { answer } = await start('?returnTo=/%23account', 'other')
    expect(answer.headers.location).toBe(`${service.url}/?sign_in=provider_unavailable&provider=other#account`)
  })
})

describe('the callback', () => {
  test('of a form post is repeated by GET, without the token that came with it', async () => {
    const body = 'code=c&state=s&id_token=t&user=%7B%7D'
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await service.request('POST', '/auth/oidc/idp/callback', {
      body,
      headers,
      origin: 'https://evil.example',
    })
    expect(answer.headers.location).toBe(`${service.url}/auth/oidc/idp/callback?code=c&state=s`)
  })

  test('redeems nothing for HEAD', async () => {
    person()
    const { url, transaction } = await start()
    const path = `/auth/oidc/idp/callback?${await idp.visit(url)}`
    await service.request('HEAD', path, { cookie: transaction })
    expect(sessionOf(await service.request('GET', path, { cookie: transaction }))).not.toBe('')
  })

  test('revokes the session of the browser', async () => {
    const { session } = await local()
    person()
    expect(sessionOf(await signIn('', { session }))).not.toBe('')
    expectProblem(await viewer(session), 'unauthenticated')
  })

  test('asks for the second factor of the user, unless the provider has proven two', async () => {
    const known = person()
    const first = sessionOf(await signIn())
    const { id } = (await viewer(first)).json.user
    const bearer = first.split('=')[1] ?? ''
    const { secret } = (await service.request('POST', '/auth/factors/totp', { bearer })).json
    const code = new TOTP({ secret }).generate()
    const { recoveryCodes } = (await service.request('POST', '/auth/factors/totp/activate', { bearer, body: { code } }))
      .json
    const waiting = await signIn()
    expect(outcomeOf(waiting)).toBe('second_factor')
    expect(sessionOf(waiting)).toBe('')
    const cookie = pairOf(waiting, '__Host-session-challenge') ?? ''
    expect(waiting.headers.location).not.toContain(cookie.split('=')[1])
    const body = { totp: '000000' }
    expectProblem(
      await service.request('POST', '/auth/login/second-factor', { body, origin: service.url }),
      'challenge_expired',
    )
    const foreign = { body, cookie, origin: 'https://evil.example' }
    expectProblem(await service.request('POST', '/auth/login/second-factor', foreign), 'cross_origin')
    const own = { body: { recoveryCode: recoveryCodes[0] }, cookie, origin: service.url }
    const done = await service.request('POST', '/auth/login/second-factor', own)
    expect(done.json).toMatchObject({ user: { id }, session: { factors: ['provider', 'recovery'], assurance: 2 } })
    expect(pairOf(done, '__Host-session-challenge')).toBeUndefined()
    idp.signInAs({ ...known, amr: ['mfa'] })
    const strong = await viewer(sessionOf(await signIn()))
    expect(strong.json).toMatchObject({ user: { id }, session: { assurance: 2 } })
  })
})

describe('an identity whose address has an account', () => {
  test('does not enter an account that has proven it', async () => {
    const { user, session } = await local()
    person({ email: user.email })
    const answer = await signIn()
    expect(outcomeOf(answer)).toBe('email_taken')
    expect(sessionOf(answer)).toBe('')
    expect((await viewer(session)).status).toBe(200)
  })

  test('takes over an account that never has: its password and sessions are gone', async () => {
    const { user, session } = await local({ verified: false })
    person({ email: user.email })
    const answer = await viewer(sessionOf(await signIn()))
    expect(answer.json.user).toMatchObject({ id: user.id, emailVerified: true })
    expectProblem(await viewer(session), 'unauthenticated')
    expectProblem((await service.signIn(user)).answer, 'invalid_credentials')
  })

  test('is refused if the provider has not verified it, or lets nobody register', async () => {
    person({ email_verified: false })
    expect(outcomeOf(await signIn())).toBe('email_unverified')
    person()
    expect(outcomeOf(await signIn('', { provider: 'closed' }))).toBe('registration_closed')
  })
})

describe('linking', () => {
  test('adds an identity to the account of the session, which then signs in; the last way in stays', async () => {
    const { user, session } = await local()
    const { sub } = person({ email: 'another@example.com' })
    const linked = await link(session)
    expect(linked.headers.location).toBe(`${service.url}/#account`)
    expectProblem(await viewer(session), 'unauthenticated')
    const cookie = sessionOf(linked)
    const { json } = await service.request('GET', '/auth/identities', { cookie })
    expect(json.identities).toMatchObject([{ provider: 'idp', issuer: idp.issuer, subject: sub }])
    const again = sessionOf(await signIn())
    expect((await viewer(again)).json.user.id).toBe(user.id)
    const at = `/auth/identities/${json.identities[0].id}`
    expectProblem(
      await service.request('DELETE', '/auth/identities/x', { cookie: again, origin: service.url }),
      'not_found',
    )
    const removed = await service.request('DELETE', at, { cookie: again, origin: service.url })
    expect(removed.status).toBe(200)
    person({ sub, email: 'another@example.com' })
    expect((await viewer(sessionOf(await signIn()))).json.user.id).not.toBe(user.id)
  })

  test('keeps the last way in', async () => {
    person()
    const cookie = sessionOf(await signIn())
    const { json } = await service.request('GET', '/auth/identities', { cookie })
    const answer = await service.request('DELETE', `/auth/identities/${json.identities[0].id}`, {
      cookie,
      origin: service.url,
    })
    expectProblem(answer, 'conflict')
  })

  test('needs this origin, a recent session, and the session at its end too', async () => {
    const { user, session } = await local()
    expectProblem(await link(session, 'https://evil.example'), 'cross_origin')
    person()
    const begun = await service.request('POST', '/auth/identities', {
      body: { provider: 'idp' },
      cookie: session,
      origin: service.url,
    })
    const response = await idp.visit(begun.json.url)
    const path = `/auth/oidc/idp/callback?${response}`
    expect(outcomeOf(await service.request('GET', path, { cookie: pairOf(begun, TRANSACTION) ?? '' }))).toBe(
      'no_session',
    )
    const rows = await service.tables.scan(service.tables.sessions)
    for (const row of rows.filter(({ userId }) => userId?.S === user.id))
      await service.tables.put(service.tables.sessions, { ...row, authenticatedAt: { N: '1' } })
    expectProblem(await link(session), 'reauthentication_required')
  })

  test('of an identity that another user has is refused', async () => {
    person()
    await signIn()
    const { session } = await local()
    expect(outcomeOf(await link(session))).toBe('identity_taken')
    expect((await service.request('GET', '/auth/identities', { cookie: session })).json.identities).toEqual([])
  })
})

describe('a reauthentication', () => {
  test('asks the provider again, and is by an identity of the account', async () => {
    const known = person({ auth_time: systemClock() })
    const session = sessionOf(await signIn())
    const { url } = await start('?purpose=reauthenticate')
    expect([...new URL(url).searchParams]).toEqual(
      expect.arrayContaining([
        ['prompt', 'login'],
        ['max_age', '0'],
      ]),
    )
    const again = await signIn('?purpose=reauthenticate', { session })
    expect((await viewer(sessionOf(again))).json.user.email).toBe(known.email)
    person({ auth_time: systemClock() })
    expect(outcomeOf(await signIn('?purpose=reauthenticate', { session: sessionOf(again) }))).toBe('other_account')
    expect((await viewer(sessionOf(again))).status).toBe(200)
    person({ auth_time: 1 })
    expect(outcomeOf(await signIn('?purpose=reauthenticate', { session: sessionOf(again) }))).toBe('invalid_token')
  })
})

describe('the groups of a provider', () => {
  test('decide about the scopes that they grant at each sign-in', async () => {
    const known = person({ groups: ['staff'] })
    const first = sessionOf(await signIn())
    expect((await viewer(first)).json.session.scopes).toEqual(['account', 'notes:write'])
    idp.signInAs({ ...known, groups: [] })
    const second = sessionOf(await signIn())
    expect((await viewer(second)).json.session.scopes).toEqual(['account'])
    expectProblem(await viewer(first), 'unauthenticated')
  })
})

describe('a hostile response', () => {
  // The keys are kept, so that a set of keys changes nothing.
  test.each(Object.entries(FORGED).filter(([, [{ keys }]]) => !keys))(
    'with %s makes neither a session nor a user',
    async (_, [hostile, reason]) => {
      person()
      idp.be(hostile)
      const before = service.proxy.calls.length
      const answer = await signIn()
      expect(outcomeOf(answer)).toBe(reason)
      expect(sessionOf(answer)).toBe('')
      const { sessions, users } = service.tables
      const made = service.proxy.calls.slice(before).filter(({ table }) => table === sessions || table === users)
      expect(made).toEqual([])
    },
  )

  test('cannot be used twice, or at the callback of another provider', async () => {
    person()
    const { url, transaction } = await start()
    const response = await idp.visit(url)
    const mixed = await service.request('GET', `/auth/oidc/closed/callback?${response}`, { cookie: transaction })
    expect(outcomeOf(mixed)).toBe('no_transaction')
    const path = `/auth/oidc/idp/callback?${response}`
    expect(sessionOf(await service.request('GET', path, { cookie: transaction }))).not.toBe('')
    expect(outcomeOf(await service.request('GET', path, { cookie: transaction }))).toBe('invalid_response')
  })

  test('of two first sign-ins of one subject at once makes one user', async () => {
    person()
    const answers = await Promise.all([signIn(), signIn(), signIn()])
    const users = await Promise.all(answers.map(async (answer) => (await viewer(sessionOf(answer))).json.user?.id))
    expect(new Set(users.filter((id) => id !== undefined)).size).toBe(1)
  })
})

describe('a logout token', () => {
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
  const send = (token: string, provider = 'idp') =>
    service.request('POST', `/auth/oidc/${provider}/logout`, { body: `logout_token=${token}`, headers: FORM })
  const token = (claims: object) => {
    const now = systemClock()
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    return idp.sign({ iss: idp.issuer, aud: idp.clientId, iat: now, exp: now + 60, jti: nanoid(), events, ...claims })
  }

  test('with a session id ends that session alone, before the next request; a repeated one ends nothing more', async () => {
    const known = person({ sid: nanoid() })
    const first = sessionOf(await signIn())
    idp.signInAs({ ...known, sid: nanoid() })
    const second = sessionOf(await signIn())
    const logout = await token({ sid: known.sid, sub: known.sub })
    expect((await send(logout)).status).toBe(204)
    expectProblem(await viewer(first), 'unauthenticated')
    expect((await viewer(second)).status).toBe(200)
    expect((await send(logout)).status).toBe(204)
    expect((await viewer(second)).status).toBe(200)
  })

  test('with the subject alone ends all of its sessions, also one that is made from an older ID token', async () => {
    const known = person()
    const first = sessionOf(await signIn())
    const { url, transaction } = await start()
    const response = await idp.visit(url)
    expect((await send(await token({ sub: known.sub }))).status).toBe(204)
    expectProblem(await viewer(first), 'unauthenticated')
    const late = await service.request('GET', `/auth/oidc/idp/callback?${response}`, { cookie: transaction })
    expect(['conflict', null]).toContain(outcomeOf(late)) // in the second of the logout the ID token is not older
  })

  test('that comes before the callback ends its session', async () => {
    const known = person({ sid: nanoid() })
    expect((await send(await token({ sid: known.sid }))).status).toBe(204)
    const answer = await signIn()
    expect(outcomeOf(answer)).toBe('conflict')
    expect(sessionOf(answer)).toBe('')
  })

  test.each([
    ['another audience', { aud: 'another-client', sub: 'x' }],
    ['a nonce', { nonce: 'n', sub: 'x' }],
    ['no event', { events: {}, sub: 'x' }],
    ['an old time', { iat: 1, sub: 'x' }],
    ['neither session nor subject', {}],
  ])('with %s is refused', async (_, claims) => {
    expectProblem(await send(await token(claims)), 'provider_refused')
  })

  test('that is no token is refused, and one of another provider', async () => {
    expectProblem(await send('x'), 'provider_refused')
    expectProblem(await send(await token({ sub: 'x' }), 'other'), 'provider_refused')
    expectProblem(await send('x', 'nobody'), 'not_found')
  })
})
