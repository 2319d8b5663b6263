import { createHash, randomUUID } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { nanoid } from 'nanoid'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../lib/system.ts'
import type { Answer } from '../support/http.ts'
import { expectProblem } from '../support/problem.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { type StandInProvider, startStandInProvider } from '../support/stand-in-provider.ts'

// What a provider's tokens, requests and events do over HTTP: a token is exchanged once, a request for revocation and an
// event end sessions, and nothing of it works for anybody else.

const ID = 'urn:ietf:params:oauth:token-type:id_token'
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token'
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type'
const AUDIENCE = 'https://receiver.example.com'
let idp: StandInProvider
let service: TestService
beforeAll(async () => {
  idp = await startStandInProvider()
  const { issuer, clientId } = idp
  const settings = { name: 'Stand-in', issuer, clientId, algorithm: 'ES256' }
  const exchange = { idTokenAudiences: [clientId], accessTokenAudiences: ['https://api.example.com'] }
  const signals = { audience: [AUDIENCE], events: { 'account-disabled': 'disable' } }
  const providers = [
    { ...settings, id: 'idp', registration: 'open', exchange, signals },
    { ...settings, id: 'plain', clientId: 'other' },
  ]
  service = await startTestService({ PROVIDERS: JSON.stringify({ providers }), MAILER: 'ses', ACTIVITY_DAYS: '90' })
})
afterAll(async () => {
  await service?.close()
  await idp?.close()
})
beforeEach(() => idp.be({}))

const now = () => systemClock()
/** A person with an address that the provider has verified. */
function person() {
  return { sub: nanoid(10), email: `${nanoid(10).toLowerCase()}@example.com`, email_verified: true }
}
const idToken = (claims: object) =>
  idp.sign({ iss: idp.issuer, aud: idp.clientId, iat: now(), exp: now() + 300, jti: randomUUID(), ...claims })
const exchange = (subject_token: string, more: object = {}) =>
  service.request('POST', '/auth/exchange', {
    body: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token,
      subject_token_type: ID,
      ...more,
    },
  })
const status = async (bearer: string) => (await service.request('GET', '/auth/session', { bearer })).status
const signedIn = async (one: ReturnType<typeof person>) => {
  const { json } = await exchange(await idToken(one))
  return { bearer: json.token as string, userId: json.user.id as string }
}

describe('an exchange', () => {
  test('answers as a login does, and makes the user at the first time', async () => {
    const one = person()
    const answer = await exchange(await idToken(one), { label: 'phone', scopes: ['account'] })
    expect([answer.status, answer.setCookie]).toEqual([200, []])
    expect(answer.json).toMatchObject({
      session: { label: 'phone', factors: ['provider'], scopes: ['account'], assurance: 1 },
      user: { email: one.email, emailVerified: true },
    })
    const again = await signedIn(one)
    expect([await status(answer.json.token), await status(again.bearer)]).toEqual([200, 200])
    expect(again.userId).toBe(answer.json.user.id)
  })

  test('uses a token up, also under another form of its signature and at the same time', async () => {
    const token = await idToken(person())
    const answers = await Promise.all([exchange(token), exchange(token), exchange(token)])
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400, 400])
    const [header, payload, signature = ''] = token.split('.')
    // Of ES256 every signature (r, s) has a second one (r, n - s).
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const bytes = Buffer.from(signature, 'base64url')
    const s = (n - BigInt(`0x${bytes.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0')
    const other = Buffer.concat([bytes.subarray(0, 32), Buffer.from(s, 'hex')]).toString('base64url')
    for (const each of [token, `${header}.${payload}.${other}`]) {
      const answer = await exchange(each)
      expectProblem(answer, 'provider_refused')
      expect(answer.json.reason).toBe('token_used')
    }
  })

  test('takes an access token for an identity that is known, and registers nobody by it', async () => {
    const one = person()
    const access = { sub: one.sub, aud: 'https://api.example.com' }
    const first = await exchange(await idToken(access), { subject_token_type: ACCESS })
    expectProblem(first, 'identity_not_linked')
    await signedIn(one)
    expect((await exchange(await idToken(access), { subject_token_type: ACCESS })).status).toBe(200)
  })

  test('keeps the second factor and the rules of registration of a sign-in', async () => {
    const one = person()
    const { bearer } = await signedIn(one)
    const { json } = await service.request('POST', '/auth/factors/totp', { bearer })
    const body = { code: new TOTP({ secret: json.secret }).generate() }
    expect((await service.request('POST', '/auth/factors/totp/activate', { bearer, body })).status).toBe(200)
    expectProblem(await exchange(await idToken(one)), 'second_factor_required')

    const { id, email } = await service.user()
    const key = { pk: { S: `user#${id}` } }
    const item = await service.tables.get(service.tables.users, key)
    await service.tables.put(service.tables.users, { ...item, ...key, emailVerified: { BOOL: true } })
    const stranger = await exchange(await idToken({ sub: nanoid(), email, email_verified: true }))
    expectProblem(stranger, 'identity_not_linked')
    expect(stranger.json.reason).toBe('email_taken')
  })

  test('refuses other tokens without a call, and a malformed request', async () => {
    service.proxy.calls.length = 0
    for (const token of ['x', 'a.b.c', await idToken({ ...person(), iss: 'https://evil.example' })])
      expectProblem(await exchange(token), 'provider_refused')
    for (const more of [
      { grant_type: 'password' },
      { subject_token_type: 'jwt' },
      { provider: 'idp' },
      { scopes: 'a' },
    ])
      expectProblem(await exchange('x', more), 'invalid_request')
    expect(service.proxy.calls).toEqual([])
    expectProblem(await exchange(await idToken({ ...person(), aud: ['coatcheck', 'other'] })), 'provider_refused')
  })
})

