import { describe, expect, test } from 'vitest'
import type { HttpEvent } from '../../lib/http/event.ts'
import { readRequest } from '../../lib/http/request.ts'

const read = (event: object | null | undefined) => readRequest(event as HttpEvent)

describe('a request', () => {
  test.each([undefined, null, {}])('of the event %j is one without anything, of a method that acts', (event) => {
    const { header, method, path, cookies, query, ip, userAgent } = read(event)
    expect([method, path, cookies, query, ip, userAgent]).toEqual(['POST', '/', [], {}, '', ''])
    expect(header('cookie')).toBeUndefined()
  })

  test('has its method in capitals; a socket acts whatever it says', () => {
    expect(read({ requestContext: { http: { method: 'get' } }, httpMethod: 'PUT' }).method).toBe('GET')
    expect(read({ httpMethod: 'put' }).method).toBe('PUT')
    expect(read({ httpMethod: 7 }).method).toBe('POST')
    expect(read({ httpMethod: 'GET', requestContext: { connectionId: 'x' } }).method).toBe('POST')
  })

  test('has the path that is not decoded, where there are two', () => {
    expect(read({ rawPath: '/a%20b', path: '/a b' }).path).toBe('/a%20b')
    expect(read({ path: '/a b' }).path).toBe('/a b')
  })

  test('has its headers by any capitals, those sent twice joined', () => {
    const { header } = read({ headers: { 'X-A': '1', 'x-a': '2', 'X-B': 3, 'X-C': undefined } })
    expect([header('x-a'), header('x-b'), header('x-c')]).toEqual(['1,2', undefined, undefined])
  })

  test('of two lists of headers believes the one that says all values', () => {
    const { header } = read({
      headers: { A: 'last', b: 'alone' },
      multiValueHeaders: { a: ['first'], A: ['last', 5], c: 'no list' },
    })
    expect([header('a'), header('b'), header('c')]).toEqual(['first,last', 'alone', undefined])
  })

  test('of a TOKEN authorizer has the token it was given, and no other event has', () => {
    const given = { authorizationToken: 'Bearer x', headers: { authorization: 'Bearer y' } }
    expect(read({ type: 'TOKEN', ...given }).header('authorization')).toBe('Bearer x')
    expect(read({ type: 'TOKEN', ...given }).header('cookie')).toBeUndefined()
    expect(read({ type: 'REQUEST', ...given }).header('authorization')).toBe('Bearer y')
    expect(read({ type: 'TOKEN', authorizationToken: 7 }).header('authorization')).toBeUndefined()
  })

  test('has its cookies one by one, from the list or from the header', () => {
    expect(read({ headers: { Cookie: 'a=1; b=2;; ' } }).cookies).toEqual(['a=1', ' b=2'])
    expect(read({ cookies: ['a=1', 'b=2'], headers: { cookie: 'c=3' } }).cookies).toEqual(['a=1', 'b=2'])
    expect(read({ cookies: [], headers: { cookie: 'c=3' } }).cookies).toEqual(['c=3'])
    expect(read({ cookies: 'a=1', headers: { cookie: 'c=3' } }).cookies).toEqual(['c=3'])
    expect(read({ cookies: ['a=1', 7, null] }).cookies).toEqual(['a=1'])
    expect(read({ multiValueHeaders: { cookie: ['a=1', 'b=2; c=3'] } }).cookies).toEqual(['a=1', 'b=2', ' c=3'])
  })

  test('comes from whom its event source has seen, a load balancer’s from the last of those it names', () => {
    const forwarded = { 'X-Forwarded-For': '203.0.113.1, 192.0.2.7' }
    const from = (requestContext: object) => read({ headers: forwarded, requestContext }).ip
    expect(from({ http: { sourceIp: '198.51.100.1' }, identity: { sourceIp: 'x' } })).toBe('198.51.100.1')
    expect(from({ identity: { sourceIp: '198.51.100.2' } })).toBe('198.51.100.2')
    expect(from({ elb: {} })).toBe('192.0.2.7')
    expect(from({})).toBe('') // the client’s own word
    expect(read({ requestContext: { elb: {} } }).ip).toBe('')
  })

  test('has 256 characters of its user agent, and none of them half', () => {
    const agent = (userAgent: string) => read({ requestContext: { http: { userAgent } } }).userAgent
    expect(agent('x'.repeat(300))).toBe('x'.repeat(256))
    expect(agent(`${'x'.repeat(255)}😀`)).toBe(`${'x'.repeat(255)}\ufffd`)
    expect(read({ headers: { 'User-Agent': 'curl' } }).userAgent).toBe('curl')
  })

  test('has the query there is', () => {
    expect(read({ queryStringParameters: { a: '1' } }).query).toEqual({ a: '1' })
    expect(read({ queryStringParameters: { a: '1', b: 2, c: undefined } }).query).toStrictEqual({ a: '1' })
    expect(read({ queryStringParameters: null }).query).toEqual({})
  })
})
