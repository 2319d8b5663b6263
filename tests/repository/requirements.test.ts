import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest'
import { ROUTES } from '../../functions/http/routes.ts'
import { createUsers } from '../../lib/accounts/users.ts'
import { parseConfig } from '../../lib/config.ts'
import { ConfigError } from '../../lib/config-error.ts'
import { BULK_DEADLINE_SECONDS, REQUEST_DEADLINE_SECONDS, startDeadline } from '../../lib/deadline.ts'
import { CONNECTION_TIMEOUT_MS } from '../../lib/dynamodb/connection-agents.ts'
import { createClient, dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { parseEmail } from '../../lib/email.ts'
import { UnavailableError } from '../../lib/errors.ts'
import { bcryptHasher, parsePassword } from '../../lib/passwords/password-hasher.ts'
import type { Scope } from '../../lib/scope.ts'
import { Secret } from '../../lib/secret.ts'
import { hashSecret, secretMatches } from '../../lib/sessions/session-token.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { LONGEST_WINDOW_SECONDS } from '../../lib/throttling/attempt-round.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import type { Email, UserId } from '../../lib/user.ts'
import { readService, type Service } from '../../local/service.ts'
import { tableVariables } from '../../local/table-settings.ts'
import { type Answer, httpApiEvent, invoke, memoryAttemptStore } from '../../testing/index.ts'
import { unknownAnswers } from '../support/authenticator.ts'
import { captureOutput } from '../support/captured-output.ts'
import { draws } from '../support/draws.ts'
import { newSessionId, newUserId } from '../support/samples.ts'
import { createTestTables, type TestTables } from '../support/tables.ts'
import { REVOCATION, SECEVENT, unreachableProvider, unverifiedExchange } from '../support/unreachable-provider.ts'

// Requirements of docs/security-checklist.md that concern no single route.

describe('cryptography', () => {
  let code: Map<string, string>
  beforeAll(async () => {
    code = await readCode(['lib', 'functions', 'middleware', 'cli', 'local', 'testing'])
  })

  test('every hash function used is of the SHA-2 family, but for what others prescribe [CR-01]', () => {
    // RFC 6238: apps know HMAC-SHA-1 alone, which does not need SHA-1 to resist collisions.
    const KNOWN: Record<string, string> = {
      'lib/factors/totp.ts': 'SHA1',
      'lib/passwords/breach-file.ts': 'sha1',
      'lib/passwords/breached.ts': 'sha1', // the lists of breached passwords are made of it, and nothing relies on it
    }
    const used: string[] = []
    for (const [path, text] of code) {
      const broken = /\b(md4|md5|sha-?1|ripemd\w*|rmd160)\b/i.exec(text)?.[0]
      expect(broken, path).toBe(KNOWN[path])
      for (const [, algorithm, derived] of text.matchAll(
        /\b(?:createHash|createHmac|hkdf|(?<!\.)hash(?=\('))\w*\((.*?)[,)]|\bpbkdf2\w*\(.*(?='sha)([^,)]*)\)/g,
      ))
        used.push(algorithm ?? derived ?? '')
    }
    expect([...new Set(used)].sort()).toEqual(["'sha1'", "'sha256'", "'sha384'"])
  })

  test('secrets are compared only in constant time [CR-02]', () => {
    const SECRET = /\S*(?:reveal\(\)|secretHash|digest\(|hashSecret\()\S*/.source
    const compared = new RegExp(`${SECRET} [!=]==? |[!=]==? ${SECRET}|${SECRET}\\.(?:equals|localeCompare)\\(`)
    expect('if (token.secret.reveal() === given)').toMatch(compared)
    expect('return given !== secret.reveal()').toMatch(compared)
    for (const [path, text] of code) {
      expect(/Buffer\.compare|\.localeCompare/.exec(text)?.[0], path).toBeUndefined()
      for (const line of text.split('\n')) {
        // Absence and length of a secret may be compared directly.
        const rest = line.replace(/[\w.?]+\.length [!=]== [\w.]+|[\w.]+ [!=]== undefined/g, '')
        expect(compared.exec(rest)?.[0], `${path}: ${line}`).toBeUndefined()
      }
    }
    const comparing = [...code].filter(([, text]) => /timingSafeEqual\(/.test(text)).map(([path]) => path)
    // A step of an authenticator app is a number of the clock and no secret; otpauth compares the code in constant time.
    expect(comparing.sort()).toEqual([
      'lib/http/client-ip.ts',
      'lib/one-time-secret.ts',
      'lib/passwords/foreign-hash.ts',
      'lib/sessions/session-token.ts',
      'local/engine-guard.ts',
    ])
  })

  test('a hash of another length does not match and does not throw [CR-02]', () => {
    const secret = new Secret('x'.repeat(43))
    expect(secretMatches(secret, hashSecret(secret))).toBe(true)
    for (const length of [0, 1, 31, 33, 64]) expect(secretMatches(secret, new Uint8Array(length))).toBe(false)
  })

  test('a deployed stage refuses an endpoint without TLS [CR-04]', () => {
    const deployed = { STAGE: 'prod', ORIGIN: 'https://auth.example.com' }
    for (const endpoint of ['http://localhost:8000', 'http://dynamodb.eu-central-1.amazonaws.com', 'HTTP://localhost'])
      expect(() => parseConfig({ ...deployed, DYNAMODB_ENDPOINT: endpoint }), endpoint).toThrow(ConfigError)
    expect(parseConfig({ ...deployed, DYNAMODB_ENDPOINT: 'https://dynamodb.example.com' }).endpoint).toMatch(/^https:/)
    expect(parseConfig({ DYNAMODB_ENDPOINT: 'http://localhost:8000' }).deployed).toBe(false)
  })

  test('without a configured endpoint the SDK uses TLS [CR-04]', async () => {
    const client = createClient({ timeoutMs: 100 })
    const resolve = client.config.endpointProvider
    expect(resolve({ Region: 'eu-central-1' }).url.href).toBe('https://dynamodb.eu-central-1.amazonaws.com/')
    expect(await client.config.tls).not.toBe(false)
  })
})

describe('a datastore that stops responding', () => {
  /** Longer than a test's own timeout. */
  const AGES = 600
  const answers: [what: string, said: string][] = [
    ['nothing', ''],
    [
      'headers and no body',
      'HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 99\r\n\r\n',
    ],
    ['half a body', 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"Item":{'],
  ]
  test.each(answers)('after it sends %s, each attempt ends by its own timeout [RS-01]', async (_, said) => {
    const endpoint = await silentServer(said)
    const client = createClient({ endpoint, timeoutMs: 50 })
    const store = dynamodbSessionStore({ client, tableName: 'sessions' })
    await expect(store.get(newUserId(), newSessionId(), startDeadline(AGES))).rejects.toThrow(UnavailableError)
    client.destroy()
  })

  test.each(answers)(
    'after it sends %s, a request ends at its deadline, even if an attempt may take longer [RS-01]',
    async (_, said) => {
      const endpoint = await silentServer(said)
      const client = createClient({ endpoint, timeoutMs: AGES * 1000 })
      const store = dynamodbSessionStore({ client, tableName: 'sessions' })
      await expect(store.get(newUserId(), newSessionId(), startDeadline(0.1))).rejects.toThrow(UnavailableError)
      client.destroy()
    },
  )

  async function silentServer(said: string): Promise<string> {
    const server: Server = createTcpServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.write(said))
      onTestFinished(() => void socket.destroy())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
})

describe('time limits in serverless.yml', () => {
  let service: Service
  beforeAll(async () => {
    service = await readService('.', { stage: 'dev' })
  })

  /** Longest datastore time of a function: that of its request and that of completing an interrupted sweep. */
  async function secondsOf(name: string): Promise<number> {
    const text = await readFile(`functions/${name}.ts`, 'utf8')
    const own = text.includes('BULK_DEADLINE_SECONDS') ? BULK_DEADLINE_SECONDS : REQUEST_DEADLINE_SECONDS
    const completes = /finishPending|administration\.change\(|\blogin\(/.test(text)
    return own + (completes ? BULK_DEADLINE_SECONDS : 0)
  }

  test('every function’s datastore deadline is shorter than the timeouts of Lambda and API Gateway [RS-02]', async () => {
    const GATEWAY_SECONDS = 30
    for (const { name, timeoutSeconds, routes } of service.functions) {
      expect(await secondsOf(name), name).toBeLessThan(timeoutSeconds)
      if (routes.length > 0) expect(timeoutSeconds, name).toBeLessThan(GATEWAY_SECONDS)
    }
  })

  test('the authorizer’s timeout is shorter than API Gateway’s for authorizers [RS-02]', () => {
    const CALLER_SECONDS = 10
    const authorizer = service.functions.find(({ name }) => name === 'authorizer')
    expect(authorizer?.timeoutSeconds).toBeLessThan(CALLER_SECONDS)
    expect(authorizer?.timeoutSeconds).toBeGreaterThan(REQUEST_DEADLINE_SECONDS)
  })

  test('the deadline of a request leaves time for a second attempt [RS-02]', () => {
    expect(2 * parseConfig({}).datastoreTimeoutMs).toBeLessThan(REQUEST_DEADLINE_SECONDS * 1000)
  })
})

/** A wrong response of an engine. */
type Fault = (response: ServerResponse, request: IncomingMessage) => void

const json =
  (status: number, body: string): Fault =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body)
const refusal = (name: string, status = 400) =>
  json(status, JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `a fault: ${name}` }))
const page =
  (status: number): Fault =>
  (response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html><h1>Whatever</h1></html>')

const BUSY: Record<string, Fault> = {
  failing: refusal('InternalServerError', 500),
  throttled: refusal('ProvisionedThroughputExceededException'),
  silent: () => {},
}
/** Responses that DynamoDB never sends. */
const FOREIGN: Record<string, Fault> = {
  'a page of a 500': page(500),
  'a page of a 503': page(503),
  'a page of a 200': page(200),
  'a reset connection': (_, { socket }) => void socket.destroy(),
  'a reset connection in the middle of an answer': (response) => {
    response.writeHead(200, { 'content-length': 99 })
    response.write('{"Item":{"userId"', () => response.destroy())
  },
  'JSON cut off': json(200, '{"ConsumedCapacity":{"CapacityUnits":1},"Item":{"userId":{"S":"'),
  'no body': json(200, ''),
  'an empty object': json(200, '{}'),
  null: json(200, 'null'),
  'an item and no proof': json(200, '{"Item":{"userId":{"S":"x"}}}'),
}
/** Errors that a retry cannot fix. */
const MISCONFIGURED: Record<string, Fault> = Object.fromEntries(
  [
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ExpiredTokenException',
    'UnrecognizedClientException',
    'InvalidSignatureException',
    'ValidationException',
  ].map((name) => [name, refusal(name)]),
)

describe('a datastore that fails', () => {
  const PASSWORD = 'correct horse battery staple'
  const PEPPER = 'a pepper of more than thirty-two characters'
  const FACTOR_KEY = 'a factor key of more than thirty-two characters'
  const SCOPES = ['account', 'admin:read', 'admin:write', 'admin:revoke', 'sessions:introspect'] as Scope[]
  const OF_BROWSER = { 'sec-fetch-site': 'same-origin', cookie: `__Host-session-code=${'x'.repeat(43)}` }
  const NEEDS_NONE = [
    ...['GET /health', 'POST /auth/oidc/{provider}/callback'],
    ...['GET /.well-known/jwks.json', 'GET /.well-known/openid-configuration'],
  ]
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

  let tables: TestTables
  let engine: Awaited<ReturnType<typeof startSpoiledEngine>>
  const handlers = new Map<string, Parameters<typeof invoke>[0]>()
  let authorizer: Parameters<typeof invoke>[0]
  let userId: string
  let sessionId: string
  let token: string
  let logged: string[]
  beforeAll(async () => {
    tables = await createTestTables()
    engine = await startSpoiledEngine(inject('endpoint'))
    for (const [name, value] of Object.entries({
      DYNAMODB_ENDPOINT: engine.endpoint,
      DATASTORE_TIMEOUT_MS: '1500',
      ...tableVariables(tables),
      ACTIVITY_DAYS: '0',
      PASSWORD_PEPPER: PEPPER,
      FACTOR_KEY,
      MAILER: 'ses',
      LOGIN_CODE: 'on',
      REGISTRATION: 'open',
      PROVIDERS: unreachableProvider(),
      BCRYPT_COST: '4',
    }))
      vi.stubEnv(name, value)
    const load = async (name: string) => (await import(`../../functions/${name}.ts`)).handler
    for (const [route, name] of Object.entries(ROUTES)) if (name !== 'console') handlers.set(route, await load(name)) // its files are made when it is bundled
    authorizer = await load('authorizer')
    await authorize() // it reads its environment when it is first asked
    vi.unstubAllEnvs()

    const { client } = tables
    const users = createUsers({ store: dynamodbUserStore({ client, tableName: tables.users }) })
    const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: tables.sessions }) })
    const passwordHash = await bcryptHasher({ cost: 4, pepper: new Secret(PEPPER) }).hash(new Secret(PASSWORD))
    const email = parseEmail('ada@example.com') as Email
    const user = await users.register({ email, passwordHash, scopes: SCOPES }, startDeadline(30))
    const wanted = { user, scopes: SCOPES, ip: '192.0.2.1', userAgent: 'tests' }
    const created = await sessions.create(wanted, users, startDeadline(30))
    if (!created) throw new Error('unreachable')
    token = created.token.reveal()
    sessionId = created.session.id
    userId = user.id
  })
  beforeEach(() => {
    logged = []
    captureOutput(logged)
  })
  afterEach(() => {
    engine.fault = undefined
    vi.restoreAllMocks()
  })
  afterAll(async () => {
    await engine.close()
    tables.client.destroy()
  })

  /** A request to each route with a valid session that holds every scope. */
  function ask(route: string): Promise<Answer> {
    const [method = '', pattern = ''] = route.split(' ')
    const { assertion, registration } = unknownAnswers('http://localhost:4000')
    const bodies: Record<string, unknown> = {
      'POST /auth/login': { email: 'ada@example.com', password: PASSWORD, credential: 'bearer' },
      'POST /auth/register': { email: 'bob@example.com', password: PASSWORD },
      'POST /auth/session/reauthenticate': { password: PASSWORD },
      'PUT /auth/password': { currentPassword: PASSWORD, newPassword: `${PASSWORD} two` },
      'POST /auth/introspect': `token=${token}`,
      'POST /auth/token': { audience: 'orders', scopes: ['account'] },
      'POST /auth/oidc/{provider}/callback': 'state=x',
      'POST /auth/oidc/{provider}/logout': 'logout_token=x',
      'POST /auth/oidc/{provider}/revoke': REVOCATION,
      'POST /auth/oidc/{provider}/events': 'x',
      'POST /auth/exchange': unverifiedExchange(),
      'POST /auth/identities': { provider: 'idp' },
      'POST /auth/register/complete': { token: 'x', password: PASSWORD },
      'POST /auth/invitations/accept': { token: 'x', password: PASSWORD },
      'POST /auth/login/second-factor': { challenge: 'x', totp: '000000', credential: 'bearer' },
      'POST /auth/login/code': { email: 'ada@example.com' },
      'POST /auth/login/code/complete': { code: '00000000', credential: 'bearer' },
      'POST /auth/password/reset': { email: 'ada@example.com' },
      'POST /auth/password/reset/complete': { token: 'x', newPassword: PASSWORD },
      'POST /auth/email/verify': { token: 'x' },
      'PUT /auth/email': { newEmail: 'bob@example.com' },
      'POST /auth/email/complete': { token: 'x' },
      'POST /auth/email/undo': { token: 'x' },
      'POST /auth/login/second-factor/options': { challenge: 'x' },
      'POST /auth/login/passkey': { response: assertion, credential: 'bearer' },
      'POST /auth/passkeys': { response: registration, name: 'phone' },
      'PATCH /auth/passkeys/{passkeyId}': { name: 'phone' },
      'POST /auth/factors/totp/activate': { code: '000000' },
      'PUT /admin/users/{userId}/password': { password: `${PASSWORD} two` },
      'POST /admin/invitations': { email: 'bob@example.com', scopes: [] },
      'POST /admin/users': { email: 'bob@example.com', password: PASSWORD },
      'PATCH /admin/users/{userId}': { name: 'Ada' },
    }
    const isForm = typeof bodies[route] === 'string'
    const path = pattern.replace('{userId}', userId).replace(/\{(session|passkey)Id\}/, sessionId)
    const event = httpApiEvent({
      method,
      path,
      headers: {
        authorization: `Bearer ${token}`,
        ...(isForm && (route.endsWith('/events') ? SECEVENT : FORM)),
        ...(route.startsWith('POST /auth/login/code') && OF_BROWSER),
      },
      body: bodies[route],
      pathParameters: { userId, sessionId, passkeyId: sessionId, provider: 'idp' },
    })
    return invoke<Answer>(handlers.get(route) ?? expect.fail(route), event)
  }
  const authorize = () =>
    invoke<object>(authorizer, {
      ...httpApiEvent({ headers: { authorization: `Bearer ${token}` } }),
      type: 'REQUEST',
    } as never)

  const concerned = () => [...handlers.keys()].filter((route) => !NEEDS_NONE.includes(route))
  const isServed = async () => (await ask('GET /auth/session')).statusCode === 200
  const faults = (of: Record<string, Fault>) => Object.entries(of)

  /** One of each kind daily, and all in the rest. */
  const some = (of: Record<string, Fault>) => faults(of).slice(0, draws(1, Number.POSITIVE_INFINITY))

  test.each([...some(BUSY), ...some(FOREIGN), ...some(MISCONFIGURED)])(
    'fault "%s": every route answers 503, the authorizer fails, and the session stays valid [RS-03]',
    async (_, fault) => {
      expect(await isServed()).toBe(true)
      expect(await authorize()).toMatchObject({ isAuthorized: true })
      engine.fault = fault
      const answers = await Promise.all(concerned().map(async (route) => [route, await ask(route)] as const))
      await expect(authorize()).rejects.toThrow(UnavailableError)
      for (const [route, { statusCode, headers, cookies, body }] of answers) {
        expect([route, statusCode, JSON.parse(body ?? '').code]).toEqual([route, 503, 'unavailable'])
        expect(headers?.['retry-after']).toBe('1')
        expect(cookies ?? []).toEqual([])
      }
      engine.fault = undefined
      expect(await isServed()).toBe(true)
    },
  )

  const proven = (Item?: object) => json(200, JSON.stringify({ ConsumedCapacity: { CapacityUnits: 1 }, Item }))
  test.each([
    ['no item', () => undefined],
    ['a key alone', () => ({ userId: { S: userId }, sessionId: { S: sessionId } })],
    ['another secret', (row: object) => ({ ...row, secretHash: { B: Buffer.alloc(32, 7).toString('base64') } })],
    ['an end that is a text', (row: object) => ({ ...row, expiresAt: { S: '9999999999' } })],
    ['no absolute end', (row: object) => ({ ...row, endsAt: undefined })],
    ['past timeouts', (row: object) => ({ ...row, expiresAt: { N: '1' } })],
    ['scopes that are a text', (row: object) => ({ ...row, scopes: { S: 'account' } })],
  ])('a session row with %s is refused [RS-03]', async (_, change: (row: object) => object | undefined) => {
    const { client } = tables
    const key = { userId: { S: userId }, sessionId: { S: sessionId } }
    const { Item } = await client.send(new GetItemCommand({ TableName: tables.sessions, Key: key }))
    const { secretHash, ...rest } = Item ?? expect.fail('no row')
    const row = { ...rest, secretHash: { B: Buffer.from(secretHash?.B ?? []).toString('base64') } }
    engine.fault = proven(row)
    expect((await ask('POST /auth/introspect')).statusCode).toBe(200)
    engine.fault = proven(change(row))
    for (const route of ['GET /auth/session', 'GET /auth/sessions', 'POST /auth/introspect', 'GET /admin/users'])
      expect((await ask(route)).statusCode, route).toBe(401)
    expect(await authorize()).toMatchObject({ isAuthorized: false })
  })

  test.each([
    ['nothing', {}],
    ['another key', { userId: { S: 'u'.repeat(21) }, sessionId: { S: 's'.repeat(21) } }],
  ])('an item with %s instead of the requested key is refused with 503 [RS-03]', async (_, item) => {
    engine.fault = proven(item)
    for (const route of ['GET /auth/session', 'GET /auth/sessions', 'POST /auth/introspect', 'GET /admin/users'])
      expect((await ask(route)).statusCode, route).toBe(503)
    await expect(authorize()).rejects.toThrow(UnavailableError)
  })

  test.each(some({ failing: BUSY.failing as Fault, 'a page of a 500': FOREIGN['a page of a 500'] as Fault }))(
    'fault "%s": no route makes more than three attempts [RS-02]',
    async (_, fault) => {
      engine.fault = fault
      for (const route of concerned()) {
        engine.calls = 0
        expect((await ask(route)).statusCode, route).toBe(503)
        expect(engine.calls, route).toBeGreaterThanOrEqual(1)
        expect(engine.calls, route).toBeLessThanOrEqual(3)
      }
    },
  )

  test('a throttled check makes three attempts [RS-02]', async () => {
    engine.fault = BUSY.throttled
    engine.calls = 0
    const client = createClient({ endpoint: engine.endpoint, timeoutMs: 1000 }) // the SDK repeats less after failures
    const store = dynamodbSessionStore({ client, tableName: tables.sessions })
    await expect(store.get(newUserId(), newSessionId(), startDeadline(30))).rejects.toThrow(UnavailableError)
    client.destroy()
    expect(engine.calls).toBe(3)
  })

  test.each(some(FOREIGN))(
    'fault "%s": every store call fails as unavailable, and no response contains the fault’s text [RS-04]',
    async (_, fault) => {
      engine.fault = fault
      const client = createClient({ endpoint: engine.endpoint, timeoutMs: 1000 })
      const sessions = dynamodbSessionStore({ client, tableName: tables.sessions })
      const users = dynamodbUserStore({ client, tableName: tables.users })
      const deadline = startDeadline(30)
      const [user, session] = [newUserId(), newSessionId()]
      const outcomes = await Promise.allSettled([
        sessions.get(user, session, deadline),
        sessions.delete(user, session, deadline),
        sessions.list(user, deadline),
        users.get(user, deadline),
        users.clearSweep(user, 0, deadline),
      ])
      for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: expect.any(UnavailableError) })
      client.destroy()
      const { body } = await ask('GET /auth/session')
      expect(body).not.toMatch(/Whatever|SyntaxError|ECONNRESET|Unexpected|dynamodb|node_modules/i)
    },
  )

  test.each(some(MISCONFIGURED))(
    'fault "%s": the route answers 503, the authorizer fails, and both log the cause [RS-06]',
    async (name, fault) => {
      engine.fault = fault
      const { statusCode, body } = await ask('GET /auth/session')
      expect(statusCode).toBe(503)
      expect(body).not.toContain('fault')
      await expect(authorize()).rejects.toThrow(UnavailableError)
      expect(logged).toHaveLength(2)
      for (const line of logged)
        expect(JSON.parse(line)).toMatchObject({
          level: 'ERROR',
          event: 'unavailable',
          error: { code: 'unavailable', cause: { name } },
        })
      expect(logged.join()).not.toContain(token.slice(-43))
    },
  )
})

