import { readFile, writeFile } from 'node:fs/promises'
import { TOTP } from 'otpauth'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Examples } from '../../openapi/document.ts'
import { createAuthenticator } from '../support/authenticator.ts'
import type { Answer, RequestOptions } from '../support/http.ts'
import { DOCUMENT, schemaFaults } from '../support/openapi.ts'
import { openPostOffice, tokenIn } from '../support/post-office.ts'
import { PASSWORD, startTestService, type TestService } from '../support/service.ts'
import { unreachableProvider } from '../support/unreachable-provider.ts'

// The examples of openapi.json are requests and responses of this run. COATCHECK_WRITE_EXAMPLES=1 records them anew:
//   COATCHECK_WRITE_EXAMPLES=1 npx vitest run tests/openapi/examples.test.ts && npm run openapi

const FILE = 'openapi/examples.json'
const UNKNOWN = 'x'.repeat(21)
/** Mail only for requests that have passed a CAPTCHA; nobody registers. */
const GUARDED = {
  REGISTRATION: 'closed',
  MAILER: 'ses',
  MAIL_GUARD: 'x-amzn-waf-captcha=passed',
  CLIENT_IP_HEADER: 'x-viewer',
  ORIGIN_VERIFY_SECRET: 's'.repeat(32),
}

let service: TestService
const routes: Record<string, { request?: unknown; response?: unknown }> = {}
const problems: Record<string, unknown> = {}
beforeAll(async () => {
  const open = {
    MAILER: 'ses',
    REGISTRATION: 'open',
    LOGIN_CODE: 'on',
    FRESH_SECONDS: '300',
    ACTIVITY_DAYS: '90',
    TOKEN_AUDIENCES: 'https://orders.example.com',
    PROVIDERS: unreachableProvider(),
  }
  service = await startTestService({ ...open, LOGIN_ATTEMPTS_PER_ACCOUNT: '2' }, [])
  const { registrar } = { registrar: await startTestService(GUARDED, []) }
  try {
    await drive()
    keep(await registrar.request('POST', '/auth/register', { body: { email: 'ada@example.com', password: PASSWORD } }))
    keep(await registrar.request('POST', '/auth/password/reset', { body: { email: 'ada@example.com' } }))
  } finally {
    await registrar.close()
  }
  if (process.env.COATCHECK_WRITE_EXAMPLES) await writeFile(FILE, `${JSON.stringify({ routes, problems }, null, 2)}\n`)
})
afterAll(() => service.close())

/** Keeps a problem as the example of its code. */
function keep({ json, text }: Answer): void {
  if (!json?.code) throw new Error(`Expected a problem, got: ${text}`)
  problems[json.code] ??= json
}

/** Sends a request, and keeps it as the example of its route. */
async function show(route: string, options: RequestOptions = {}, params: Record<string, string> = {}): Promise<Answer> {
  const [method = '', pattern = ''] = route.split(' ')
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '')
  const answer = await service.request(method, path, options)
  if (answer.status >= 300) throw new Error(`${route}: ${answer.text}`)
  const request =
    typeof options.body === 'string' ? Object.fromEntries(new URLSearchParams(options.body)) : options.body
  routes[route.replace(/\?.*/, '')] = {
    ...(request !== undefined && { request }),
    ...(answer.json !== undefined && { response: answer.json }),
  }
  return answer
}

