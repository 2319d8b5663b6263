import middy from '@middy/core'
import { describe, expect, test } from 'vitest'
import { NotFoundError } from '../../lib/errors.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import { systemClock } from '../../lib/system.ts'
import { type RequireSessionOptions, requireSession } from '../../middleware/require-session.ts'
import { eventOf } from '../support/event-sources.ts'
import { createParts, scopes } from '../support/parts.ts'

const TRUSTED = 'https://app.example.com'
const SOURCES = [
  'http-api-2.0',
  'http-api-1.0',
  'rest-api',
  'function-url',
  'load-balancer',
  'load-balancer-multi-value',
  'vpc-lattice',
]
const CORS = {
  'access-control-allow-origin': TRUSTED,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'Retry-After, WWW-Authenticate',
  vary: 'Origin, Sec-Fetch-Site',
}

const ok = () => ({ statusCode: 200, headers: { 'X-Own': '1' }, body: 'ok' })

async function open(more: Partial<RequireSessionOptions> = {}) {
  const parts = createParts()
  parts.time.now = systemClock()
  const { token } = await parts.session(await parts.user(), { scopes: scopes('a') })
  const options: RequireSessionOptions = {
    ...{ sessions: parts.sessions, log: () => {}, origin: 'https://api.example.com', cookieName: '__Host-session' },
    trustedOrigins: [TRUSTED],
    ...more,
  }
  const invoke = async (event: HttpEvent, answer: () => unknown = ok) =>
    readable(
      await middy()
        .use(requireSession(options))
        .handler(async () => answer())(event as never, { awsRequestId: 'id' } as never),
    )
  return { invoke, token: token.reveal(), options }
}

/** A response with headers as one object, wherever they stood. */
function readable(given: unknown) {
  const { headers, multiValueHeaders, ...rest } = given as Record<string, object>
  const all = [...Object.entries(headers ?? {}), ...Object.entries(multiValueHeaders ?? {})]
  return { ...rest, headers: Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), String(value)])) }
}

const preflight = (origin: string, method = 'POST') => ({
  method: 'OPTIONS',
  headers: { Origin: origin, 'Access-Control-Request-Method': method },
})

describe('CORS of requireSession', () => {
  test.each(SOURCES)('lets a trusted origin read success and refusal of %s, and no other origin', async (source) => {
    const { invoke, token } = await open()
    for (const bearers of [[token], []]) {
      const from = (origin: string) => invoke(eventOf(source, { bearers, headers: { Origin: origin } }))
      const trusted = await from(TRUSTED)
      expect(trusted).toMatchObject({ statusCode: bearers.length > 0 ? 200 : 401, headers: CORS })
      for (const other of ['https://evil.example', `${TRUSTED}.evil.example`, 'null', 'https://api.example.com']) {
        const { headers } = await from(other)
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
        expect(headers.vary).toBe(CORS.vary)
      }
    }
  })

  test.each(SOURCES)('answers the preflight of a guarded route of %s with 204', async (source) => {
    const { invoke } = await open({ allowedHeaders: ['X-Own'] })
    const never = () => Promise.reject(new Error('the handler ran'))
    const trusted = await invoke(eventOf(source, preflight(TRUSTED)), never)
    expect(trusted).toMatchObject({ statusCode: 204, headers: { ...CORS, 'access-control-max-age': '600' } })
    const allowed = trusted.headers['access-control-allow-headers']?.toLowerCase().split(', ')
    expect(allowed).toEqual([
      ...['authorization', 'content-type', 'cache-control', 'x-requested-with'],
      ...['traceparent', 'tracestate', 'baggage', 'sentry-trace', 'x-own'],
    ])
    expect(trusted.headers['access-control-allow-methods']).toBe('GET, HEAD, POST, PUT, PATCH, DELETE')
    const other = await invoke(eventOf(source, preflight('https://evil.example')), never)
    expect(other).toMatchObject({ statusCode: 204 })
    expect(Object.keys(other.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('an OPTIONS request that is no preflight needs a session', async () => {
    const { invoke } = await open()
    for (const headers of [{}, { Origin: TRUSTED }, { 'Access-Control-Request-Method': 'GET' }])
      expect(await invoke(eventOf('http-api-2.0', { method: 'OPTIONS', headers }))).toMatchObject({ statusCode: 401 })
  })

  test.each([
    ['a string', 'hello', 'hello'],
    ['an object', { notes: [] }, '{"notes":[]}'],
    ['a list', [1], '[1]'],
  ])('a result that is only a body, %s, is still read by a trusted origin', async (_, result, body) => {
    const { invoke, token } = await open()
    const event = eventOf('http-api-2.0', { bearers: [token], headers: { Origin: TRUSTED } })
    expect(await invoke(event, () => result)).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json', ...CORS },
      body,
    })
  })

  test('does not change a response object that the handler returns for every request', async () => {
    const { invoke, token } = await open()
    const shared = Object.freeze({ statusCode: 200, headers: Object.freeze({ Vary: 'Accept' }), body: 'x' })
    const from = (origin: string) =>
      invoke(eventOf('http-api-2.0', { bearers: [token], headers: { Origin: origin } }), () => shared)
    expect((await from(TRUSTED)).headers).toMatchObject({ ...CORS, vary: 'Accept, Origin, Sec-Fetch-Site' })
    expect((await from('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin')
    expect(shared.headers).toEqual({ Vary: 'Accept' })
  })

  test('a trusted origin reads a response of any class, and an error of an earlier middleware', async () => {
    const { invoke, token, options } = await open()
    const event = eventOf('http-api-2.0', { bearers: [token], headers: { Origin: TRUSTED } })
    class Created {
      statusCode = 201
      get body() {
        return 'made'
      }
    }
    expect(await invoke(event, () => new Created())).toMatchObject({ statusCode: 201, headers: CORS })
    const handler = middy()
      .before(() => {
        throw new NotFoundError()
      })
      .use(requireSession(options))
      .handler(ok)
    expect(await handler(event as never, {} as never)).toMatchObject({ statusCode: 404, headers: CORS })
  })

  test('adds nothing without trusted origins, or with cors: false', async () => {
    for (const more of [{ trustedOrigins: [] }, { cors: false }]) {
      const { invoke, token } = await open(more)
      const event = (sent: object) => eventOf('http-api-2.0', { headers: { Origin: TRUSTED }, ...sent })
      expect((await invoke(event({ bearers: [token] }))).headers).toEqual({ 'x-own': '1' })
      expect(await invoke(event({ bearers: [token] }), () => ({ statusCode: 204 }))).toEqual({
        statusCode: 204,
        headers: {},
      })
      expect(await invoke(event({ bearers: [token] }), () => 'text')).toMatchObject({ 0: 't' })
      expect(await invoke(eventOf('http-api-2.0', preflight(TRUSTED)))).toMatchObject({
        statusCode: more.cors === false ? 401 : 204,
      })
    }
  })

  test.each([{ cors: 'yes' }, { allowedHeaders: 'X-Own' }, { allowedHeaders: ['*'] }, { allowedHeaders: ['a b'] }])(
    'refuses the invalid option %o when the middleware is created',
    (options) => {
      expect(() => requireSession(options as never)).toThrow(TypeError)
    },
  )
})