const target = (id = 'idp') => `${service.url}/auth/oidc/${id}/revoke`
const authentication = (claims: JWTPayload = {}) =>
  idp.sign(
    { iss: idp.issuer, aud: target(), iat: now(), exp: now() + 60, jti: randomUUID(), ...claims },
    { typ: 'global-token-revocation+jwt' },
  )
const revoke = (bearer: string | undefined, sub: string, iss = idp.issuer, id = 'idp') =>
  service.request('POST', `/auth/oidc/${id}/revoke`, {
    ...(bearer !== undefined && { bearer }),
    body: { sub_id: { format: 'iss_sub', iss, sub } },
  })

describe('a request for global revocation', () => {
  test('ends every session of the subject, and may be repeated', async () => {
    const one = person()
    const [first, second] = [await signedIn(one), await signedIn(one)]
    const token = await authentication()
    expect((await revoke(token, one.sub)).status).toBe(204)
    expect([await status(first.bearer), await status(second.bearer)]).toEqual([401, 401])
    expect((await revoke(token, one.sub)).status).toBe(204)
    expect((await revoke(await authentication(), nanoid())).status).toBe(204) // nobody's
  })

  test('is good for one subject: a copy of its token ends nobody else’s sessions', async () => {
    const token = await authentication()
    expect((await revoke(token, nanoid())).status).toBe(204)
    const other = person()
    const { bearer } = await signedIn(other)
    expectProblem(await revoke(token, other.sub), 'unauthenticated')
    expect(await status(bearer)).toBe(200)
  })

  test('needs a token of the provider for this address', async () => {
    const one = person()
    const { bearer } = await signedIn(one)
    const session = await service.signIn(await service.user(['admin:revoke']))
    const tokens = [
      undefined,
      'x',
      session.token,
      await idToken(one),
      await authentication({ aud: idp.clientId }),
      await authentication({ aud: [target(), idp.clientId] }),
      await authentication({ aud: target('plain') }),
      await authentication({ iss: 'https://evil.example' }),
      await authentication({ iat: now() - 900 }),
      await authentication({ exp: now() - 100 }),
      await authentication({ jti: undefined as never }),
      await authentication({ nonce: 'n' }),
      await authentication({ events: {} }),
    ]
    for (const token of tokens) expectProblem(await revoke(token, one.sub), 'unauthenticated')
    expectProblem(await revoke(await authentication(), one.sub, 'https://evil.example'), 'provider_refused')
    const email = { sub_id: { format: 'email', email: one.email } }
    const path = '/auth/oidc/idp/revoke'
    expectProblem(
      await service.request('POST', path, { bearer: await authentication(), body: email }),
      'invalid_request',
    )
    expect(await status(bearer)).toBe(200)
  })
})

