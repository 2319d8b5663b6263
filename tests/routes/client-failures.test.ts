import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { createClient } from 'coatcheck/client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { failureOf } from '../support/client-failure.ts'
import { freePort } from '../support/free-port.ts'
import { PASSWORD } from '../support/service.ts'

// The client against servers that are not Coatcheck, do not respond, or redirect.

describe('the client and another server', () => {
  let server: Server
  let requests: string[] = []
  let answer: RequestListener
  let baseUrl: string
  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`)
      response.setHeader('connection', 'close') // so that the next test gets a connection of its own
      answer(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => {
    server.closeAllConnections()
    requests = []
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  const EMAIL = 'ann@example.com'
  const TOKEN = 'cct_secret'
  const client = (timeoutSeconds?: number) => createClient({ baseUrl, token: TOKEN, timeoutSeconds })
  const login = (call = client()) => call('POST /auth/login', { body: { email: EMAIL, password: PASSWORD } })
  const respondWith =
    (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
    (_, response) =>
      response.writeHead(status, headers).end(body)
  const problem = (members: object) =>
    JSON.stringify({
      type: 'urn:coatcheck:problem:not_found',
      title: 'Not found',
      status: 404,
      detail: 'There is nothing here.',
      code: 'not_found',
      ...members,
    })
  const expectNoSecret = (error: unknown) => expect(inspect(error)).not.toMatch(/ann@|ann%40|cct_secret|correct horse/)

  test.each([
    ['a proxy’s page', 502, '<html>Bad Gateway</html>'],
    ['an empty body', 500, ''],
    ['a truncated problem', 404, problem({}).slice(0, -9)],
    ['API Gateway’s own error', 500, '{"message":"Internal Server Error"}'],
    ['API Gateway’s own error', 503, '{"message":"Service Unavailable"}'],
    ['another service’s problem', 404, problem({ type: 'about:blank' })],
    ['a code that is not a string', 404, problem({ code: ['not_found'] })],
    ['null', 404, 'null'],
    ['an array', 404, '[]'],
    ['a page with status 200', 200, '<!doctype html>'],
    ['truncated JSON', 200, '{"session":{"id":'],
    ['an array with status 200', 200, '[]'],
    ['null with status 200', 200, 'null'],
  ])('reports %s (%i) as unexpected', async (_, status, body) => {
    answer = respondWith(status, body)
    const error = await failureOf(login())
    expect({ code: error.code, status: error.status }).toEqual({ code: 'unexpected', status })
    expect(error.detail).toBe('The response is not from Coatcheck. Check the address of the service.')
    expectNoSecret(error)
  })

  test('keeps status and detail of a problem with an unknown code', async () => {
    const [code, type, detail] = ['second_factor', 'urn:coatcheck:problem:second_factor', 'Enter the second factor.']
    answer = respondWith(403, problem({ code, type, detail }))
    expect(await failureOf(login())).toMatchObject({ code: 'unexpected', status: 403, detail })
  })

  test('knows a problem whose type is a link, and not another service’s', async () => {
    const fields = { code: 'unauthenticated', detail: 'Sign in.' }
    answer = respondWith(401, problem({ ...fields, type: 'https://docs.example.com/problems/#unauthenticated' }))
    expect(await failureOf(login())).toMatchObject(fields)
    answer = respondWith(401, problem({ ...fields, type: 'https://api.example.com/errors/unauthenticated-user' }))
    expect(await failureOf(login())).toMatchObject({ code: 'unexpected' })
  })

  test.each(Object.keys(PROBLEMS))('knows the code %s', async (code) => {
    answer = respondWith(400, problem({ code, type: `urn:coatcheck:problem:${code}` }))
    expect((await failureOf(login())).code).toBe(code)
  })

  test('omits fields of the wrong type', async () => {
    const wrong = { instance: 1, title: null, detail: {}, errors: [{ pointer: 1 }], required: 'a', rule: ['a'] }
    answer = respondWith(404, problem(wrong), { 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' })
    const error = await failureOf(login())
    expect(error).toMatchObject({ code: 'not_found', status: 404 })
    expect(Object.keys(error).sort()).toEqual(['code', 'detail', 'name', 'status', 'title'])
  })

  test('takes the retry delay from a proxy’s response', async () => {
    answer = respondWith(503, '', { 'retry-after': '7' })
    expect(await failureOf(login())).toMatchObject({ code: 'unexpected', status: 503, retryAfterSeconds: 7 })
  })

  test('reports unreachable without a complete response', async () => {
    const closed = createClient({ baseUrl: `http://127.0.0.1:${await freePort()}`, token: TOKEN })
    const query = { email: EMAIL }
    const refused = await failureOf(closed('GET /admin/users', { query }))
    expect({ code: refused.code, status: refused.status }).toEqual({ code: 'unreachable', status: 0 })
    expectNoSecret(refused)
    const unfinished: RequestListener[] = [
      () => {},
      (_, response) => response.writeHead(200, { 'content-length': 99 }).flushHeaders(),
      ({ socket }) => socket.destroy(),
      ({ socket }, response) => response.writeHead(200, { 'content-length': 99 }).write('{', () => socket.destroy()),
    ]
    for (const listener of unfinished) {
      answer = listener
      const error = await failureOf(login(client(0.2)))
      expect({ code: error.code, status: error.status }).toEqual({ code: 'unreachable', status: 0 })
      expectNoSecret(error)
    }
  })

  test('does not follow redirects, and sends the token nowhere else', async () => {
    for (const status of [301, 302, 307, 308]) {
      answer = ({ url }, response) =>
        url === '/elsewhere'
          ? response.writeHead(200).end('{}')
          : response.writeHead(status, { location: '/elsewhere' }).end()
      expect((await failureOf(login())).code).toBe('unreachable')
    }
    expect(new Set(requests)).toEqual(new Set(['POST /auth/login']))
  })

  test('throws the caller’s own reason after an abort', async () => {
    const reason = new Error('left the page')
    const early = client()('GET /auth/session', { signal: AbortSignal.abort(reason) })
    await expect(early).rejects.toBe(reason)
    expect(requests).toEqual([])
    const controller = new AbortController()
    answer = () => controller.abort(reason)
    await expect(client()('GET /auth/session', { signal: controller.signal })).rejects.toBe(reason)
    expect(requests).toEqual(['GET /auth/session'])
    const whileReading = new AbortController()
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': 99 }).flushHeaders()
      setTimeout(() => whileReading.abort(reason), 50)
    }
    await expect(client()('GET /auth/session', { signal: whileReading.signal })).rejects.toBe(reason)
  })
})
