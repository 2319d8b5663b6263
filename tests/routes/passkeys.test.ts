import { nanoid } from 'nanoid'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Authenticator, createAuthenticator, type KeyKind, type Said } from '../support/authenticator.ts'
import type { Answer } from '../support/http.ts'
import { expectProblem } from '../support/problem.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'

// The routes of passkeys, with real signatures.

let service: TestService
beforeAll(async () => {
  service = await startTestService({ STRONG_SCOPES: 'notes:write', ACTIVITY_DAYS: '90' }, [])
})
afterAll(() => service.close())

const post = (path: string, options = {}) => service.request('POST', path, options)
const key = (kind?: KeyKind) => createAuthenticator({ origin: service.url, ...(kind && { kind }) })

interface Owner {
  readonly user: TestUser
  readonly authenticator: Authenticator
  readonly bearer: string
  readonly added: Answer
}

async function add(bearer: string, authenticator = key(), name = 'laptop', said: Said = {}): Promise<Answer> {
  const { json } = await post('/auth/passkeys/options', { bearer })
  return post('/auth/passkeys', { bearer, body: { response: authenticator.register(json.options, said), name } })
}

/** A user with a passkey. */
async function owner(scopes: readonly string[] = [], kind?: KeyKind, said: Said = {}): Promise<Owner> {
  const user = await service.user(scopes)
  const { token } = await service.session(user)
  const authenticator = key(kind)
  const added = await add(token, authenticator, 'laptop', said)
  return { user, authenticator, bearer: added.json.token, added }
}

const loginOptions = async () => (await post('/auth/login/passkey/options')).json.options
const signInWith = async ({ user, authenticator }: Pick<Owner, 'user' | 'authenticator'>, said: Said = {}, more = {}) =>
  post('/auth/login/passkey', {
    body: { response: authenticator.sign(await loginOptions(), user.id, said), credential: 'bearer', ...more },
  })
const passwordOf = ({ email }: TestUser) =>
  post('/auth/login', { body: { email, password: PASSWORD, credential: 'bearer' } })
const factorsOf = async (bearer: string) => (await service.request('GET', '/auth/factors', { bearer })).json
const reasons = () =>
  service.log.flatMap((line) =>
    line.includes('authn_login_fail') ? (/"reason":"([a-z_]+)"/.exec(line)?.[1] ?? []) : [],
  )

test.each<KeyKind>(['Ed25519', 'ES256', 'RS256'])('a passkey of %s is added once and signs in alone', async (kind) => {
  const made = await owner(['notes:write'], kind, { count: 1 })
  const { added, authenticator, user } = made
  expect(added.status).toBe(201)
  expect(added.json).toMatchObject({
    session: { factors: ['password', 'passkey'], assurance: 2, scopes: ['account', 'notes:write'] },
    passkey: { name: 'laptop' },
  })
  expect(added.json.recoveryCodes).toHaveLength(10)
  expectProblem(await add(made.bearer, authenticator), 'conflict')

  const signedIn = await signInWith(made, { count: 2 }, { label: 'phone' })
  expect(signedIn.status).toBe(200)
  expect(signedIn.json).toMatchObject({
    session: { factors: ['passkey'], assurance: 2, label: 'phone', scopes: ['account', 'notes:write'] },
    user: { id: user.id },
  })
  const { passkeys, recoveryCodesLeft } = await factorsOf(signedIn.json.token)
  expect(recoveryCodesLeft).toBe(10)
  expect(passkeys).toEqual([{ ...added.json.passkey, lastUsedAt: expect.stringMatching(/^20\d\d-/) }])
  expectProblem(await signInWith(made, { count: 2 }), 'wrong_passkey') // a copy
  expect(reasons().at(-1)).toBe('copied_passkey')
  expect((await signInWith(made, { count: 0 })).status).toBe(200) // compared only if both are above zero
})

test('adding a passkey ends every session, and needs a recent one', async () => {
  const user = await service.user()
  const [own, other] = [await service.session(user), await service.session(user)]
  const added = await add(own.token)
  for (const { token } of [own, other])
    expectProblem(await service.request('GET', '/auth/session', { bearer: token }), 'unauthenticated', 'bearer')
  expect((await service.request('GET', '/auth/session', { bearer: added.json.token })).status).toBe(200)
  const { sessions, scan, put } = service.tables
  for (const row of await scan(sessions))
    if (row.sessionId?.S === added.json.session.id)
      await put(sessions, { ...row, authenticatedAt: { N: '1700000000' } })
  for (const [method, path, body] of [
    ['POST', '/auth/passkeys/options'],
    ['POST', '/auth/passkeys', { response: key().register({ challenge: 'x' }), name: 'x' }],
    ['PATCH', `/auth/passkeys/${added.json.passkey.id}`, { name: 'x' }],
    ['DELETE', `/auth/passkeys/${added.json.passkey.id}`],
  ] as const) {
    const answer = await service.request(method, path, { bearer: added.json.token, ...(body && { body }) })
    expectProblem(answer, 'reauthentication_required', 'bearer')
  }
})

