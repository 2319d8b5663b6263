import { describe, expect, test } from 'vitest'
import { CrossOriginError } from '../../lib/errors.ts'
import { corsHeaders, preflightHeaders } from '../../lib/http/cors.ts'
import { readRequest } from '../../lib/http/request.ts'
import { assertSameOrigin, isSameOrigin } from '../../lib/http/same-origin.ts'

const OWN = 'https://app.example.com'
const TRUSTED = 'https://other.example.com'
const policy = {
  origin: OWN,
  trustedOrigins: [TRUSTED, 'https://*.preview.example.com', 'capacitor://localhost'],
}
const from = (headers: Record<string, string>, httpMethod = 'POST') => readRequest({ headers, httpMethod })

describe('whether a request is same-origin or trusted', () => {
  test.each([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'none' }, true],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': '' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: TRUSTED }, true],
    [{ 'sec-fetch-site': 'cross-site', origin: OWN }, false], // Sec-Fetch-Site takes precedence
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, false],
    [{ origin: OWN }, true],
    [{ origin: TRUSTED }, true],
    [{ origin: `${OWN}.evil.example` }, false],
    [{ origin: 'null' }, false],
    [{ referer: `${OWN}/` }, false],
    [{}, false],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://pr-7.preview.example.com' }, true],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://a.b.preview.example.com' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: 'capacitor://localhost' }, true],
    [{ 'sec-fetch-site': 'cross-site', origin: 'ionic://localhost' }, false],
  ])('is decided by %j: %s', (headers, ours) => {
    expect(isSameOrigin(from(headers), policy)).toBe(ours)
  })
})

test.each([
  ['GET', true],
  ['HEAD', true],
  ['OPTIONS', true],
  ['POST', false],
  ['PUT', false],
  ['PATCH', false],
  ['DELETE', false],
  ['TRACE', false],
  ['', false],
])('a cross-origin %s passes: %s', (method, passes) => {
  const assert = () => assertSameOrigin(from({ origin: 'https://evil.example' }, method), policy)
  if (passes) assert()
  else expect(assert).toThrow(CrossOriginError)
  assertSameOrigin(from({ origin: OWN }, method), policy)
})

describe('a response may be read', () => {
  test('by a trusted origin, which the header names', () => {
    expect(corsHeaders(from({ origin: TRUSTED }), policy)).toEqual({
      vary: 'Origin, Sec-Fetch-Site',
      'access-control-allow-origin': TRUSTED,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'Retry-After, WWW-Authenticate',
    })
    expect(preflightHeaders(from({ origin: TRUSTED }), policy, ['GET', 'PUT'])).toEqual({
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers':
        'Authorization, Content-Type, Cache-Control, X-Requested-With, traceparent, tracestate, baggage, sentry-trace',
      'access-control-max-age': '600',
    })
  })

  test.each([{}, { origin: 'https://evil.example' }, { origin: OWN }, { origin: '' }])(
    'by no other origin: %j',
    (headers) => {
      expect(corsHeaders(from(headers), policy)).toEqual({ vary: 'Origin, Sec-Fetch-Site' })
      expect(preflightHeaders(from(headers), policy, ['GET'])).toEqual({})
    },
  )
})