describe('the deployed code', () => {
  let lockfile: { packages: Record<string, { version?: string; integrity?: string; license?: string }> }
  beforeAll(async () => {
    lockfile = JSON.parse(await readFile('package-lock.json', 'utf8'))
  })

  test('every package is pinned to a version and a digest and has a license [SP-01]', async () => {
    const { '': root, 'build/runtime': _, 'node_modules/coatcheck-runtime': __, ...packages } = lockfile.packages
    expect(Object.keys(packages).length).toBeGreaterThan(100)
    for (const [name, { version, integrity, license }] of Object.entries(packages)) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
      expect(integrity, name).toMatch(/^sha512-[\w+/]{86}==$/)
      expect(license, name).toMatch(/\S/)
    }
    const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
      await readFile('package.json', 'utf8'),
    )
    for (const [name, version] of Object.entries(devDependencies))
      expect(version, name).toMatch(/^((npm:[@\w/-]+@)?\d+\.\d+\.\d+|file:build\/runtime)$/)
    expect(root).toMatchObject({ devDependencies })
  })

  test('SECURITY.md states how to report, supported versions and deadlines [SP-01]', async () => {
    const policy = await readFile('SECURITY.md', 'utf8')
    for (const said of [
      /private security advisory/,
      /\*\*Supported\*\*/,
      /critical.*\| 14 days \|/,
      /high.*\| 30 days \|/,
    ])
      expect(policy).toMatch(said)
    expect(policy).not.toMatch(/[\w.]+@[\w.]+/)
  })

  test('a deployed stage accepts no setting that weakens a check [SP-02]', async () => {
    const deployed = { STAGE: 'prod', ORIGIN: 'https://auth.example.com', NODE_ENV: 'test' }
    expect(() => parseConfig({ ...deployed, BCRYPT_COST: '4' })).toThrow(/BCRYPT_COST/)
    const { functions } = await readService('.', { stage: 'prod' })
    for (const { name, environment } of functions)
      for (const [variable, value] of Object.entries(environment)) {
        expect(variable, name).not.toMatch(/DEBUG|NODE_ENV|NODE_OPTIONS|ENDPOINT/)
        expect(value, name).not.toMatch(/localhost|http:/)
      }
  })
})

