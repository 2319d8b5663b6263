import { describe, expect, test } from 'vitest'
import { CATCH_ALL, createRouter, type Route, routeKey } from '../../local/router.ts'

const route = (key: string): Route => {
  const [method = '', path = ''] = key.split(' ')
  return key === '$default' ? CATCH_ALL : { method, path }
}
const router = (...keys: string[]) => createRouter(keys.map((key) => [route(key), key]))

describe('a router chooses the most specific route', () => {
  // The first eight cases are the example of API Gateway's documentation.
  const documented = ['GET /pets/dog/1', 'GET /pets/dog/{id}', 'GET /pets/{proxy+}', 'ANY /{proxy+}', '$default']
  test.each([
    [documented, 'GET /pets/dog/1', 'GET /pets/dog/1', undefined],
    [documented, 'GET /pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    [documented, 'GET /pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    [documented, 'POST /test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    [['GET /a', '$default'], 'GET /b', '$default', undefined],
    [['GET /a', '$default'], 'POST /a', '$default', undefined],
    [['GET /a'], 'POST /a', undefined, undefined],
    [['GET /a'], 'HEAD /a', undefined, undefined],
    [['ANY /a', 'GET /a'], 'GET /a', 'GET /a', undefined],
    [['ANY /a', 'GET /a'], 'PUT /a', 'ANY /a', undefined],
    [['GET /{x}/b', 'GET /a/{y}'], 'GET /a/b', 'GET /a/{y}', { y: 'b' }],
    [['GET /a/{p+}', 'GET /{x}/{y}'], 'GET /a/b', 'GET /{x}/{y}', { x: 'a', y: 'b' }],
    [['GET /{p+}', 'GET /a/{p+}', 'GET /a/b/{p+}'], 'GET /a/b/c/d', 'GET /a/b/{p+}', { p: 'c/d' }],
    [['GET /a/{p+}', 'GET /a/{x}/{p+}'], 'GET /a/b/c', 'GET /a/{x}/{p+}', { x: 'b', p: 'c' }],
  ])('of %j for %s', (keys, request, expected, parameters) => {
    for (const order of [keys, keys.toReversed()]) {
      const { method, path } = route(request)
      const match = router(...order).match(method, path)
      expect(match?.target).toBe(expected)
      expect(match?.parameters).toEqual(parameters)
    }
  })
})

describe('a router compares paths as they were sent', () => {
  test.each([
    ['/users/1/', undefined],
    ['/users//1', undefined],
    ['//users/1', undefined],
    ['/users/', undefined],
    ['/Users/1', undefined],
    ['/users/../users/1', undefined],
    ['/users/.', { id: '.' }],
    ['/users/..', { id: '..' }],
    ['/users/a%2Fb', { id: 'a/b' }],
    ['/users%2F1', undefined],
    ['/users/%E2%98%95+%25', { id: '☕+%' }],
    ['/users/{id}', { id: '{id}' }],
    ['/users/__proto__', { id: '__proto__' }],
  ])('for %s', (path, parameters) => {
    expect(router('GET /users/{id}').match('GET', path)?.parameters).toEqual(parameters)
  })

  test('captures slashes in a greedy parameter', () => {
    const match = (path: string) => router('GET /files/{p+}').match('GET', path)?.parameters
    expect(match('/files/a//b/')).toEqual({ p: 'a//b/' })
    expect(match('/files/')).toEqual({ p: '' })
    expect(match('/files')).toBeUndefined()
  })
})

describe('a router rejects invalid routes', () => {
  test.each([
    [['GET /a', 'GET /a'], 'Route GET /a is declared twice.'],
    [['$default', '$default'], 'Route $default is declared twice.'],
    [['GET /{a}', 'GET /{b}'], 'Route GET /{b} is declared twice, also as GET /{a}.'],
    [['GET a'], 'Invalid route GET a: a path must begin with /.'],
    [['GET /{a+}/b'], 'Invalid route GET /{a+}/b: {name+} is allowed only at the end.'],
    [['GET /a{b}'], 'Invalid route GET /a{b}: a{b} is neither a literal nor a {parameter}.'],
  ])('as in %j', (keys, message) => {
    expect(() => router(...keys)).toThrow(message)
  })
})

test('routeKey names a route as API Gateway does', () => {
  expect([routeKey(CATCH_ALL), routeKey({ method: 'GET', path: '/a' })]).toEqual(['$default', 'GET /a'])
})
