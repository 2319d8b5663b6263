import middy from '@middy/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { dynamodbSessionStore } from '../../lib/dynamodb/index.ts'
import { authorizerContextOf } from '../../lib/http/authorizer-context.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import type { SessionStore } from '../../lib/ports.ts'
import type { Scope } from '../../lib/scope.ts'
import type { Session } from '../../lib/session.ts'
import { createSessions, type Sessions } from '../../lib/sessions/sessions.ts'
import { systemClock } from '../../lib/system.ts'
import { createAuthorizer, type PolicyResponse, type SimpleResponse } from '../../middleware/authorizer.ts'
import { requireSession } from '../../middleware/require-session.ts'
import { eventOf, type Sent } from '../support/event-sources.ts'
import { sampleUser } from '../support/samples.ts'
import { createTestTables } from '../support/tables.ts'

// Every event source with every credential, on a real engine. Writes docs/event-sources.md.

const ORIGIN = 'https://app.example.com'
const SCOPES = ['notes:read']
const HANDLERS = [
  'http-api-2.0',
  'http-api-1.0',
  'rest-api',
  'function-url',
  'load-balancer',
  'load-balancer-multi-value',
  'vpc-lattice',
]
const AUTHORIZERS = [
  'authorizer-http-api-2.0',
  'authorizer-http-api-1.0',
  'authorizer-rest-request',
  'authorizer-rest-token',
  'authorizer-websocket',
]

let store: SessionStore
let sessions: Sessions
let live: { session: Session; token: string }
let narrow: string
let expired: string
let revoked: string
beforeAll(async () => {
  const tables = await createTestTables()
  store = dynamodbSessionStore({ client: tables.client, tableName: tables.sessions })
  sessions = createSessions({ store })
  const make = async (scopes: string[], at = systemClock()) => {
    const user = sampleUser()
    const from = createSessions({ store, clock: () => at })
    const created = await from.create(
      { user, scopes: scopes as Scope[], ip: '', userAgent: '' },
      { get: async () => user },
    )
    if (!created) throw new Error('unreachable')
    return { session: created.session, token: created.token.reveal() }
  }
  live = await make(['account', 'notes:read'])
  narrow = (await make(['account'])).token
  expired = (await make(SCOPES, systemClock() - 604_801)).token
  const created = await make(SCOPES)
  await sessions.revoke(created.session.userId, created.session.id)
  revoked = created.token
})

const down: SessionStore = new Proxy({} as SessionStore, {
  get: () => async () => {
    const { UnavailableError } = await import('../../lib/errors.ts')
    throw new UnavailableError('down')
  },
})

const cookie = (token: string) => `__Host-session=${token}`
const CASES: [name: string, sent: () => Sent, down?: true][] = [
  ['nothing', () => ({})],
  ['live bearer', () => ({ bearers: [live.token] })],
  ['live cookie', () => ({ cookies: ['theme=dark', cookie(live.token)] })],
  [
    'live cookie, unsafe, our origin',
    () => ({ method: 'POST', cookies: [cookie(live.token)], headers: { Origin: ORIGIN } }),
  ],
  [
    'live cookie, unsafe, foreign origin',
    () => ({ method: 'POST', cookies: [cookie(live.token)], headers: { Origin: 'https://evil.example' } }),
  ],
  [
    'live bearer, unsafe, foreign origin',
    () => ({ method: 'POST', bearers: [live.token], headers: { Origin: 'https://evil.example' } }),
  ],
  ['malformed', () => ({ bearers: ['junk'] })],
  ['unknown', () => ({ bearers: [`${live.token.slice(0, -43)}${'x'.repeat(43)}`] })],
  ['expired', () => ({ bearers: [expired] })],
  ['revoked', () => ({ bearers: [revoked] })],
  ['without the scope', () => ({ bearers: [narrow] })],
  ['cookie and bearer', () => ({ cookies: [cookie(live.token)], bearers: [live.token] })],
  ['cookie twice', () => ({ cookies: [cookie(live.token), cookie(narrow)] })],
  ['bearer twice', () => ({ bearers: [live.token, narrow] })],
  ['live, datastore down', () => ({ bearers: [live.token] }), true],
]