const event = (type: string, claims: object = {}, details: object = {}) =>
  idp.sign(
    { iss: idp.issuer, aud: AUDIENCE, iat: now(), jti: randomUUID(), events: { [type]: details }, ...claims },
    { typ: 'secevent+jwt' },
  )
const subjectId = (sub: string) => ({ sub_id: { format: 'iss_sub', iss: idp.issuer, sub } })
const push = (body: string, id = 'idp', type = 'application/secevent+jwt') =>
  service.request('POST', `/auth/oidc/${id}/events`, { body, headers: { 'content-type': type } })
function expectRefused(answer: Answer) {
  expect([answer.status, answer.json, answer.headers['content-language']]).toEqual([
    400,
    { err: 'invalid_request', description: expect.any(String) },
    'en',
  ])
}

describe('an event of a provider’s stream', () => {
  test('session-revoked ends every session of its subject, in each form of the subject', async () => {
    for (const subject of [
      (sub: string) => [subjectId(sub), {}],
      (sub: string) => [{ sub_id: { format: 'complex', user: subjectId(sub).sub_id } }, {}],
      (sub: string) => [{}, { subject: { subject_type: 'iss-sub', iss: idp.issuer, sub } }],
      (sub: string) => [{ sub_id: { format: 'opaque', id: sub } }, {}],
    ] as ((sub: string) => [object, object])[]) {
      const one = person()
      const { bearer } = await signedIn(one)
      const answer = await push(await event(`${CAEP}/session-revoked`, ...subject(one.sub)))
      expect([answer.status, answer.text]).toEqual([202, ''])
      expect(await status(bearer)).toBe(401)
    }
  })

  test('session-revoked of one session at the provider ends the sessions of it alone', async () => {
    const one = person()
    const { json } = await exchange(await idToken({ ...one, sid: 'K' }))
    const other = await signedIn(one)
    const sub_id = { format: 'complex', user: subjectId(one.sub).sub_id, session: { format: 'opaque', id: 'K' } }
    expect((await push(await event(`${CAEP}/session-revoked`, { sub_id }))).status).toBe(202)
    expect([await status(json.token), await status(other.bearer)]).toEqual([401, 200])
  })

  test('does what the settings say: disables, revokes or is only recorded', async () => {
    const [disabled, compromised, changed] = [person(), person(), person()]
    const bearers = [await signedIn(disabled), await signedIn(compromised), await signedIn(changed)]
    await push(await event(`${RISC}/account-disabled`, subjectId(disabled.sub)))
    await push(await event(`${RISC}/credential-compromise`, subjectId(compromised.sub)))
    await push(await event(`${CAEP}/credential-change`, subjectId(changed.sub)))
    expect(await Promise.all(bearers.map(({ bearer }) => status(bearer)))).toEqual([401, 401, 200])
    expect((await exchange(await idToken({ ...disabled, iat: now() + 1 }))).json.reason).toBe('disabled')
    const { json } = await service.request('GET', '/auth/activity', { bearer: bearers[2]?.bearer ?? '' })
    expect(json.activity).toContainEqual(expect.objectContaining({ event: 'user_updated', action: 'provider_signal' }))
  })

  test('takes effect once: a copy of it does not disable a user again', async () => {
    const one = person()
    const { userId } = await signedIn(one)
    const token = await event(`${RISC}/account-disabled`, subjectId(one.sub))
    await push(token)
    const key = { pk: { S: `user#${userId}` } }
    const item = await service.tables.get(service.tables.users, key)
    await service.tables.put(service.tables.users, { ...item, ...key, status: { S: 'active' } })
    expect((await push(token)).status).toBe(202)
    expect((await service.tables.get(service.tables.users, key))?.status).toEqual({ S: 'active' })
  })

  test('that fails in between has its effect when it is sent again', async () => {
    const one = person()
    const { bearer } = await signedIn(one)
    const token = await event(`${CAEP}/session-revoked`, subjectId(one.sub))
    service.proxy.fault = ({ operation, table }) =>
      operation === 'UpdateItem' && table.endsWith('users') ? 'failed' : undefined
    expectProblem(await push(token), 'unavailable')
    service.proxy.fault = undefined
    expect((await push(token)).status).toBe(202)
    expect(await status(bearer)).toBe(401)
  })

  test('verification is logged with its state, and an unknown event is accepted', async () => {
    const state = nanoid()
    const verification = 'https://schemas.openid.net/secevent/ssf/event-type/verification'
    expect((await push(await event(verification, {}, { state }))).status).toBe(202)
    expect(service.log.some((line) => line.includes('provider_signal') && line.includes(state))).toBe(true)
    expect((await push(await event('https://example.com/other', subjectId('x')))).status).toBe(202)
  })

  test('is refused unless the stream’s transmitter has signed it for this receiver', async () => {
    const one = person()
    const { bearer } = await signedIn(one)
    const type = `${CAEP}/session-revoked`
    const claims = { ...subjectId(one.sub), events: { [type]: {} }, iat: now(), jti: randomUUID() }
    for (const token of [
      '',
      'x',
      '\ud800', // not UTF-8
      await event(type, { ...subjectId(one.sub), aud: 'https://other.example' }),
      await event(type, { ...subjectId(one.sub), iss: 'https://evil.example' }),
      await event(type, { ...subjectId(one.sub), iat: now() - 8 * 86_400 }),
      await event(type, { ...subjectId(one.sub), iat: now() + 900 }),
      await event(type, { ...subjectId(one.sub), jti: undefined }),
      await event(type, { ...subjectId(one.sub), events: {} }),
      await event(type, { ...subjectId(one.sub), events: { [type]: {}, other: {} } }),
      await idp.sign({ ...claims, iss: idp.issuer, aud: AUDIENCE }), // without the type of an event
      await idp.sign({ ...claims, iss: idp.issuer, aud: AUDIENCE }, { typ: 'logout+jwt' }),
    ])
      expectRefused(await push(token))
    expectRefused(await push(await event(type, subjectId(one.sub)), 'plain')) // has no stream
    expectProblem(await push(await event(type, subjectId(one.sub)), 'nobody'), 'not_found')
    expectProblem(
      await push(await event(type, subjectId(one.sub)), 'idp', 'application/json'),
      'unsupported_media_type',
    )
    // A subject of another issuer, or an address, names nobody here.
    for (const sub_id of [
      { format: 'iss_sub', iss: 'https://evil.example', sub: one.sub },
      { format: 'email', email: one.email },
    ])
      expect((await push(await event(type, { sub_id }))).status).toBe(202)
    expect(await status(bearer)).toBe(200)
  })
})

