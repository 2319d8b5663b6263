import { describe, expect, test } from 'vitest'
import type { HttpEvent } from '../../lib/http/event.ts'
import { readRequest } from '../../lib/http/request.ts'

const read = (event: object | null | undefined) => readRequest(event as HttpEvent)

describe('a request', () => {
  test.each([undefined, null, {}])('read from the event %j is empty and has an unsafe method', (event) => {
    const { header, method, path, cookies, query, ip, userAgent } = read(event)
    expect([method, path, cookies, query, ip, userAgent]).toEqual(['POST', '/', [], {}, '', ''])
    expect(header('cookie')).toBeUndefined()
  })

  test('has its method in upper case, and POST for a WebSocket', () => {
    expect(read({ requestContext: { http: { method: 'get' } }, httpMethod: 'PUT' }).method).toBe('GET')
    expect(read({ httpMethod: 'put' }).method).toBe('PUT')
    expect(read({ httpMethod: 7 }).method).toBe('POST')
    expect(read({ httpMethod: 'GET', requestContext: { connectionId: 'x' } }).method).toBe('POST')
  })

  test('has the raw path if the event has both', () => {
    expect(read({ rawPath: '/a%20b', path: '/a b' }).path).toBe('/a%20b')
    expect(read({ path: '/a b' }).path).toBe('/a b')
  })

  test('has case-insensitive headers, repeated ones joined', () => {
    const { header } = read({ headers: { 'X-A': '1', 'x-a': '2', 'X-B': 3, 'X-C': undefined } })
    expect([header('x-a'), header('x-b'), header('x-c')]).toEqual(['1,2', undefined, undefined])
  })

  test('has the multi-value headers if the event has both', () => {
    const { header } = read({
      headers: { A: 'last', b: 'alone' },
      multiValueHeaders: { a: ['first'], A: ['last', 5], c: 'no list' },
    })
    expect([header('a'), header('b'), header('c')]).toEqual(['first,last', 'alone', undefined])
  })

  test('has authorizationToken as Authorization only for a TOKEN authorizer', () => {
    const given = { authorizationToken: 'Bearer x', headers: { authorization: 'Bearer y' } }
    expect(read({ type: 'TOKEN', ...given }).header('authorization')).toBe('Bearer x')
    expect(read({ type: 'TOKEN', ...given }).header('cookie')).toBeUndefined()
    expect(read({ type: 'REQUEST', ...given }).header('authorization')).toBe('Bearer y')
    expect(read({ type: 'TOKEN', authorizationToken: 7 }).header('authorization')).toBeUndefined()
  })

  test('has its cookies split, from the list or the header', () => {
    expect(read({ headers: { Cookie: 'a=1; b=2;; ' } }).cookies).toEqual(['a=1', ' b=2'])
    expect(read({ cookies: ['a=1', 'b=2'], headers: { cookie: 'c=3' } }).cookies).toEqual(['a=1', 'b=2'])
    expect(read({ cookies: [], headers: { cookie: 'c=3' } }).cookies).toEqual(['c=3'])
    expect(read({ cookies: 'a=1', headers: { cookie: 'c=3' } }).cookies).toEqual(['c=3'])
    expect(read({ cookies: ['a=1', 7, null] }).cookies).toEqual(['a=1'])
    expect(read({ multiValueHeaders: { cookie: ['a=1', 'b=2; c=3'] } }).cookies).toEqual(['a=1', 'b=2', ' c=3'])
  })

  test('has the address that its event source has seen, for a load balancer the last in X-Forwarded-For', () => {
    const forwarded = { 'X-Forwarded-For': '203.0.113.1, 192.0.2.7' }
    const from = (requestContext: object) => read({ headers: forwarded, requestContext }).ip
    expect(from({ http: { sourceIp: '198.51.100.1' }, identity: { sourceIp: 'x' } })).toBe('198.51.100.1')
    expect(from({ identity: { sourceIp: '198.51.100.2' } })).toBe('198.51.100.2')
    expect(from({ elb: {} })).toBe('192.0.2.7')
    expect(from({})).toBe('') // the client wrote the header
    expect(read({ requestContext: { elb: {} } }).ip).toBe('')
  })

  test('has at most 256 characters of its user agent, well-formed', () => {
    const agent = (userAgent: string) => read({ requestContext: { http: { userAgent } } }).userAgent
    expect(agent('x'.repeat(300))).toBe('x'.repeat(256))
    expect(agent(`${'x'.repeat(255)}😀`)).toBe(`${'x'.repeat(255)}\ufffd`)
    expect(read({ headers: { 'User-Agent': 'curl' } }).userAgent).toBe('curl')
  })

  test('has a user agent without invisible characters and direction marks, line breaks included', () => {
    const agent = (userAgent: string) => read({ requestContext: { http: { userAgent } } }).userAgent
    expect(agent('a\u202eb\u200b\u2066c\u0000\n\u2028d\u00ad é 😀\u200d')).toBe('abcd é 😀\u200d')
    expect(agent(`${'\u200b'.repeat(300)}x`)).toBe('x')
  })

  test('has repeated query parameters joined, from multi-value fields if the event has both', () => {
    const multiValueQueryStringParameters = { a: ['1', '2'], c: 'no list', d: ['3', 4] }
    const query = (event: object) => read({ ...event, multiValueQueryStringParameters }).query
    expect(query({ queryStringParameters: { a: '2', b: '5' } })).toEqual({ a: '1,2', b: '5', d: '3' })
    expect(query({})).toEqual({ a: '1,2', d: '3' })
  })

  test('of a load balancer has its query parameters decoded, and U+FFFD for bytes that are not UTF-8', () => {
    const queryStringParameters = { email: 'a%40b', 'n%20m': 'x+y=z', bad: '%ff', half: '%' }
    const decoded = { email: 'a@b', 'n m': 'x y=z', bad: '\ufffd', half: '%' }
    expect(read({ queryStringParameters, requestContext: { elb: {} } }).query).toEqual(decoded)
    expect(read({ queryStringParameters, requestContext: {} }).query).toEqual(queryStringParameters)
    const multiValueQueryStringParameters = { keep: ['current', 'current%2C'] }
    expect(read({ multiValueQueryStringParameters, requestContext: { elb: {} } }).query).toEqual({
      keep: 'current,current,',
    })
  })

  test('has the query parameters that are strings', () => {
    expect(read({ queryStringParameters: { a: '1' } }).query).toEqual({ a: '1' })
    expect(read({ queryStringParameters: { a: '1', b: 2, c: undefined } }).query).toStrictEqual({ a: '1' })
    expect(read({ queryStringParameters: null }).query).toEqual({})
  })
})