async function drive(): Promise<void> {
  const ada = { email: 'ada@example.com', password: PASSWORD }
  const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }
  await show('GET /health')
  const registered = await show('POST /auth/register', { body: { ...ada, name: 'Ada Lovelace' } })
  keep(await service.request('POST', '/auth/register', { body: ada }))
  keep(await service.request('POST', '/auth/register', { body: { email: 'eve@example.com', password: 'password' } }))
  keep(await service.request('POST', '/auth/login', { body: { email: 'ada', pass: '' }, origin: service.url }))
  keep(await service.request('POST', '/auth/login', { body: ada, origin: 'https://other.example' }))
  keep(await service.request('POST', '/auth/login', { body: 'a', headers: { 'content-type': 'text/plain' } }))
  keep(await service.request('POST', '/auth/login', { body: { ...ada, label: 'x'.repeat(20_000) } }))
  keep(await service.request('GET', '/auth/nothing'))
  keep(await service.request('PUT', '/auth/login'))
  keep(await service.request('GET', '/auth/session'))
  const userId: string = registered.json.user.id

  const login = { ...ada, label: 'Laptop', credential: 'bearer' }
  const signIn = async () => (await service.request('POST', '/auth/login', { body: login, headers })).json
  await show('POST /auth/login', { body: login, headers })
  keep(await service.request('POST', '/auth/login', { body: { ...login, scopes: ['admin:read'] } }))
  const first = await signIn()
  const bearer: string = first.token
  await show('GET /auth/session', { bearer })
  await show('GET /auth/sessions', { bearer })
  await show('GET /auth/activity?limit=3', { bearer })
  keep(await service.request('GET', '/admin/users', { bearer }))
  const token = { audience: 'https://orders.example.com', scopes: ['account'] }
  await show('POST /auth/token', { bearer, body: token })
  keep(await service.request('POST', '/auth/identities', { bearer, body: { provider: 'idp' } }))
  const notice = { body: 'logout_token=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  keep(await service.request('POST', '/auth/oidc/idp/logout', notice))
  await show('DELETE /auth/sessions/{sessionId}', { bearer }, { sessionId: (await signIn()).session.id })
  const recent = await show('POST /auth/session/reauthenticate', { bearer, body: { password: PASSWORD }, headers })

  await administer(userId, recent.json.token)
  await ownAccount(login, headers)
}

