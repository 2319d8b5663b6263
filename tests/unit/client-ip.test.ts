import { describe, expect, test } from 'vitest'
import { clientIp } from '../../lib/http/client-ip.ts'
import { readRequest } from '../../lib/http/request.ts'
import { Secret } from '../../lib/secret.ts'
import { httpApiEvent, restApiEvent, type TestRequest } from '../../testing/index.ts'
import { SOURCE_IP } from '../../testing/request.ts'

const SECRET = 'a secret between the proxy and Coatcheck'
const GIVEN = '198.51.100.10'

const proxyWith = (header: string) => ({ header, secret: new Secret(SECRET) })
const from = (headers: TestRequest['headers'] = {}, proxy = proxyWith('x-client-ip')) =>
  clientIp(readRequest(httpApiEvent({ headers })), proxy)
const proven = (value: string | string[], header = 'x-client-ip') =>
  from({ 'x-origin-verify': SECRET, [header]: value }, proxyWith(header))

describe('the source of a request', () => {
  test('is the address that API Gateway has seen, independent of client headers [TH-08]', () => {
    const headers = {
      'x-forwarded-for': GIVEN,
      forwarded: `for=${GIVEN}`,
      'x-real-ip': GIVEN,
      'x-client-ip': GIVEN,
      'cloudfront-viewer-address': `${GIVEN}:1`,
      'x-origin-verify': 'a guess',
    }
    for (const event of [httpApiEvent({ headers }), restApiEvent({ headers })])
      for (const proxy of [undefined, ...Object.keys(headers).map(proxyWith)])
        expect(clientIp(readRequest(event), proxy)).toBe(SOURCE_IP)
  })

  test('is the address in the header of a proxy with the secret', () => {
    expect(proven(GIVEN)).toBe(GIVEN)
    expect(proven('2001:db8::1')).toBe('2001:db8::1')
    expect(from({ 'X-Origin-Verify': SECRET, 'X-Client-IP': GIVEN })).toBe(GIVEN)
  })

  test.each([[''], ['a guess'], [`${SECRET} `.repeat(2)], [SECRET.slice(1)], [SECRET.toUpperCase()]])(
    'is not taken from a proxy without the secret: %j',
    (secret) => {
      expect(from({ 'x-origin-verify': secret, 'x-client-ip': GIVEN })).toBe(SOURCE_IP)
      expect(from({ 'x-client-ip': GIVEN })).toBe(SOURCE_IP)
    },
  )

  test('is not taken from the header if the secret is sent with another value', () => {
    expect(from({ 'x-origin-verify': [SECRET, 'a guess'], 'x-client-ip': GIVEN })).toBe(SOURCE_IP)
  })

  test('is the last address of a list', () => {
    expect(proven(`198.51.100.1, 198.51.100.2,${GIVEN}`)).toBe(GIVEN)
    expect(proven(['198.51.100.1', GIVEN])).toBe(GIVEN)
    expect(proven(`${GIVEN}, unknown`)).toBe(SOURCE_IP)
  })

  test.each([
    ['198.51.100.10:5678', '198.51.100.10'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1:443', '2001:db8::1:443'],
    ['::ffff:198.51.100.10', '::ffff:198.51.100.10'],
  ])('has its port removed: %s', (value, ip) => {
    expect(proven(value)).toBe(ip)
  })

  test.each([
    ['198.51.100.10:46532', '198.51.100.10'],
    ['2001:db8::1:46532', '2001:db8::1'],
    ['2001:db8:::46532', '2001:db8::'],
    ['2001:db8:1:2:3:4:5:6:80', '2001:db8:1:2:3:4:5:6'],
    ['::ffff:198.51.100.10:80', '::ffff:198.51.100.10'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['198.51.100.10', '198.51.100.10'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6'],
  ])('has its port removed from CloudFront’s header, which has no brackets: %s', (value, ip) => {
    expect(proven(value, 'cloudfront-viewer-address')).toBe(ip)
  })

  test.each([
    '',
    ' ',
    'unknown',
    'for=192.0.2.1',
    '192.0.2',
    '192.0.2.256:80',
    '[192.0.2.1]:80',
    '[]:80',
    ':80',
    '::1:x',
  ])('is API Gateway’s if the value is no address: %j', (value) => {
    for (const header of ['x-client-ip', 'cloudfront-viewer-address']) expect(proven(value, header)).toBe(SOURCE_IP)
  })
})

describe('the header of a proxy', () => {
  test('is trimmed, and ignored if absent', () => {
    expect(proven(`198.51.100.1 ,  ${GIVEN} `)).toBe(GIVEN)
    expect(from({ 'x-origin-verify': SECRET })).toBe(SOURCE_IP)
  })

  test.each([
    'x[2001:db8::1]',
    '[2001:db8::1]x',
    `x${GIVEN}:1`,
    `${GIVEN}:1x`,
    `${GIVEN}:123456`,
    `[${GIVEN}]`,
    '[]',
    ':1',
  ])('must have only an address: %j', (value) => {
    for (const header of ['x-client-ip', 'cloudfront-viewer-address']) expect(proven(value, header)).toBe(SOURCE_IP)
  })
})