describe('docs/security.md', () => {
  let page: string
  let ways: string[]
  let named: Map<string, string>
  beforeAll(async () => {
    page = await readFile('docs/security.md', 'utf8')
    const [, table = ''] = /## Ways in\n[\s\S]*?\n(\|[\s\S]*?)\n\n/.exec(page) ?? []
    ways = table.split('\n').slice(2)
    named = new Map(ways.flatMap((row) => routesIn(row).map((route) => [route, row])))
  })
  const routesIn = (row: string) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([A-Z]+ \/\S*)`/g)].map(([, route = '']) => route)

  test('lists exactly the routes that accept a credential [SP-03]', async () => {
    const taking: string[] = []
    for (const [route, name] of Object.entries(ROUTES))
      if (!(await readFile(`functions/${name}.ts`, 'utf8')).includes('openBareApp()')) taking.push(route)
    expect([...named.keys()].sort()).toEqual(taking.sort())
    expect(ways.flatMap(routesIn)).toHaveLength(named.size)
  })

  test('states the session, scopes and password that each route requires [SP-03]', async () => {
    const constants: Record<string, string> = { ACCOUNT_SCOPE: 'account', ADMIN_WRITE: 'admin:write' }
    for (const [route, name] of Object.entries(ROUTES)) {
      const [, asks = ''] = named.get(route)?.split(' | ') ?? []
      if (asks === '') continue
      const text = await readFile(`functions/${name}.ts`, 'utf8')
      const [, scopes = ''] = /scopes: \[(.*?)\]/.exec(text) ?? []
      const wanted = scopes.split(',').map((one) => constants[one.trim()] ?? one.replace(/[\s']/g, ''))
      expect(
        [...asks.matchAll(/`([\w:]+)`/g)].map(([, scope]) => scope),
        route,
      ).toEqual(wanted.filter((one) => one !== ''))
      expect(asks.includes('recent'), route).toBe(/fresh: true/.test(text))
      expect(asks.includes('a session') || asks.includes('a recent session'), route).toBe(
        /= (session|user)Route\(/.test(text),
      )
      expect(asks.includes('the password'), route).toBe(/\b(login|reauthenticate|changePassword)\(/.test(text))
    }
  })

  test('lists every way in that is not a route [SP-03]', async () => {
    const first = ways.map((row) => row.split(' | ')[0]).join('\n')
    const { functions } = await readService('.', { stage: 'dev' })
    for (const { name, routes } of functions) if (routes.length === 0) expect(first).toContain(`function \`${name}\``)
    const exported =
      (await readFile('middleware/index.ts', 'utf8')) + (await readFile('middleware/authorizer.ts', 'utf8'))
    for (const way of ['requireSession', 'createAuthorizer']) {
      expect(exported).toContain(way)
      expect(first).toContain(way)
    }
    for (const way of ["requireSession({ from: 'authorizer' })", 'npx coatcheck', 'npm start'])
      expect(first).toContain(way)
  })

  test('the code verifies a password only after it has reserved an attempt, and creates a session only after a verification [SP-03]', async () => {
    const code = await readCode(['lib', 'functions', 'middleware'])
    const verifying = [...code].filter(([, text]) => text.includes('hasher.verify('))
    expect(verifying.map(([path]) => path).sort()).toEqual([
      'lib/accounts/login.ts',
      'lib/accounts/reauthentication.ts',
    ])
    for (const [path, text] of verifying)
      expect(text.indexOf('attempts.reserve'), path).toBeLessThan(text.indexOf('hasher.verify('))
    const creating = [...code]
      .filter(([, text]) => /sessions\.(create|prepareReplacement)\(/.test(text))
      .map(([path]) => path)
    // The second replaces a session, or follows a verification; the third is called once the factors are proven.
    expect(creating.sort()).toEqual([
      'lib/accounts/reauthentication.ts',
      'lib/accounts/revocations.ts',
      'lib/accounts/sign-in.ts',
      'lib/identity/provider-reauthentication.ts', // takes an identity that a provider's client has verified
    ])
    const signingIn = [...code].filter(([path, text]) => /\bsignIn\(/.test(text) && path !== 'lib/accounts/sign-in.ts')
    expect(signingIn.map(([path]) => path).sort()).toEqual([
      'lib/accounts/code-login.ts',
      'lib/accounts/login.ts',
      'lib/accounts/passkey-login.ts',
      'lib/accounts/second-factor-login.ts',
      'lib/identity/provider-sign-in.ts', // takes an identity that a provider's client has verified
    ])
    for (const path of ['lib/accounts/second-factor-login.ts', 'lib/accounts/reauthentication.ts']) {
      const text = code.get(path) ?? expect.fail(path)
      expect(text.indexOf('attempts.reserveSecondFactor('), path).toBeGreaterThan(0)
      expect(text.indexOf('attempts.reserveSecondFactor('), path).toBeLessThan(text.indexOf('secondFactors.verify('))
    }
  })

  test('states the defaults of the configuration [SP-04]', () => {
    const { policy, sessionCap, freshSeconds, attempts, password, datastoreTimeoutMs } = parseConfig({})
    const defaults = {
      SESSION_IDLE_SECONDS: policy.idleSeconds,
      SESSION_LIFETIME_SECONDS: policy.lifetimeSeconds,
      SESSION_RENEW_SECONDS: policy.renewSeconds,
      SESSION_MAX_PER_USER: sessionCap,
      FRESH_SECONDS: freshSeconds,
      PASSWORD_MIN_LENGTH: password.minLength,
      BCRYPT_COST: password.bcryptCost,
      PASSWORD_PEPPER_VERSION: password.pepperVersion,
      ATTEMPTS_WINDOW_SECONDS: attempts.windowSeconds,
      LOGIN_ATTEMPTS_PER_ACCOUNT: attempts.perAccount,
      LOGIN_ATTEMPTS_PER_SOURCE: attempts.perSource,
      REGISTRATIONS_PER_SOURCE: attempts.registrationsPerSource,
      MAILS_PER_ADDRESS: attempts.mailsPerAddress,
      MAILS_PER_SOURCE: attempts.mailsPerSource,
      LINKS_PER_SOURCE: attempts.linksPerSource,
      PASSKEYS_PER_SOURCE: attempts.passkeysPerSource,
      TOKENS_PER_USER: attempts.tokensPerUser,
      PROVIDER_REQUESTS_PER_SOURCE: attempts.providerRequestsPerSource,
      DATASTORE_TIMEOUT_MS: datastoreTimeoutMs,
    }
    const documented = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d+) \|/gm)].map(([, name = '', value]) => [
      name,
      Number(value),
    ])
    expect(Object.fromEntries(documented)).toEqual(defaults)
  })

  test('states the limits of datastore calls [SP-04]', async () => {
    const { config } = createClient({ timeoutMs: 800 })
    expect(row('attempts a call')).toMatch(new RegExp(`^${await config.maxAttempts()} `))
    expect(row('connecting')).toContain(`${CONNECTION_TIMEOUT_MS} ms`)
    expect(row('a request')).toMatch(new RegExp(`^${REQUEST_DEADLINE_SECONDS} s `))
    expect(row('revoking many sessions')).toMatch(new RegExp(`^${BULK_DEADLINE_SECONDS} s `))
    expect(await readFile('lib/sessions/create-session.ts', 'utf8')).toContain('CREATE_TRIES = 3')
    expect(row('attempts a call')).toContain('a creation tries 3 fresh ids')
  })
  const row = (name: string) =>
    page
      .split('\n')
      .find((line) => line.startsWith(`| ${name} | `))
      ?.slice(name.length + 5)

  test('states the lockout policy that the code implements [SP-04]', async () => {
    const { attempts } = parseConfig({})
    expect(page).toContain(`${LONGEST_WINDOW_SECONDS} seconds at most`)
    // After one success, a source is known for the number of days on the page.
    const marks: number[] = []
    const store = { ...memoryAttemptStore(), setMark: async (_: unknown, until: number) => void marks.push(until) }
    const throttle = createAttempts({ store, limits: attempts, pepper: new Secret('pepper'), clock: () => 0 })
    const email = parseEmail('ada@example.com') as Email
    await (await throttle.reserveLogin(email, '192.0.2.1', startDeadline())).succeed(
      'u'.repeat(21) as UserId,
      startDeadline(),
    )
    expect(page).toContain(`known to it for ${(marks[0] ?? 0) / 86_400} days`)
    // An unknown source uses up the account's attempts, then waits one window, two, four.
    const waits: number[] = []
    let now = 0
    const strict = createAttempts({
      store: memoryAttemptStore(),
      limits: attempts,
      pepper: new Secret('p'),
      clock: () => now,
    })
    while (waits.length < 8) {
      let taken = 0
      const wait = await (async () => {
        for (;;) {
          try {
            await strict.reserveLogin(email, `198.51.100.${taken}`, startDeadline())
            taken++
          } catch (error) {
            return (error as { retryAfterSeconds: number }).retryAfterSeconds
          }
        }
      })()
      expect(taken).toBe(attempts.perAccount)
      waits.push(wait)
      now += wait
    }
    const doubled = Array.from({ length: 8 }, (_, round) => attempts.windowSeconds * 2 ** round)
    expect(waits).toEqual(doubled.map((seconds) => Math.min(seconds, LONGEST_WINDOW_SECONDS)))
  })

  test('states the length limit and the stored format of passwords [SP-04]', () => {
    expect(page).toContain('Up to 1,024 bytes')
    expect([parsePassword('x'.repeat(1024)), parsePassword('x'.repeat(1025))].map(Boolean)).toEqual([true, false])
    expect(page).toContain('`hmac-sha384-bcrypt:<pepper version>:<bcrypt>`')
  })

  test('links only to pages that exist, as SECURITY.md does [SP-04]', async () => {
    for (const file of ['docs/security.md', 'SECURITY.md', 'docs/dependencies.md', 'docs/security-checklist.md'])
      for (const [, target = ''] of (await readFile(file, 'utf8')).matchAll(/\]\(([^)#:]+)\)/g))
        await expect(readFile(join(dirname(file), target)), `${file}: ${target}`).resolves.toBeDefined()
  })
})

/** Sources without comments, by path, except for the blocklist, which is data. */
async function readCode(folders: readonly string[]): Promise<Map<string, string>> {
  const code = new Map<string, string>()
  for (const folder of folders)
    for (const name of await readdir(folder, { recursive: true })) {
      const path = join(folder, name)
      if (!path.endsWith('.ts') || path === 'lib/passwords/blocklist.ts') continue
      code.set(path, (await readFile(path, 'utf8')).replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, ''))
    }
  return code
}

/** A proxy of the run's engine that forwards calls, or answers each with a fault. */
async function startSpoiledEngine(behind: string) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    engine.calls++
    if (engine.fault) return engine.fault(response, request)
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
    const answered = await fetch(behind, { method: 'POST', headers: headers as never, body: Buffer.concat(chunks) })
    response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? '' })
    response.end(Buffer.from(await answered.arrayBuffer()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const engine = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: 0,
    fault: undefined as Fault | undefined,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return engine
}