const options = () => ({
  scopes: SCOPES,
  sessions,
  origin: ORIGIN,
  trustedOrigins: [],
  cookieName: '__Host-session' as const,
  log: () => {},
})
const optionsWhen = (isDown: true | undefined) =>
  isDown ? { ...options(), sessions: createSessions({ store: down }) } : options()

type Answer = {
  statusCode: number
  headers?: Record<string, string>
  multiValueHeaders?: Record<string, string[]>
  body: string
}

/** Asserts the format of a handler's response and summarizes it. */
async function handle(name: string, sent: Sent, isDown?: true): Promise<string> {
  const handler = middy()
    .use(requireSession(optionsWhen(isDown)))
    .handler(async (_event: HttpEvent, { session }) => ({ statusCode: 200, body: session.id }))
  const answer: Answer = await handler(eventOf(name, sent) as never, { awsRequestId: 'x' } as never)
  if (answer.statusCode === 200) {
    expect(answer.body).toBe(live.session.id)
    return '200'
  }
  const isMultiple = name === 'load-balancer-multi-value'
  expect(answer.headers === undefined).toBe(isMultiple)
  const type = isMultiple ? answer.multiValueHeaders?.['content-type']?.[0] : answer.headers?.['content-type']
  expect(type).toBe('application/problem+json')
  if (name.startsWith('load-balancer') || name === 'vpc-lattice')
    expect(answer).toMatchObject({ isBase64Encoded: false, statusDescription: expect.stringMatching(/^\d{3} \w/) })
  return `${answer.statusCode} ${JSON.parse(answer.body).code}`
}

/** Summarizes an authorizer's response as its event source understands it. */
async function authorize(name: string, sent: Sent, isDown?: true, refuse?: 'handler'): Promise<string> {
  const authorizer = createAuthorizer({ ...optionsWhen(isDown), ...(refuse && { refuse }) })
  let answer: SimpleResponse | PolicyResponse
  try {
    answer = await authorizer(eventOf(name, sent))
  } catch (error) {
    return (error as Error).message === 'Unauthorized' ? '401' : '500'
  }
  const { context } = answer
  if (context?.userId) {
    const { session } = live
    expect(context).toEqual({
      userId: session.userId,
      sessionId: session.id,
      scopes: 'account notes:read',
      expiresAt: String(session.expiresAt),
      authenticatedAt: String(session.authenticatedAt),
      assurance: '1',
      credential: sent.cookies && name !== 'authorizer-rest-token' ? 'cookie' : 'bearer',
    })
  }
  const word = context?.refusal ? `through: ${context.refusal}` : context ? 'allow' : 'deny'
  if ('isAuthorized' in answer) {
    expect(Object.keys(answer).sort()).toEqual(context ? ['context', 'isAuthorized'] : ['isAuthorized'])
    expect(answer.isAuthorized).toBe(word !== 'deny')
    return word
  }
  const stage = name === 'authorizer-http-api-1.0' ? '$default' : 'prod'
  expect(answer.policyDocument).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Action: 'execute-api:Invoke',
        Effect: word === 'deny' ? 'Deny' : 'Allow',
        Resource: `arn:aws:execute-api:eu-central-1:123456789012:abc123/${stage}/*`,
      },
    ],
  })
  return word
}

/** Whether a credential must be accepted, by the documented rules. */
function mayPass(name: string, what: string): boolean {
  if (what === 'live bearer' || what === 'live bearer, unsafe, foreign origin') return true
  if (name === 'authorizer-rest-token') return what === 'cookie and bearer' // its event has only this header
  if (name === 'authorizer-websocket') return what === 'live cookie, unsafe, our origin' // its method is always unsafe
  return what === 'live cookie' || what === 'live cookie, unsafe, our origin'
}

