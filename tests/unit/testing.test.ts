import { readFileSync } from 'node:fs'
import middy from '@middy/core'
import { createAuthorizer } from 'coatcheck/authorizer'
import { type RequireSessionOptions, requireSession } from 'coatcheck/middleware'
import {
  albEvent,
  fixedClock,
  functionUrlEvent,
  httpApiAuthorizerEvent,
  httpApiEvent,
  invoke,
  memorySessionStore,
  restApiAuthorizerEvent,
  restApiEvent,
  type TestRequest,
  testCoatcheck,
  tokenAuthorizerEvent,
  webSocketAuthorizerEvent,
  webSocketEvent,
} from 'coatcheck/testing'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { readRequest } from '../../lib/http/request.ts'
import { NOW, sampleRow } from '../support/samples.ts'

// `coatcheck/testing`, as its users import it.

const coatcheck = testCoatcheck()
const handlerWith = (options: RequireSessionOptions) =>
  middy()
    .use(requireSession({ sessions: coatcheck.sessions, ...options }))
    .handler(async (_event, { session }) => ({ statusCode: 200, body: session.userId }))

describe('testCoatcheck', () => {
  test('signs in a user, and a handler admits the session until it is revoked', async () => {
    const handler = handlerWith({ scopes: ['notes:read'] })
    const { headers, session } = await coatcheck.signIn({ scopes: ['notes:read'] })
    const event = httpApiEvent({ path: '/notes', headers })
    expect(await invoke(handler, event)).toMatchObject({ statusCode: 200, body: session.userId })
    await coatcheck.sessions.revoke(session.userId, session.id)
    expect(await invoke(handler, event)).toMatchObject({ statusCode: 401 })
  })

  test('has a clock that expires sessions to the second and makes renewals due', async () => {
    const { clock, sessions, signIn } = testCoatcheck({ now: NOW, idleSeconds: 60, renewSeconds: 10 })
    const { token, session } = await signIn()
    expect(session).toMatchObject({ createdAt: NOW, expiresAt: NOW + 60 })
    clock.advance(59)
    expect(await sessions.check(token)).toBeDefined()
    expect(await sessions.renew(session)).toMatchObject({ expiresAt: NOW + 119 })
    clock.advance(60)
    expect(await sessions.check(token)).toBeUndefined()
  })

  test('has cookie headers of a same-origin page by default', async () => {
    const handler = handlerWith({})
    const { headers } = await coatcheck.signIn({ as: 'cookie' })
    const post = (more: Record<string, string>) =>
      invoke(handler, httpApiEvent({ method: 'POST', headers: { ...headers, ...more }, body: {} }))
    expect(await post({})).toMatchObject({ statusCode: 200 })
    expect(await post({ 'sec-fetch-site': 'cross-site' })).toMatchObject({ statusCode: 403 })
  })

  test('has the same authorizer context as createAuthorizer returns', async () => {
    const { headers, authorizer } = await coatcheck.signIn({ scopes: ['notes:read'] })
    const guard = createAuthorizer({ sessions: coatcheck.sessions })
    for (const make of [httpApiAuthorizerEvent, restApiAuthorizerEvent, tokenAuthorizerEvent, webSocketAuthorizerEvent])
      expect(await guard(make({ path: '/notes', headers }))).toMatchObject({ context: authorizer })
    const handler = handlerWith({ from: 'authorizer', scopes: ['notes:read'] })
    for (const make of [httpApiEvent, restApiEvent, webSocketEvent])
      expect(await invoke(handler, make({ authorizer }))).toMatchObject({ statusCode: 200 })
    expect(await invoke(handler, httpApiEvent({ headers }))).toMatchObject({ statusCode: 401 })
  })

  test('refuses a malformed user id or scope', async () => {
    await expect(coatcheck.signIn({ userId: 'ada' })).rejects.toThrow(/userId.*21 characters/)
    await expect(coatcheck.signIn({ scopes: ['two words'] })).rejects.toThrow(/scopes/)
  })

  test('has a clock that starts now by default', () => {
    const clock = fixedClock()
    expect(Math.abs(clock() - Date.now() / 1000)).toBeLessThan(60)
    expect(clock()).toBe(clock())
  })

  test('has stores that return copies', async () => {
    const store = memorySessionStore()
    const row = sampleRow()
    const soon = startDeadline()
    await store.create(row, soon)
    for (const held of [row, await store.get(row.userId, row.id, soon)]) held?.secretHash.fill(0)
    expect(await store.get(row.userId, row.id, soon)).toMatchObject({ secretHash: new Uint8Array(32).fill(7) })
  })
})

