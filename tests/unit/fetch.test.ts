import { createSessionCheck, withSession } from 'coatcheck/fetch'
import { createSessionReader } from 'coatcheck/next'
import { testCoatcheck } from 'coatcheck/testing'
import { describe, expect, test } from 'vitest'
import { readNodeRequest, setNodeHeaders } from '../../adapters/node-request.ts'
import { addHeaders, mergeVary } from '../../adapters/web-request.ts'
import { down } from '../support/parts.ts'

// The check under all adapters; `npm run test:adapters` runs each adapter in its framework.

const OWN = 'https://app.example.com'
const TRUSTED = 'https://admin.example.com'
const { sessions, users, signIn } = testCoatcheck()
const options = { sessions, origin: OWN, trustedOrigins: [TRUSTED], log: () => {} }
const request = (headers: Readonly<Record<string, string>>, method = 'GET') =>
  new Request('https://x.example/notes?tag=a&tag=b', { headers, method })
const statusOf = async (answer: Promise<Response | object>) => {
  const given = await answer
  return given instanceof Response ? given.status : 'admitted'
}

describe('createSessionCheck', () => {
  const check = createSessionCheck({ ...options, scopes: ['notes:read'] })

  test('returns the session, the credential and a deadline of an admitted request', async () => {
    for (const as of ['cookie', 'bearer'] as const) {
      const { headers, session } = await signIn({ as, scopes: ['notes:read'] })
      expect(await check(request(headers))).toMatchObject({ session, credential: as, deadline: {} })
    }
  })

  test('returns the response to a refused request', async () => {
    const { headers } = await signIn()
    const cookie = await signIn({ as: 'cookie', scopes: ['notes:read'] })
    expect(await statusOf(check(request({})))).toBe(401)
    expect(await statusOf(check(request(headers)))).toBe(403)
    expect(await statusOf(check(request({ ...headers, ...cookie.headers })))).toBe(400)
    const foreign = { ...cookie.headers, 'sec-fetch-site': 'cross-site' }
    expect(await statusOf(check(request(foreign, 'POST')))).toBe(403)
    expect(await statusOf(check(request({ ...foreign, origin: TRUSTED }, 'POST')))).toBe('admitted')
    const failing = createSessionCheck({ ...options, sessions: { ...sessions, check: down } })
    expect(await statusOf(failing(request(headers)))).toBe(503)
  })

  test('answers a preflight with 204, and a plain OPTIONS as any other request', async () => {
    const preflight = { origin: TRUSTED, 'access-control-request-method': 'PUT' }
    const answer = (await check(request(preflight, 'OPTIONS'))) as Response
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe(TRUSTED)
    expect(answer.headers.get('access-control-allow-methods')).toContain('PUT')
    expect(await statusOf(check(request({ origin: TRUSTED }, 'OPTIONS')))).toBe(401)
  })

  test('has the CORS headers of a trusted origin on refusal and success, beside the handler’s own Vary', async () => {
    const refused = (await check(request({ origin: TRUSTED }))) as Response
    expect(refused.headers.get('access-control-allow-origin')).toBe(TRUSTED)
    const { headers } = await signIn()
    const greet = withSession(async () => new Response(null, { headers: { vary: 'Accept' } }), options)
    const answer = await greet(request({ ...headers, origin: TRUSTED }))
    expect(answer.headers.get('access-control-allow-origin')).toBe(TRUSTED)
    expect(answer.headers.get('vary')).toMatch(/^Accept, Origin\b/)
    const other = await greet(request({ ...headers, origin: 'https://other.example' }))
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('logs a refusal with the address that it is given', async () => {
    const entries: object[] = []
    const logging = createSessionCheck({ ...options, scopes: ['notes:read'], log: (entry) => void entries.push(entry) })
    await logging(request((await signIn()).headers), { ip: '192.0.2.7' })
    expect(entries).toMatchObject([{ event: 'authz_fail', ip: '192.0.2.7' }])
  })

  test('refuses an unknown option when it is created', () => {
    expect(() => createSessionCheck({ scope: [] } as never)).toThrow('createSessionCheck: unknown option `scope`')
    expect(() => withSession('handler' as never)).toThrow('withSession: the first argument must be the handler')
  })
})

test('createSessionReader returns undefined without a session and throws other refusals', async () => {
  const { headers, session } = await signIn({ as: 'cookie', scopes: ['notes:read'] })
  const read = createSessionReader({ ...options, loadUser: users })
  const cookie = new Headers({ cookie: headers.cookie ?? '' })
  expect(await read(cookie)).toMatchObject({ session, user: { id: session.userId } })
  expect(await read(new Headers())).toBeUndefined()
  await expect(read(cookie, 'POST')).rejects.toMatchObject({ code: 'cross_origin' })
  cookie.set('next-action', 'x')
  await expect(read(cookie)).rejects.toMatchObject({ code: 'cross_origin' })
  cookie.delete('next-action')
  const narrow = createSessionReader({ ...options, scopes: ['notes:write'] })
  await expect(narrow(cookie)).rejects.toMatchObject({ code: 'insufficient_scope' })
})

describe('headers', () => {
  test.each([
    [null, 'Origin', 'Origin'],
    ['', 'Origin', 'Origin'],
    ['Accept-Encoding', 'Origin', 'Accept-Encoding, Origin'],
    ['origin , Accept', 'Origin, Sec-Fetch-Site', 'origin, Accept, Sec-Fetch-Site'],
    ['*', 'Origin', '*'],
  ])('Vary %j and %j are merged to %j', (one, other, merged) => {
    expect(mergeVary(one, other)).toBe(merged)
  })

  test('are added to a copy if a response’s own cannot change', () => {
    const redirect = Response.redirect('https://x.example/')
    const copy = addHeaders(redirect, { 'x-a': '1' })
    expect([copy === redirect, copy.status, copy.headers.get('x-a')]).toEqual([false, 302, '1'])
  })

  test('of a Node.js response keep its Vary', () => {
    const headers = new Map<string, unknown>([['vary', 'Accept']])
    const response = {
      getHeader: (name: string) => headers.get(name) as string,
      setHeader: (name: string, value: unknown) => headers.set(name, value) as never,
    }
    setNodeHeaders(response, { vary: 'Origin', 'x-a': '1' })
    expect(Object.fromEntries(headers)).toEqual({ vary: 'Accept, Origin', 'x-a': '1' })
  })
})

describe('readNodeRequest', () => {
  const token = 'Bearer a'

  test('reads repeated headers, which Node.js’s headers leave out', () => {
    const http = readNodeRequest({
      ...{ method: 'GET', url: '/notes?a=1', headers: { authorization: token } },
      rawHeaders: ['Authorization', token, 'AUTHORIZATION', 'Bearer b'],
    })
    expect([http.method, http.path, http.header('authorization')]).toEqual(['GET', '/notes', 'Bearer a,Bearer b'])
  })

  test('reads a request without raw headers, as adapters for Lambda make it', () => {
    const http = readNodeRequest({ headers: { authorization: token, cookie: 'a=1; b=2' }, rawHeaders: [] })
    expect([http.header('authorization'), http.cookies]).toEqual([token, ['a=1', ' b=2']])
    expect(readNodeRequest({ headers: {} }).method).not.toMatch(/^(GET|HEAD|OPTIONS)$/)
  })
})