describe('event sources', () => {
  test('admit only valid sessions, each in its own format', async () => {
    const doors: [name: string, play: (sent: Sent, isDown?: true) => Promise<string>][] = [
      ...HANDLERS.map((name): [string, typeof play] => [name, (sent, isDown) => handle(name, sent, isDown)]),
      ...AUTHORIZERS.map((name): [string, typeof play] => [name, (sent, isDown) => authorize(name, sent, isDown)]),
      [
        'authorizer-http-api-2.0, refuse: handler',
        (sent, isDown) => authorize('authorizer-http-api-2.0', sent, isDown, 'handler'),
      ],
      [
        'authorizer-http-api-1.0, refuse: handler',
        (sent, isDown) => authorize('authorizer-http-api-1.0', sent, isDown, 'handler'),
      ],
    ]
    const play = doors[0]?.[1] as (sent: Sent, isDown?: true) => Promise<string>
    const rows = [
      '# Event sources',
      '',
      'The response of each event source to each credential, for a route that needs the scope `notes:read`. `tests/routes/event-sources.test.ts` writes this page. If an authorizer throws `Unauthorized`, API Gateway responds with 401; for any other error, with 500.',
      '',
      `| presented | ${doors.map(([name]) => name).join(' | ')} |`,
      `|---|${'---|'.repeat(doors.length)}`,
    ]
    for (const [what, sent, isDown] of CASES) {
      const outcomes = []
      for (const [name, playDoor] of doors) {
        const outcome = await playDoor(sent(), isDown)
        const passed = outcome === '200' || outcome === 'allow'
        expect(passed, `${name}: ${what}`).toBe(mayPass(name.split(',')[0] ?? '', what))
        if (isDown) expect(outcome, name).toMatch(/^50[03]|unavailable$/)
        outcomes.push(outcome)
      }
      rows.push(`| ${what} | ${outcomes.join(' | ')} |`)
    }
    await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot('../../docs/event-sources.md')
  })
})