/** AWS's documented events; their values differ. */
function documented(name: string): object {
  return JSON.parse(readFileSync(`tests/fixtures/events/${name}.json`, 'utf8')).event
}

/** The field names of an event, without names of headers and parameters. */
function fields(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  if (/(headers|parameters|stageVariables)$/i.test(path)) return [path]
  return Object.entries(value).flatMap(([name, part]) => fields(part, `${path}.${name}`))
}

const notes = { path: '/notes' }
const EVENTS: [fixture: string, event: object][] = [
  ['http-api-2.0', httpApiEvent(notes)],
  ['function-url', functionUrlEvent(notes)],
  ['load-balancer', albEvent(notes)],
  ['load-balancer-multi-value', albEvent({ ...notes, multiValue: true })],
  ['websocket-message', webSocketEvent({ route: 'message', body: { action: 'message' } })],
  ['authorizer-http-api-2.0', httpApiAuthorizerEvent(notes)],
  ['authorizer-rest-token', tokenAuthorizerEvent(notes)],
  ['authorizer-websocket', webSocketAuthorizerEvent()],
]

describe('event builders', () => {
  test.each(EVENTS)('for %s have the fields that AWS documents', (fixture, event) => {
    expect(fields(JSON.parse(JSON.stringify(event))).sort()).toEqual(fields(documented(fixture)).sort())
  })

  test.each([
    ['rest-api', restApiEvent(notes)],
    ['authorizer-rest-request', restApiAuthorizerEvent(notes)],
  ])('for %s have them too, and the caller’s API key and certificate', (fixture, event) => {
    const more = ['apiKey', 'apiKeyId', 'clientCert'].map((name) => `.requestContext.identity.${name}`)
    expect(fields(JSON.parse(JSON.stringify(event))).sort()).toEqual([...fields(documented(fixture)), ...more].sort())
  })

  const sent: TestRequest = {
    method: 'put',
    path: '/notes/7?tag=a%20b&tag=c',
    headers: { 'User-Agent': 'mine', 'X-Two': ['1', '2'], cookie: 'a=1; b=2' },
    cookies: ['c=3'],
    body: { text: 'hello' },
  }
  test.each([
    ['HTTP API', httpApiEvent(sent)],
    ['Function URL', functionUrlEvent(sent)],
    ['REST API', restApiEvent(sent)],
    ['load balancer with multi-value headers', albEvent({ ...sent, multiValue: true })],
  ])('for %s represent the same request', (_, event) => {
    const { method, path, header, cookies, ip, userAgent } = readRequest(event)
    expect({ method, path, ip, userAgent, cookies: cookies.map((pair) => pair.trim()) }).toEqual({
      method: 'PUT',
      path: '/notes/7',
      ip: '192.0.2.1',
      userAgent: 'mine',
      cookies: ['a=1', 'b=2', 'c=3'],
    })
    expect([header('user-agent'), header('x-two'), header('content-type')]).toEqual(['mine', '1,2', 'application/json'])
    expect(event.body).toBe('{"text":"hello"}')
  })

  test('have query parameters as their event source does', () => {
    expect(httpApiEvent(sent)).toMatchObject({
      rawQueryString: 'tag=a%20b&tag=c',
      queryStringParameters: { tag: 'a b,c' },
      routeKey: 'PUT /notes/7',
    })
    expect(restApiEvent({ ...sent, pathParameters: { id: '7' } })).toMatchObject({
      queryStringParameters: { tag: 'c' },
      multiValueQueryStringParameters: { tag: ['a b', 'c'] },
      pathParameters: { id: '7' },
    })
    expect(albEvent(sent)).toMatchObject({ queryStringParameters: { tag: 'c' } })
    expect(albEvent({ ...sent, multiValue: true })).toMatchObject({
      multiValueQueryStringParameters: { tag: ['a%20b', 'c'] },
    })
  })

  test('have headers for $connect and none for messages', async () => {
    const { headers, authorizer } = await coatcheck.signIn()
    const connect = webSocketEvent({ headers })
    expect(readRequest(connect).header('authorization')).toBe(headers.authorization)
    expect(connect.requestContext.eventType).toBe('CONNECT')
    const message = webSocketEvent({ route: 'send', headers, authorizer, body: 'hello' })
    expect(message).not.toHaveProperty('headers')
    expect(message.requestContext).toMatchObject({ eventType: 'MESSAGE', routeKey: 'send', authorizer })
  })
})