describe('a passkey that signs in', () => {
  let made: Owner
  beforeAll(async () => {
    made = await owner()
  })

  test.each<[what: string, said: Said, reason: string]>([
    ['a page of another origin', { origin: 'https://evil.test' }, 'foreign_origin'],
    ['a page in a frame', { crossOrigin: true }, 'foreign_origin'],
    ['another RP ID', { rpId: 'evil.test' }, 'foreign_rp_id'],
    ['no verification of the user', { isUserVerified: false }, 'user_not_verified'],
    ['no presence of the user', { isUserPresent: false }, 'malformed_passkey'],
    ['no user', { userHandle: undefined }, 'unknown_passkey'],
    ['an unknown user', { userHandle: Buffer.from('u'.repeat(21)).toString('base64url') }, 'unknown_passkey'],
    ['the ceremony of an addition', { type: 'webauthn.create' }, 'malformed_passkey'],
  ])('is refused with %s', async (_, said, reason) => {
    expectProblem(await signInWith(made, said), 'wrong_passkey')
    expect(reasons().at(-1)).toBe(reason)
  })

  test('is refused for the passkey of another user, and for a key that is not registered', async () => {
    const other = await owner()
    expectProblem(await signInWith({ user: made.user, authenticator: other.authenticator }), 'wrong_passkey')
    expect(reasons().at(-1)).toBe('unknown_passkey')
    const forged = { ...key(), id: made.authenticator.id }
    const options = await loginOptions()
    const response = { ...forged.sign(options, made.user.id), id: made.authenticator.id }
    expectProblem(await post('/auth/login/passkey', { body: { response, credential: 'bearer' } }), 'wrong_passkey')
    expect(reasons().at(-1)).toBe('wrong_signature')
  })

  test('is accepted once a challenge, and only for one that was made to sign in', async () => {
    const options = await loginOptions()
    const body = { response: made.authenticator.sign(options, made.user.id), credential: 'bearer' }
    const answers = await Promise.all([1, 2, 3, 4].map(() => post('/auth/login/passkey', { body })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410])
    expectProblem(await post('/auth/login/passkey', { body }), 'challenge_expired')
    const { json } = await post('/auth/passkeys/options', { bearer: made.bearer })
    for (const challenge of [json.options.challenge, nanoid(44)]) {
      const response = made.authenticator.sign({ challenge }, made.user.id)
      expectProblem(
        await post('/auth/login/passkey', { body: { response, credential: 'bearer' } }),
        'challenge_expired',
      )
    }
  })

  test('is refused with an expired challenge, and for a disabled user', async () => {
    const options = await loginOptions()
    const { attempts, users, scan, put } = service.tables
    for (const row of await scan(attempts))
      if (row.purpose) await put(attempts, { ...row, expiresAt: { N: '1700000000' } })
    const body = { response: made.authenticator.sign(options, made.user.id), credential: 'bearer' }
    expectProblem(await post('/auth/login/passkey', { body }), 'challenge_expired')
    const disabled = await owner()
    for (const row of await scan(users))
      if (row.id?.S === disabled.user.id) await put(users, { ...row, status: { S: 'disabled' } })
    expectProblem(await signInWith(disabled), 'wrong_passkey')
  })

  test('sets the cookie only on a page of the service', async () => {
    const body = { response: made.authenticator.sign(await loginOptions(), made.user.id) }
    expectProblem(await post('/auth/login/passkey', { body, headers: { origin: 'https://evil.test' } }), 'cross_origin')
    const answer = await post('/auth/login/passkey', { body, headers: { origin: service.url } })
    expect(answer.status).toBe(200)
    expect(answer.json).not.toHaveProperty('token')
    expect(`${answer.headers['set-cookie']}`).toContain('__Host-session=')
  })

  test('is refused with a scope that the user does not hold, and a malformed body', async () => {
    expectProblem(await signInWith(made, {}, { scopes: ['admin:write'] }), 'invalid_scope')
    for (const response of [undefined, {}, { id: 'a b', response: {} }, { id: 'x', response: { clientDataJSON: 'ü' } }])
      expectProblem(await post('/auth/login/passkey', { body: { response, credential: 'bearer' } }), 'invalid_request')
  })
})

