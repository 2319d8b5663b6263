import middy7 from '@middy/core'
import httpCors from '@middy/http-cors'
import httpErrorHandler from '@middy/http-error-handler'
import middy6 from 'middy-6'
import { describe, expect, test } from 'vitest'
import { UnavailableError } from '../../lib/errors.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import { systemClock } from '../../lib/system.ts'
import type { MiddyRequest } from '../../middleware/middy.ts'
import { requireSession } from '../../middleware/require-session.ts'
import { eventOf } from '../support/event-sources.ts'
import { createParts, down, scopes } from '../support/parts.ts'

// Every order of the guard and middlewares that answer errors they do not know, in both versions of Middy.

const TRUSTED = 'https://app.example.com'
const VERSIONS: [string, typeof middy7][] = [
  ['Middy 7', middy7],
  ['Middy 6', middy6 as unknown as typeof middy7],
]

type Response = { statusCode: number; headers: Record<string, string>; body: string; cookies?: string[] }
type Error500 = (request: MiddyRequest) => unknown

/** Error handlers that answer every error, each in another way. */
const OTHERS: [name: string, () => object[]][] = [
  ['httpErrorHandler', () => [httpErrorHandler({ logger: false })]],
  [
    'httpErrorHandler with a fallback',
    () => [httpErrorHandler({ logger: false, fallbackMessage: '{"message":"no"}' })],
  ],
  [
    'an onError that replaces the response',
    () => [
      onError((request) => {
        request.response = { statusCode: 500 }
      }),
    ],
  ],
  ['an onError that returns a response', () => [onError(() => ({ statusCode: 500, headers: { 'X-Other': '1' } }))]],
  [
    'an onError that replaces the error',
    () => [
      onError((request) => {
        request.error = new TypeError('other')
      }),
      httpErrorHandler({ logger: false }),
    ],
  ],
  [
    'an onError that changes the response',
    () => [
      onError((request) => {
        request.response ??= {}
        Object.assign(request.response as object, {
          statusCode: 400,
          body: 'bad',
          headers: { 'Content-Type': 'text/x' },
        })
      }),
    ],
  ],
]
const onError = (hook: Error500) => ({ onError: hook })

async function open() {
  const parts = createParts()
  parts.time.now = systemClock()
  const { token } = await parts.session(await parts.user(), { scopes: scopes('a') })
  const options = {
    sessions: parts.sessions,
    log: () => {},
    origin: 'https://api.example.com',
    trustedOrigins: [TRUSTED],
    cookieName: '__Host-session',
  } as const
  return { parts, options, token: token.reveal() }
}

async function invoke(middy: typeof middy7, chain: object[], event: HttpEvent, answer: () => unknown) {
  const handler = middy()
  handler.use(chain as never)
  return (await handler.handler(async () => answer())(event as never, { awsRequestId: 'id' } as never)) as Response
}

const sent = (headers: Record<string, string>, bearers: string[] = []) => eventOf('http-api-2.0', { bearers, headers })