describe('behind an authorizer', () => {
  const behind = (name: string, context: object | undefined, sent: Sent = {}, extra: object = {}) => {
    const event = eventOf(name, sent) as { requestContext: Record<string, unknown> }
    if (context)
      event.requestContext.authorizer =
        name === 'http-api-2.0' ? { lambda: context } : { principalId: 'x', integrationLatency: 0, ...context }
    const handler = middy()
      .use(requireSession({ ...options(), from: 'authorizer', ...extra }))
      .handler(async (_event: HttpEvent, { session, credential }) => ({
        statusCode: 200,
        body: JSON.stringify({ session, credential }),
      }))
    return handler(event as never, { awsRequestId: 'x' } as never) as Promise<Answer>
  }
  const contextFrom = async (sent: Sent) => {
    const answer = await createAuthorizer(options())(eventOf('authorizer-http-api-2.0', sent))
    return answer.context ?? {}
  }
  const bearer = () => contextFrom({ bearers: [live.token] })

  test.each(['http-api-2.0', 'http-api-1.0', 'rest-api'])(
    '%s: the handler gets the session of the authorizer',
    async (name) => {
      const { id, userId, scopes, expiresAt, authenticatedAt } = live.session
      const answer = await behind(name, await bearer())
      expect(answer.statusCode).toBe(200)
      expect(JSON.parse(answer.body)).toEqual({
        session: { id, userId, scopes, expiresAt, authenticatedAt, assurance: 1 },
        credential: 'bearer',
      })
    },
  )

  test('a missing or malformed field of the context is refused', async () => {
    const good = await bearer()
    const wrong = [
      undefined,
      {},
      { jwt: { claims: { sub: live.session.userId } } },
      'text',
      ...Object.keys(good).flatMap((field) =>
        [undefined, '', 'x y\n', 5, null, []].map((value) => ({ ...good, [field]: value })),
      ),
    ]
    for (const context of wrong) {
      if (JSON.stringify(context)?.includes('"scopes":""')) continue // valid: a session without scopes
      if (typeof context === 'object' && 'assurance' in context && context.assurance === undefined) continue // an earlier release
      const answer = await behind('http-api-2.0', context as object)
      expect(answer.statusCode, JSON.stringify(context)).toBe(401)
      expect(JSON.parse(answer.body).code).toBe('unauthenticated')
    }
  })

  test('client input does not replace the authorizer’s context [AZ-08]', async () => {
    const good = await bearer()
    const event = eventOf('http-api-2.0', {
      bearers: [live.token],
      headers: {
        'x-authorizer': JSON.stringify(good),
        requestcontext: JSON.stringify({ authorizer: { lambda: good } }),
      },
    })
    const handler = middy()
      .use(requireSession({ ...options(), from: 'authorizer' }))
      .handler(async () => ({ statusCode: 200 }))
    const forged = {
      ...event,
      body: JSON.stringify({ requestContext: { authorizer: { lambda: good } } }),
      authorizer: good,
    }
    expect(await handler(forged as never, {} as never)).toMatchObject({ statusCode: 401 })
  })

  test('scopes, the absolute timeout and the cross-origin rule apply', async () => {
    const good = await bearer()
    const code = async (...args: Parameters<typeof behind>) => JSON.parse((await behind(...args)).body).code
    expect(await code('http-api-2.0', { ...good, scopes: 'account' })).toBe('insufficient_scope')
    expect(await code('http-api-2.0', { ...good, expiresAt: String(systemClock()) })).toBe('unauthenticated')
    const withCookie = { ...good, credential: 'cookie' }
    expect(await code('http-api-2.0', withCookie, { method: 'POST' })).toBe('cross_origin')
    expect((await behind('http-api-2.0', withCookie, { method: 'POST', headers: { origin: ORIGIN } })).statusCode).toBe(
      200,
    )
    expect((await behind('http-api-2.0', withCookie)).statusCode).toBe(200)
  })

  test('the handler answers refusals that the authorizer passes on', async () => {
    const authorizer = (isDown?: true) => createAuthorizer({ ...optionsWhen(isDown), refuse: 'handler' })
    for (const [what, sent, isDown] of CASES) {
      const { context } = await authorizer(isDown)(eventOf('authorizer-http-api-2.0', sent()))
      const answer = await behind('http-api-2.0', context, sent())
      const inProcess = await handle('http-api-2.0', sent(), isDown)
      expect(answer.statusCode === 200 ? '200' : `${answer.statusCode} ${JSON.parse(answer.body).code}`, what).toBe(
        inProcess,
      )
    }
  })

  test('each WebSocket message checks the session again, and is refused after its revocation', async () => {
    const context = await bearer()
    expect((await behind('websocket-message', context)).statusCode).toBe(200)
    expect((await behind('websocket-message', { ...context, expiresAt: '1' })).statusCode).toBe(200) // renewed since
    const row = await store.get(
      live.session.userId,
      live.session.id,
      (await import('../../lib/deadline.ts')).startDeadline(),
    )
    await sessions.revoke(live.session.userId, live.session.id)
    expect((await behind('websocket-message', context)).statusCode).toBe(401)
    expect(
      (await behind('websocket-message', context, {}, { sessions: createSessions({ store: down }) })).statusCode,
    ).toBe(503)
    if (row) await store.create(row, (await import('../../lib/deadline.ts')).startDeadline())
  })

  test('the context is read only from where API Gateway writes it', () => {
    expect(authorizerContextOf({ requestContext: { authorizer: { lambda: { a: 1 } } } })).toEqual({ a: 1 })
    expect(authorizerContextOf({ requestContext: { authorizer: { a: 1 } } })).toEqual({ a: 1 })
    for (const event of [
      undefined,
      null,
      {},
      { requestContext: {} },
      { requestContext: { authorizer: 'x' } },
      { requestContext: { authorizer: { lambda: null } } },
    ])
      expect(Object.keys(authorizerContextOf(event as HttpEvent) ?? {})).not.toContain('a')
  })
})

