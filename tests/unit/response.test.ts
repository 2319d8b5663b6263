import { describe, expect, test } from 'vitest'
import { answerHeaders } from '../../functions/http/answer-headers.ts'
import { cookieValues, expiredCookies, sessionCookies } from '../../lib/http/cookie.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import { sessionJson, sessionsJson, userJson } from '../../lib/http/representation.ts'
import { shapeResponse } from '../../lib/http/response.ts'
import { Secret } from '../../lib/secret.ts'
import type { MiddyRequest } from '../../middleware/middy.ts'
import { scopes } from '../support/parts.ts'
import { NOW, sampleRow, sampleUser } from '../support/samples.ts'

describe('a response', () => {
  const answer = { statusCode: 401, headers: { a: '1' }, cookies: ['c=1', 'd=2'], body: 'x' }
  const bare = { statusCode: 299, headers: {} }

  test('to an HTTP API or Function URL is unchanged', () => {
    expect(shapeResponse({ requestContext: { http: {} } }, answer)).toEqual(answer)
  })

  test('to a REST API has its cookies in multi-value headers', () => {
    const shaped = { statusCode: 401, headers: { a: '1' }, body: 'x', isBase64Encoded: false }
    expect(shapeResponse({}, answer)).toEqual({ ...shaped, multiValueHeaders: { 'set-cookie': ['c=1', 'd=2'] } })
    expect(shapeResponse({ requestContext: {} }, bare)).toEqual({
      ...bare,
      multiValueHeaders: {},
      body: '',
      isBase64Encoded: false,
    })
  })

  test('to a load balancer has a status description, and single or multi-value headers as in the event', () => {
    const shaped = { statusCode: 401, statusDescription: '401 Unauthorized', body: 'x', isBase64Encoded: false }
    const event = { requestContext: { elb: {} } }
    expect(shapeResponse(event, answer)).toEqual({ ...shaped, headers: { a: '1', 'set-cookie': 'd=2' } })
    expect(shapeResponse({ ...event, multiValueHeaders: {} }, answer)).toEqual({
      ...shaped,
      multiValueHeaders: { a: ['1'], 'set-cookie': ['c=1', 'd=2'] },
    })
    const said = { statusCode: 299, statusDescription: '299', isBase64Encoded: false, body: '' }
    expect(shapeResponse(event, bare)).toStrictEqual({ ...said, headers: {} })
    expect(shapeResponse({ ...event, multiValueHeaders: {} }, bare)).toMatchObject({ multiValueHeaders: {} })
  })
})

describe('the session cookie', () => {
  const cookie = { name: '__Host-session', sameSite: 'strict' } as const
  const attributes = 'Path=/; HttpOnly; Secure; SameSite=Strict'
  const partitioned = '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; Partitioned; SameSite=Strict'

  test('lasts until the absolute timeout, with Max-Age at least 0', () => {
    const set = (endsAt: number) => sessionCookies(cookie, new Secret('t'), endsAt, NOW)
    expect(set(NOW + 60)).toEqual([partitioned, `__Host-session=t; Max-Age=60; ${attributes}`])
    expect(set(NOW - 60)).toEqual([partitioned, `__Host-session=t; Max-Age=0; ${attributes}`])
  })

  test('is deleted with the same name and attributes, and before it a partitioned cookie of the name', () => {
    expect(expiredCookies(cookie)).toEqual([partitioned, `__Host-session=; Max-Age=0; ${attributes}`])
  })

  test('is found by its exact name, with every value undecoded', () => {
    const pairs = ['a=1', ' __Host-session=x%20y', '__host-session=z', '__Host-session=w', '__Host-session2=v']
    expect(cookieValues(pairs, '__Host-session')).toEqual(['x%20y', 'w'])
    expect(cookieValues([], '__Host-session')).toEqual([])
  })
})

describe('the JSON representation', () => {
  const TIME = '2027-01-15T08:00:00Z'

  test('of a session has no credential, and times in UTC', () => {
    const row = sampleRow({ label: 'laptop', narrowed: true })
    const { id, userId, ip, userAgent } = row
    const shown = {
      ...{ id, userId, scopes: ['account'], label: 'laptop', factors: ['password'], assurance: 1, ip, userAgent },
      ...{ createdAt: TIME, authenticatedAt: TIME, lastSeenAt: TIME },
      expiresAt: '2027-01-22T08:00:00Z',
      endsAt: '2027-02-14T08:00:00Z',
    }
    expect(sessionJson(row)).toEqual(shown)
    expect(sessionJson(sampleRow())).not.toHaveProperty('label')
    const other = sampleRow()
    expect(sessionsJson([row, other], id)).toEqual([{ ...shown, current: true }, sessionJson(other)])
  })

  test('of a user has no internal attribute', () => {
    const user = sampleUser({ name: 'Someone', scopes: scopes('a'), epoch: 3, sweepPending: true })
    const { id, email } = user
    const shown = { id, email, emailVerified: false, name: 'Someone', scopes: ['a'], status: 'active', createdAt: TIME }
    expect(userJson(user)).toEqual(shown)
    expect(userJson(sampleUser())).not.toHaveProperty('name')
  })
})

describe('the headers of every response', () => {
  const SECURITY = {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
  const add = (
    https: boolean,
    headers: Record<string, string>,
    response: object,
    hook: 'after' | 'onError' = 'after',
  ) => {
    const request = { event: { headers }, response } as unknown as MiddyRequest<HttpEvent>
    const policy = { origin: 'https://a.example', trustedOrigins: ['https://b.example'] }
    answerHeaders({ https, ...policy })[hook]?.(request as never)
    return (request.response as { headers: object }).headers
  }

  test('have HSTS only over HTTPS, and the response’s own headers take precedence', () => {
    const vary = 'Origin, Sec-Fetch-Site'
    for (const hook of ['after', 'onError'] as const)
      expect(add(false, {}, { headers: { 'cache-control': 'public', b: '2' } }, hook)).toEqual({
        ...SECURITY,
        vary,
        'cache-control': 'public',
        b: '2',
      })
    expect(add(true, {}, {})).toEqual({
      ...SECURITY,
      vary,
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
    })
  })

  test('let a trusted origin read the response', () => {
    const headers = add(true, { origin: 'https://b.example' }, {})
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'https://b.example' })
    expect(add(true, { origin: 'https://a.example' }, {})).not.toHaveProperty('access-control-allow-origin')
  })
})