describe.each(VERSIONS)('with %s', (_, middy) => {
  test.each(OTHERS)('a refusal keeps status, body and headers before and after %s', async (_name, others) => {
    const { parts, options, token } = await open()
    const cases: [HttpEvent, object, () => unknown, number, string][] = [
      [sent({}), {}, () => 'never', 401, 'unauthenticated'],
      [sent({}, [token]), { scopes: ['b'] }, () => 'never', 403, 'insufficient_scope'],
      [sent({}, [token]), { sessions: { ...parts.sessions, check: down } }, () => 'never', 503, 'unavailable'],
      // an error of the handler's own call to Coatcheck
      [sent({}, [token]), {}, () => Promise.reject(new UnavailableError('down')), 503, 'unavailable'],
    ]
    for (const [event, more, answer, status, code] of cases) {
      const guard = () => requireSession({ ...options, ...more })
      for (const chain of [
        [guard(), ...others()],
        [...others(), guard()],
      ]) {
        const { statusCode, headers, body } = await invoke(middy, chain, event, answer)
        expect([statusCode, JSON.parse(body).code]).toEqual([status, code])
        expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
        expect('www-authenticate' in headers).toBe(status !== 503)
        expect(headers['retry-after']).toBe(status === 503 ? '1' : undefined)
        expect(Object.keys(headers).map((name) => name.toLowerCase())).toHaveLength(
          new Set(Object.keys(headers).map((name) => name.toLowerCase())).size,
        )
      }
    }
  })

  test('headers and cookies that other middlewares add to a refusal stay, in any order', async () => {
    const { options } = await open()
    const adding = (): object[] => [
      onError((request) => {
        const response = request.response as Response
        response.headers = { ...response.headers, 'x-other': '1', vary: 'Accept', 'Content-Type': 'text/plain' }
        response.cookies = ['theme=dark']
      }),
    ]
    for (const chain of [
      [requireSession(options), ...adding()],
      [...adding(), requireSession(options)],
    ]) {
      const response = await invoke(middy, chain, sent({ Origin: TRUSTED }), () => 'never')
      expect(response).toMatchObject({ statusCode: 401, cookies: ['theme=dark'] })
      expect(response.headers).toMatchObject({
        'x-other': '1',
        'content-type': 'application/problem+json',
        vary: 'Accept, Origin, Sec-Fetch-Site',
        'access-control-allow-origin': TRUSTED,
      })
    }
  })

  test('http-cors before or after adds its headers for other origins, and never for a trusted one', async () => {
    const { options, token } = await open()
    const cors = () => httpCors({ origins: ['https://other.example'], exposeHeaders: 'X-Other' })
    for (const chain of [
      [requireSession(options), cors()],
      [cors(), requireSession(options)],
    ])
      for (const bearers of [[], [token]]) {
        const answered = async (origin: string) =>
          (await invoke(middy, chain, sent({ Origin: origin }, bearers), () => ({ statusCode: 200, body: 'x' })))
            .headers
        const names = (headers: object) => Object.keys(headers).filter((name) => /^access-control/i.test(name))
        const other = await answered('https://other.example')
        expect(other['Access-Control-Allow-Origin']).toBe('https://other.example')
        expect(other).not.toHaveProperty('access-control-allow-credentials')
        const ours = await answered(TRUSTED)
        expect(
          names(ours)
            .map((name) => name.toLowerCase())
            .sort(),
        ).toEqual(['access-control-allow-credentials', 'access-control-allow-origin', 'access-control-expose-headers'])
        expect(ours['access-control-allow-origin']).toBe(TRUSTED)
        expect(ours['access-control-expose-headers']?.split(', ').sort()).toEqual([
          ...['Retry-After', 'WWW-Authenticate', 'X-Other'],
        ])
        // Middy 6's http-cors goes on with credentials that it has seen in a response.
        expect(names(await answered('https://evil.example')).sort()).toEqual(['Access-Control-Expose-Headers'])
      }
  })

  test('a refusal of a HEAD request has no body', async () => {
    const { options } = await open()
    const event = eventOf('http-api-2.0', { method: 'HEAD' })
    const response = await invoke(middy, [requireSession(options), httpErrorHandler()], event, () => 'never')
    expect(response).toMatchObject({ statusCode: 401, body: '' })
  })

  test('an error of another library is left to other middlewares', async () => {
    const { options, token } = await open()
    const chain = [requireSession(options), httpErrorHandler({ logger: false, fallbackMessage: 'no' })]
    const failing = () => Promise.reject(new Error('a bug'))
    expect(await invoke(middy, chain, sent({}, [token]), failing)).toMatchObject({ statusCode: 500 })
    await expect(invoke(middy, [requireSession(options)], sent({}, [token]), failing)).rejects.toThrow('a bug')
  })
})