describe('options of requireSession', () => {
  const status = async (given: object, sent: Sent, name = 'http-api-2.0') => {
    const handler = middy()
      .use(requireSession({ ...options(), ...given }))
      .handler(async () => ({ statusCode: 200 }))
    const answer = (await handler(eventOf(name, sent) as never, {} as never)) as { statusCode: number }
    return answer.statusCode
  }

  test('trustedOrigins and cookieName override the configuration', async () => {
    const headers = { origin: 'https://other.example.com' }
    const sent = { method: 'POST', cookies: [`__Host-mine=${live.token}`], headers }
    expect(await status({ cookieName: '__Host-mine', trustedOrigins: [headers.origin] }, sent)).toBe(200)
    expect(await status({ cookieName: '__Host-mine' }, sent)).toBe(403)
    expect(await status({ trustedOrigins: [headers.origin] }, sent)).toBe(401)
  })

  test('consistency is passed to the store, by default strong', async () => {
    const asked: unknown[] = []
    const noting: SessionStore = {
      ...store,
      get: async (...args) => {
        asked.push(args[3])
        return store.get(...args)
      },
    }
    const given = { sessions: createSessions({ store: noting }) }
    await status(given, { bearers: [live.token] })
    await status({ ...given, consistency: 'eventual' }, { bearers: [live.token] })
    await status({ ...given, consistency: 'strong' }, { bearers: [live.token] })
    expect(asked).toEqual([undefined, 'eventual', 'strong'])
  })

  test('renewal follows the scope check, and renew: false disables it', async () => {
    let renewals = 0
    const counting: SessionStore = {
      ...store,
      renew: async (...args) => {
        renewals++
        return store.renew(...args)
      },
    }
    const late = createSessions({ store: counting, clock: () => systemClock() + 1000 })
    expect(await status({ sessions: late }, { bearers: [narrow] })).toBe(403)
    expect(await status({ sessions: late, renew: false }, { bearers: [live.token] })).toBe(200)
    expect(renewals).toBe(0)
    expect(await status({ sessions: late }, { bearers: [live.token] })).toBe(200)
    expect(renewals).toBe(1)
  })

  test('an event without a method counts as unsafe', async () => {
    const event = eventOf('http-api-2.0', { cookies: [cookie(live.token)] }) as { requestContext: { http: object } }
    event.requestContext.http = { sourceIp: '192.0.2.7' }
    const handler = middy()
      .use(requireSession(options()))
      .handler(async () => ({ statusCode: 200 }))
    expect(await handler(event as never, {} as never)).toMatchObject({ statusCode: 403 })
  })

  test('the cookies that a Function URL repeats are read once', async () => {
    const event = eventOf('function-url', { cookies: [cookie(live.token)] }) as { headers: Record<string, string> }
    event.headers.cookie = cookie(live.token)
    const handler = middy()
      .use(requireSession(options()))
      .handler(async () => ({ statusCode: 200 }))
    expect(await handler(event as never, {} as never)).toMatchObject({ statusCode: 200 })
  })
})

describe('the handler’s context', () => {
  test('keeps the deadline of another middleware', async () => {
    const handler = middy()
      .use(requireSession(options()))
      .handler(async () => ({ statusCode: 200 }))
    const event = eventOf('http-api-2.0', { bearers: [live.token] })
    expect(await handler(event as never, { deadline: 5 } as never)).toMatchObject({ statusCode: 200 })
  })
})

describe('invalid options', () => {
  test.each([
    [{ scope: ['a'] }, 'unknown option `scope`'],
    [{ scopes: 'notes:read' }, '`scopes` must be'],
    [{ scopes: [''] }, '`scopes` must be'],
    [{ scopes: ['a b'] }, '`scopes` must be'],
    [{ sessions: {} }, '`sessions` must be'],
    [{ renew: 'no' }, '`renew` must be'],
    [{ consistency: 'weak' }, '`consistency` must be'],
    [{ trustedOrigins: 'https://a' }, '`trustedOrigins` must be'],
    [{ origin: '' }, '`origin` must be'],
    [{ origin: 'https://app.example.com/' }, '`origin` must be'],
    [{ trustedOrigins: ['null'] }, '`trustedOrigins` must be'],
    [{ trustedOrigins: ['*'] }, '`trustedOrigins` must be'],
    [{ cookieName: '__Host-a; b' }, '`cookieName` must be'],
    [{ sessions: { check: () => {} } }, '`sessions` must be'],
    [{ toString: 1 }, 'unknown option `toString`'],
    [null, 'invalid options. Options are an object'],
    ['', 'invalid options. Options are an object'],
  ])('%j throw on creation', (wrong, message) => {
    expect(() => requireSession(wrong as never)).toThrow(`requireSession: ${message}`)
    expect(() => createAuthorizer(wrong as never)).toThrow(`createAuthorizer: ${message}`)
  })

  test('from and refuse accept only their own values', () => {
    expect(() => requireSession({ from: 'header' } as never)).toThrow('`from` must be request or authorizer')
    expect(() => createAuthorizer({ refuse: 'never' } as never)).toThrow('`refuse` must be gateway or handler')
    expect(() => createAuthorizer({ from: 'request' } as never)).toThrow('unknown option `from`')
  })
})