async function administer(userId: string, token: string): Promise<void> {
  const scopes = ['admin:read', 'admin:revoke', 'admin:write', 'sessions:introspect']
  const admin = await service.user(scopes)
  const { token: bearer, id } = await service.signIn(admin)
  await show('POST /auth/introspect', {
    bearer,
    body: `token=${token}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  await show('GET /admin/users/{userId}', { bearer }, { userId })
  await show('GET /admin/users/{userId}/sessions', { bearer }, { userId })
  await show('GET /admin/users/{userId}/activity?limit=2', { bearer }, { userId })
  await show('GET /admin/activity?limit=2', { bearer })
  const exported = await service.request('GET', `/admin/users/${userId}/export`, { bearer })
  const { activity } = exported.json
  routes['GET /admin/users/{userId}/export'] = { response: { ...exported.json, activity: activity.slice(0, 2) } }
  const { json } = await service.request('GET', '/admin/users?email=ada@example.com', { bearer })
  routes['GET /admin/users'] = { response: json }
  const grace = { email: 'grace@example.com', password: PASSWORD, name: 'Grace Hopper', scopes: ['notes:read'] }
  const created = await show('POST /admin/users', { bearer, body: grace })
  const other = { userId: created.json.user.id as string }
  await show('PATCH /admin/users/{userId}', { bearer, body: { scopes: ['notes:read', 'notes:write'] } }, other)
  const invited = { email: 'alan@example.com', scopes: ['notes:read'], name: 'Alan Turing' }
  const invitation = await show('POST /admin/invitations', { bearer, body: invited })
  await show('GET /admin/invitations', { bearer })
  const [mail] = await openPostOffice(service.tables, undefined, service.pepper).collect()
  await show('POST /auth/invitations/accept', { body: { token: tokenIn(mail), password: PASSWORD } })
  const { json: second } = await service.request('POST', '/admin/invitations', {
    bearer,
    body: { ...invited, email: 'barbara@example.com' },
  })
  await show('DELETE /admin/invitations/{invitationId}', { bearer }, { invitationId: second.invitation.id })
  keep(await service.request('DELETE', `/admin/invitations/${invitation.json.invitation.id}`, { bearer }))
  keep(await service.request('DELETE', `/admin/users/${admin.id}`, { bearer }))
  const session = await service.request('POST', '/auth/login', {
    body: { email: grace.email, password: PASSWORD, credential: 'bearer' },
  })
  const sessionId: string = session.json.session.id
  await show('DELETE /admin/users/{userId}/sessions/{sessionId}', { bearer }, { ...other, sessionId })
  await show('DELETE /admin/users/{userId}/sessions', { bearer }, { userId })
  await age(id)
  keep(await service.request('DELETE', `/admin/users/${UNKNOWN}`, { bearer }))
  const fresh = (await service.signIn(admin)).token
  const given = { password: 'five loud umbrellas at dusk', requireChange: true }
  await show('PUT /admin/users/{userId}/password', { bearer: fresh, body: given }, other)
  keep(
    await service.request('POST', '/auth/login', {
      body: { email: grace.email, password: given.password, credential: 'bearer' },
    }),
  )
  await show('DELETE /admin/users/{userId}', { bearer: fresh }, other)
  await show('POST /admin/users/{userId}/erase', { bearer: fresh }, other)
}

async function ownAccount(login: object, headers: Record<string, string>): Promise<void> {
  const signIn = async (body: object = login) => (await service.request('POST', '/auth/login', { body, headers })).json
  await service.request('POST', '/auth/login', { body: login, headers })
  const kept = await service.request('DELETE', '/auth/sessions?keep=current', {
    bearer: (await signIn()).token,
    headers,
  })
  routes['DELETE /auth/sessions'] = { response: kept.json }
  const newPassword = 'five loud umbrellas at dusk'
  const body = { currentPassword: PASSWORD, newPassword }
  const wrong = { ...body, currentPassword: 'not the right password' }
  keep(await service.request('PUT', '/auth/password', { bearer: kept.json.token, body: wrong }))
  const changed = await show('PUT /auth/password', { bearer: kept.json.token, body, headers })
  const again = { ...login, password: newPassword }
  const { token } = await signIn(again)
  // The rows of the revoked sessions cannot be deleted, once the user's item says that they are revoked.
  service.proxy.fault = ({ operation }) => (operation === 'DeleteItem' || operation === 'Query' ? 'failed' : undefined)
  keep(await service.request('DELETE', '/auth/sessions', { bearer: changed.json.token }))
  service.proxy.fault = () => 'failed'
  keep(await service.request('GET', '/auth/session', { bearer: token }))
  service.proxy.fault = undefined
  const last = (await signIn(again)).token
  const other = { password: newPassword, currentPassword: newPassword, newPassword: PASSWORD }
  // The new session cannot be written, once the password is changed.
  service.proxy.fault = ({ operation, table }) =>
    operation === 'PutItem' && table.endsWith('sessions') ? 'failed' : undefined
  keep(
    await service.request('PUT', '/auth/password', {
      bearer: last,
      body: { currentPassword: newPassword, newPassword: other.newPassword },
    }),
  )
  service.proxy.fault = undefined
  await showAccounts()
  await show('POST /auth/logout', { bearer: (await signIn()).token })
  await show('DELETE /auth/account', { bearer: (await signIn()).token })
  for (let attempt = 0; attempt < 3; attempt++) {
    const answer = await service.request('POST', '/auth/login', { body: { ...login, email: 'nobody@example.com' } })
    keep(answer)
  }
}

/** Mailed links and second factors. */
async function showAccounts(): Promise<void> {
  const bob = { email: 'bob@example.com', password: PASSWORD, credential: 'bearer' }
  await service.request('POST', '/auth/register', { body: { email: bob.email, password: PASSWORD } })
  await show('POST /auth/password/reset', { body: { email: bob.email } })
  const asked = await show('POST /auth/login/code', { body: { email: 'alan@example.com' }, origin: service.url })
  const cookie = asked.setCookie.at(-1)?.split(';')[0] ?? ''
  const mails = await openPostOffice(service.tables, undefined, service.pepper).collect()
  const mailedCode = tokenIn(mails.find(({ subject }) => subject.includes('code')))
  const body = { code: mailedCode, credential: 'bearer' }
  await show('POST /auth/login/code/complete', { body, cookie, origin: service.url })
  const token = 'x'.repeat(64)
  keep(await service.request('POST', '/auth/password/reset/complete', { body: { token, newPassword: PASSWORD } }))
  const { json: login } = await service.request('POST', '/auth/login', { body: bob })
  await show('POST /auth/email/verification', { bearer: login.token })
  await show('GET /auth/factors', { bearer: login.token })
  const { json: shown } = await show('POST /auth/factors/totp', { bearer: login.token })
  const code = (steps: number) =>
    new TOTP({ secret: shown.secret }).generate({ timestamp: Date.now() + steps * 30_000 })
  keep(await service.request('POST', '/auth/factors/totp/activate', { bearer: login.token, body: { code: '000000' } }))
  await show('POST /auth/factors/totp/activate', { bearer: login.token, body: { code: code(-1) } })
  const waiting = await service.request('POST', '/auth/login', { body: bob })
  keep(waiting)
  const second = { challenge: waiting.json.challenge, totp: code(0), credential: 'bearer' }
  const { json: signedIn } = await show('POST /auth/login/second-factor', { body: second })
  keep(await service.request('POST', '/auth/login/second-factor', { body: second }))
  const { json: replaced } = await show('POST /auth/factors/recovery-codes', { bearer: signedIn.token })
  const { json: removed } = await show('DELETE /auth/factors/totp', { bearer: replaced.token })
  await changeEmail(await showPasskeys(bob, removed))
}

/** A change of email and its undo, by mailed links. */
async function changeEmail(bearer: string): Promise<void> {
  const office = openPostOffice(service.tables)
  const tokenOf = async (page: string) => tokenIn((await office.collect()).find(({ text }) => text.includes(page)))
  await office.collect()
  await service.request('POST', '/auth/email/verification', { bearer })
  await show('POST /auth/email/verify', { bearer, body: { token: await tokenOf('verify-email') } })
  await show('PUT /auth/email', { bearer, body: { newEmail: 'robert@example.com' } })
  const link = { token: await tokenOf('change-email') }
  await show('POST /auth/email/complete', { bearer, body: link })
  await show('POST /auth/email/undo', { body: { token: await tokenOf('undo-email-change') } })
}

/** Adds, uses and removes a passkey. @returns the token of the session that is left */
async function showPasskeys(credentials: object, { token: bearer, session }: Answer['json']): Promise<string> {
  const authenticator = createAuthenticator({ origin: service.url })
  const { json: begun } = await show('POST /auth/passkeys/options', { bearer })
  const response = authenticator.register(begun.options)
  const { json: added } = await show('POST /auth/passkeys', { bearer, body: { response, name: 'Laptop' } })
  const { json: asked } = await show('POST /auth/login/passkey/options')
  const body = { response: authenticator.sign(asked.options, session.userId, { count: 1 }), credential: 'bearer' }
  await show('POST /auth/login/passkey', { body })
  const { json: again } = await service.request('POST', '/auth/login/passkey/options')
  const copied = authenticator.sign(again.options, session.userId, { count: 1 })
  keep(await service.request('POST', '/auth/login/passkey', { body: { ...body, response: copied } }))
  const { json: waiting } = await service.request('POST', '/auth/login', { body: credentials })
  await show('POST /auth/login/second-factor/options', { body: { challenge: waiting.challenge } })
  const params = { passkeyId: added.passkey.id }
  await show('PATCH /auth/passkeys/{passkeyId}', { bearer: added.token, body: { name: 'Old laptop' } }, params)
  return (await show('DELETE /auth/passkeys/{passkeyId}', { bearer: added.token }, params)).json.token
}

/** Makes the last sign-in of a session too old for routes that need a recent one. */
async function age(sessionId: string): Promise<void> {
  const { sessions, scan, put } = service.tables
  for (const row of await scan(sessions))
    if (row.sessionId?.S === sessionId) await put(sessions, { ...row, authenticatedAt: { N: '1700000000' } })
}

test('the run has shown every route and every error that the document has an example of', async () => {
  const recorded: Examples = JSON.parse(await readFile(FILE, 'utf8'))
  expect(Object.keys(routes).sort()).toEqual(Object.keys(recorded.routes).sort())
  expect(Object.keys(problems).sort()).toEqual(Object.keys(recorded.problems).sort())
})

test('every error code has a recorded example', () => {
  const codes = Object.keys(DOCUMENT.components.schemas).flatMap((name) => /^Problem_(.*)/.exec(name)?.[1] ?? [])
  // A sign-in in a browser tells this reason in the address that it returns to.
  expect(codes.filter((code) => !(code in problems))).toEqual(['identity_not_linked'])
})

test('the recorded problems are as the document describes them', async () => {
  const recorded: Examples = JSON.parse(await readFile(FILE, 'utf8'))
  for (const [code, problem] of Object.entries(recorded.problems))
    expect(schemaFaults(DOCUMENT.components.schemas[`Problem_${code}`] ?? {}, problem), code).toEqual([])
})