test('invalid messages of a source have a budget', async () => {
  const strict = await startTestService({
    PROVIDERS: JSON.stringify({
      providers: [
        {
          id: 'idp',
          name: 'A',
          issuer: idp.issuer,
          clientId: 'coatcheck',
          algorithm: 'ES256',
          signals: { audience: ['a'] },
          exchange: {},
        },
      ],
    }),
    PROVIDER_REQUESTS_PER_SOURCE: '2',
  })
  try {
    const headers = { 'content-type': 'application/secevent+jwt' }
    const sent = () => strict.request('POST', '/auth/oidc/idp/events', { body: 'x', headers })
    for (let count = 0; count < 2; count++) expect((await sent()).status).toBe(400)
    expectProblem(await sent(), 'too_many_attempts')
  } finally {
    await strict.close()
  }
})

// Last: keys are not read anew for thirty seconds.
test('a token whose key cannot be read is not used up', async () => {
  await idp.rotateKey()
  const token = await idToken(person())
  idp.be({ answer: (request, response) => request.url === '/jwks' && Boolean(response.writeHead(500).end()) })
  const answer = await exchange(token)
  idp.be({})
  expect(['provider_refused', 'provider_unavailable']).toContain(answer.json.code)
  expect(answer.json.reason).not.toBe('token_used')
  const used = await service.tables.scan(service.tables.attempts)
  const name = createHash('sha256').update(token.split('.').slice(0, 2).join('.')).digest('base64url')
  expect(used.some(({ key }) => key?.S?.includes(name))).toBe(false)
})
