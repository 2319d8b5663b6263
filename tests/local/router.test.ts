import { describe, expect, test } from 'vitest'
import { catchAll, createRouter, type Route, routeKey } from '../../local/router.ts'

const route = (key: string): Route => {
  const [method = '', path = ''] = key.split(' ')
  return key === '$default' ? catchAll : { method, path }
}
const router = (...keys: string[]) => createRouter(keys.map((key) => [route(key), key]))

describe('the most specific route wins', () => {
  // The first eight are the example of API Gateway's own documentation.
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
  ])('%j: %s', (keys, request, expected, parameters) => {
    for (const order of [keys, keys.toReversed()]) {
      const { method, path } = route(request)
      const match = router(...order).match(method, path)
      expect(match?.target).toBe(expected)
      expect(match?.parameters).toEqual(parameters)
    }
  })
})

describe('paths are compared as they were sent', () => {
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
  ])('%s', (path, parameters) => {
    expect(router('GET /users/{id}').match('GET', path)?.parameters).toEqual(parameters)
  })

  test('a greedy parameter keeps what it caught', () => {
    const match = (path: string) => router('GET /files/{p+}').match('GET', path)?.parameters
    expect(match('/files/a//b/')).toEqual({ p: 'a//b/' })
    expect(match('/files/')).toEqual({ p: '' })
    expect(match('/files')).toBeUndefined()
  })
})

describe('what cannot be served is refused', () => {
  test.each([
    [['GET /a', 'GET /a'], 'Route GET /a is declared twice.'],
    [['$default', '$default'], 'Route $default is declared twice.'],
    [['GET /{a}', 'GET /{b}'], 'Route GET /{b} is declared twice, also as GET /{a}.'],
    [['GET a'], 'Route GET a cannot be served: a path begins with /.'],
    [['GET /{a+}/b'], 'Route GET /{a+}/b cannot be served: {name+} may only stand last.'],
    [['GET /a{b}'], 'Route GET /a{b} cannot be served: a{b} is neither a literal nor a whole {parameter}.'],
  ])('%j', (keys, message) => {
    expect(() => router(...keys)).toThrow(message)
  })
})

test('a route key is what API Gateway calls it', () => {
  expect([routeKey(catchAll), routeKey({ method: 'GET', path: '/a' })]).toEqual(['$default', 'GET /a'])
})