describe('an addition', () => {
  test.each<[what: string, said: Said]>([
    ['of a page of another origin', { origin: 'https://evil.test' }],
    ['of another RP ID', { rpId: 'evil.test' }],
    ['without verification of the user', { isUserVerified: false }],
    ['of an algorithm that is not pinned', { algorithm: -48 }],
    ['with the attestation of a manufacturer', { format: 'packed', statement: new Map([['x5c', [Buffer.from([1])]]]) }],
  ])('%s is refused and leaves no passkey', async (_, said) => {
    const { token } = await service.session(await service.user())
    expectProblem(await add(token, key(), 'x', said), 'wrong_passkey')
    expect((await factorsOf(token)).passkeys).toEqual([])
  })

  test('is refused with the challenge of another user, of a sign-in, or a second time', async () => {
    const [ada, bob] = [await service.session(await service.user()), await service.session(await service.user())]
    const { options } = (await post('/auth/passkeys/options', { bearer: ada.token })).json
    const send = (bearer: string, { challenge }: { challenge: string }) =>
      post('/auth/passkeys', { bearer, body: { response: key().register({ challenge }), name: 'x' } })
    expectProblem(await send(bob.token, options), 'challenge_expired')
    expectProblem(await send(bob.token, await loginOptions()), 'challenge_expired')
    const answers = await Promise.all([1, 2, 3].map(() => send(ada.token, options)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    const token = answers.find(({ status }) => status === 201)?.json.token
    expectProblem(await send(token, options), 'challenge_expired')
    expect((await factorsOf(token)).passkeys).toHaveLength(1)
  })

  test('beside another one loses no passkey', async () => {
    const { token: bearer } = await service.session(await service.user())
    const begun = await Promise.all([1, 2, 3].map(() => post('/auth/passkeys/options', { bearer })))
    const answers = await Promise.all(
      begun.map(({ json }, each) =>
        post('/auth/passkeys', { bearer, body: { response: key().register(json.options), name: `key ${each}` } }),
      ),
    )
    const added = answers.filter(({ status }) => status === 201)
    for (const { status } of answers) expect([201, 401, 409]).toContain(status)
    const lists = added.map(({ json }) => service.request('GET', '/auth/factors', { bearer: json.token }))
    const live = (await Promise.all(lists)).filter(({ status }) => status === 200)
    expect(live).toHaveLength(1) // each addition ends the sessions of the one before
    expect(live[0]?.json.passkeys).toHaveLength(added.length)
  })

  test('of a 21st passkey is refused, by the options already', async () => {
    const { user, bearer } = await owner()
    const { users, get, put } = service.tables
    const pk = { S: `user#${user.id}` }
    const row = await get(users, { pk })
    const [passkey] = Object.values(row?.passkeys?.M ?? {})
    const many = (count: number) => {
      const ids = Array.from({ length: count }, (_, index) => `key-${index}`)
      return { M: Object.fromEntries(ids.map((id) => [id, { M: { ...passkey?.M, credentialId: { S: id } } }])) }
    }
    const { json } = await post('/auth/passkeys/options', { bearer })
    await put(users, { ...row, passkeys: many(20) } as never)
    expectProblem(await post('/auth/passkeys/options', { bearer }), 'conflict')
    const response = key().register(json.options)
    expectProblem(await post('/auth/passkeys', { bearer, body: { response, name: 'x' } }), 'conflict')
    await put(users, { ...row, passkeys: many(19) } as never)
    expect((await add(bearer)).status).toBe(201)
  })
})

describe('a passkey as the second factor', () => {
  test('continues a sign-in with the password, also without verification of the user', async () => {
    const made = await owner(['notes:write'])
    const { json: refusal } = await passwordOf(made.user)
    expect(refusal).toMatchObject({ code: 'second_factor_required', methods: ['passkey', 'recovery_code'] })
    const { challenge } = refusal
    const { options } = (await post('/auth/login/second-factor/options', { body: { challenge } })).json
    expect(options.allowCredentials).toMatchObject([{ id: made.authenticator.id }])
    expect((await post('/auth/login/second-factor/options', { body: { challenge } })).json.options).toEqual(options)
    const second = (passkey: object, of = challenge) =>
      post('/auth/login/second-factor', { body: { challenge: of, passkey, credential: 'bearer' } })

    const other = (await passwordOf(made.user)).json.challenge
    expectProblem(await second(made.authenticator.sign(options, undefined), other), 'wrong_passkey')
    expectProblem(await second(made.authenticator.sign(await loginOptions(), undefined)), 'wrong_passkey')
    expectProblem(await second(key().sign(options, undefined)), 'wrong_passkey')
    const passkey = made.authenticator.sign(options, undefined, { isUserVerified: false })
    for (const more of [{ totp: '000000' }, { recoveryCode: 'x' }])
      expectProblem(
        await post('/auth/login/second-factor', { body: { challenge, passkey, credential: 'bearer', ...more } }),
        'invalid_request',
      )
    const answers = await Promise.all([1, 2, 3].map(() => second(passkey)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410])
    const { session } = answers.find(({ status }) => status === 200)?.json ?? {}
    expect(session).toMatchObject({ factors: ['password', 'passkey'], assurance: 2 })
    expectProblem(await post('/auth/login/second-factor/options', { body: { challenge } }), 'challenge_expired')
  })

  test('has no options for a user without one, or after all sessions were revoked', async () => {
    const made = await owner()
    const { challenge } = (await passwordOf(made.user)).json
    await service.request('DELETE', '/auth/sessions', { bearer: made.bearer })
    expectProblem(await post('/auth/login/second-factor/options', { body: { challenge } }), 'challenge_expired')
    const { bearer } = await withApp(await service.session(await service.user()))
    const { user } = (await service.request('GET', '/auth/session', { bearer })).json
    const waiting = (await passwordOf(user)).json
    expect(waiting.methods).toEqual(['totp', 'recovery_code'])
    const { challenge: of } = waiting
    expectProblem(await post('/auth/login/second-factor/options', { body: { challenge: of } }), 'conflict')
  })
})

/** Sets up an authenticator app. */
async function withApp({ token }: { token: string }): Promise<{ bearer: string; json: Answer['json'] }> {
  const { secret } = (await post('/auth/factors/totp', { bearer: token })).json
  const code = new TOTP({ secret }).generate()
  const { json } = await post('/auth/factors/totp/activate', { bearer: token, body: { code } })
  return { bearer: json.token, json }
}

describe('a passkey that is changed', () => {
  test('is renamed without ending a session, and by its user alone', async () => {
    const made = await owner()
    const { id } = made.added.json.passkey
    const rename = (bearer: string, passkeyId = id) =>
      service.request('PATCH', `/auth/passkeys/${passkeyId}`, { bearer, body: { name: 'Ada’s key' } })
    expect((await rename(made.bearer)).json).toEqual({ passkey: { ...made.added.json.passkey, name: 'Ada’s key' } })
    expect((await factorsOf(made.bearer)).passkeys).toMatchObject([{ name: 'Ada’s key' }])
    const { token } = await service.session(await service.user())
    expectProblem(await rename(token), 'not_found')
    expectProblem(await rename(made.bearer, 'toString'), 'not_found')
    const blank = await service.request('PATCH', `/auth/passkeys/${id}`, {
      bearer: made.bearer,
      body: { name: 'a\nb' },
    })
    expectProblem(blank, 'invalid_request')
    expect((await signInWith(made)).status).toBe(200)
  })

  test('is removed with every session, and signs in no longer', async () => {
    const made = await owner(['notes:write'])
    const other = await signInWith(made)
    const { id } = made.added.json.passkey
    const options = await loginOptions()
    const { token } = await service.session(await service.user())
    expectProblem(await service.request('DELETE', `/auth/passkeys/${id}`, { bearer: token }), 'not_found')
    const removed = await service.request('DELETE', `/auth/passkeys/${id}`, { bearer: made.bearer })
    expect(removed.json).toMatchObject({ session: { factors: ['password'], assurance: 1, scopes: ['account'] } })
    expect(await factorsOf(removed.json.token)).toEqual({ passkeys: [], recoveryCodesLeft: 0 })
    const ended = await service.request('GET', '/auth/session', { bearer: other.json.token })
    expectProblem(ended, 'unauthenticated', 'bearer')
    const response = made.authenticator.sign(options, made.user.id)
    expectProblem(await post('/auth/login/passkey', { body: { response, credential: 'bearer' } }), 'wrong_passkey')
    expect((await passwordOf(made.user)).status).toBe(200)

    // Added again, it has another id: a repeated removal does not remove it.
    const again = await add(removed.json.token, made.authenticator)
    expect(again.status).toBe(201)
    const late = await service.request('DELETE', `/auth/passkeys/${id}`, { bearer: again.json.token })
    expectProblem(late, 'not_found')
    expect((await signInWith(made)).status).toBe(200)
  })

  test('keeps the recovery codes as long as there is another second factor', async () => {
    const made = await owner()
    const { id } = made.added.json.passkey
    const { bearer, json } = await withApp({ token: made.bearer })
    expect(json).not.toHaveProperty('recoveryCodes')
    expect((await passwordOf(made.user)).json.methods).toEqual(['totp', 'passkey', 'recovery_code'])
    const removed = await service.request('DELETE', '/auth/factors/totp', { bearer })
    expect(await factorsOf(removed.json.token)).toMatchObject({ passkeys: [{ id }], recoveryCodesLeft: 10 })
    expect((await passwordOf(made.user)).json.methods).toEqual(['passkey', 'recovery_code'])
  })

  test('is removed by an administrator’s reset, which also the export and the activity show', async () => {
    const made = await owner()
    const admin = await service.session(await service.user(['admin:read', 'admin:write']))
    const path = `/admin/users/${made.user.id}`
    const exported = (await service.request('GET', `${path}/export`, { bearer: admin.token })).json
    const { lastUsedAt: _, ...listed } = made.added.json.passkey
    expect(exported.user.passkeys).toEqual([listed])
    expect(JSON.stringify(exported)).not.toContain(made.authenticator.id)
    const activity = await service.request('GET', '/auth/activity', { bearer: made.bearer })
    expect(JSON.stringify(activity.json)).toContain('passkey_added')
    expect((await service.request('DELETE', `${path}/factors`, { bearer: admin.token })).status).toBe(204)
    expectProblem(await signInWith(made), 'wrong_passkey')
    expect((await passwordOf(made.user)).status).toBe(200)
  })
})

test('a passkey reauthenticates its own user, alone or beside the password, once a challenge', async () => {
  const made = await owner(['notes:write'])
  const reauthenticate = (bearer: string, body: object) => post('/auth/session/reauthenticate', { bearer, body })
  const { token } = await service.session({ ...made.user, epoch: 1 })
  expectProblem(await reauthenticate(token, { passkey: key().sign(await loginOptions(), undefined) }), 'wrong_passkey')
  const other = await owner()
  const foreign = other.authenticator.sign(await loginOptions(), other.user.id)
  expectProblem(await reauthenticate(token, { passkey: foreign }), 'wrong_passkey')
  const unverified = made.authenticator.sign(await loginOptions(), made.user.id, { isUserVerified: false })
  expectProblem(await reauthenticate(token, { passkey: unverified }), 'wrong_passkey')
  const passkey = made.authenticator.sign(await loginOptions(), made.user.id)
  expectProblem(await reauthenticate(token, { passkey, password: 'wrong' }), 'wrong_password')
  const { json } = await reauthenticate(token, { passkey, password: PASSWORD })
  expect(json.session).toMatchObject({ factors: ['password', 'passkey'], assurance: 2 })
  expect(json.session.scopes).toContain('notes:write')
  expectProblem(await reauthenticate(json.token, { passkey }), 'challenge_expired')
  const again = made.authenticator.sign(await loginOptions(), made.user.id)
  expect((await reauthenticate(json.token, { passkey: again })).status).toBe(200)
  expectProblem(await reauthenticate(json.token, {}), 'unauthenticated', 'bearer')
})

test('the origins that share passkeys are published', async () => {
  const answer = await service.request('GET', '/.well-known/webauthn')
  expect(answer.json).toEqual({ origins: [service.url] })
  expect(answer.headers['content-type']).toBe('application/json')
})

test('no table and no line of the log has a challenge, and no list has a key', async () => {
  const made = await owner()
  const options = await loginOptions()
  const { json: begun } = await post('/auth/passkeys/options', { bearer: made.bearer })
  const { challenge } = (await passwordOf(made.user)).json
  const second = (await post('/auth/login/second-factor/options', { body: { challenge } })).json.options
  expectProblem(await signInWith(made, { origin: 'https://evil.test' }), 'wrong_passkey')
  const response = made.authenticator.sign(options, made.user.id)
  expect((await post('/auth/login/passkey', { body: { response, credential: 'bearer' } })).status).toBe(200)
  const { users, sessions, attempts, scan } = service.tables
  const stored = JSON.stringify(await Promise.all([users, sessions, attempts].map((table) => scan(table))))
  const logged = service.log.join('')
  for (const secret of [options.challenge, begun.options.challenge, second.challenge, challenge]) {
    expect(stored).not.toContain(secret)
    expect(logged).not.toContain(secret)
  }
  for (const text of [response.response.signature, response.response.clientDataJSON, made.authenticator.id])
    expect(logged).not.toContain(text)
  expect(JSON.stringify(await factorsOf(made.bearer))).not.toContain(made.authenticator.id)
})
