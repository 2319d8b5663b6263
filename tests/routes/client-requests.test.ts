import { inspect } from 'node:util'
import { createClient } from 'coatcheck/client'
import { describe, expect, test } from 'vitest'
import { PASSWORD } from '../support/service.ts'

describe('a request of the client', () => {
  /** The only request that a call sends. */
  async function sentBy(run: (send: typeof fetch) => Promise<unknown>) {
    const requests: [url: string, init: RequestInit][] = []
    await run(async (url, init = {}) => {
      requests.push([String(url), init])
      return Response.json({})
    })
    expect(requests).toHaveLength(1)
    const [url = '', init = {}] = requests[0] ?? []
    return { url, init, headers: new Headers(init.headers) }
  }

  test('includes the cookie of the page’s own origin, or of the origin in baseUrl', async () => {
    const own = await sentBy((fetch) => createClient({ fetch })('GET /auth/session'))
    expect(own.url).toBe('/auth/session')
    expect(own.init).toMatchObject({ method: 'GET', credentials: 'same-origin', cache: 'no-store', redirect: 'error' })
    expect([...own.headers.keys()]).toEqual([])
    expect(own.init.body).toBeUndefined()
    for (const baseUrl of ['https://auth.example.com', 'https://auth.example.com/']) {
      const other = await sentBy((fetch) => createClient({ fetch, baseUrl })('GET /health'))
      expect(other.url).toBe('https://auth.example.com/health')
      expect(other.init.credentials).toBe('include')
    }
  })

  test('contains a token or a cookie, never both', async () => {
    for (const token of ['cct_a', () => 'cct_a']) {
      const { init, headers } = await sentBy((fetch) => createClient({ fetch, token })('GET /auth/session'))
      expect(headers.get('authorization')).toBe('Bearer cct_a')
      expect(init.credentials).toBe('omit')
    }
    const none = await sentBy((fetch) => createClient({ fetch, token: () => undefined })('GET /auth/session'))
    expect(none.headers.has('authorization')).toBe(false)
    expect(none.init.credentials).toBe('omit')
  })

  test('has a JSON body, except the form for introspection', async () => {
    const body = { email: 'ann@example.com', password: PASSWORD }
    const login = await sentBy((fetch) => createClient({ fetch })('POST /auth/login', { body }))
    expect(login.headers.get('content-type')).toBe('application/json')
    expect(JSON.parse(String(login.init.body))).toEqual(body)
    const form = await sentBy((fetch) => createClient({ fetch })('POST /auth/introspect', { body: { token: 'a&b c' } }))
    expect(form.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
    expect(String(form.init.body)).toBe('token=a%26b+c')
  })

  test('encodes path and query parameters', async () => {
    const userId = 'a/../b?c#d%2e é'
    const { url } = await sentBy((fetch) =>
      createClient({ fetch })('GET /admin/users/{userId}', { params: { userId } }),
    )
    expect(url).toBe(`/admin/users/${encodeURIComponent(userId)}`)
    const query = { email: 'a+b&c=d@example.com', cursor: undefined }
    const list = await sentBy((fetch) => createClient({ fetch })('GET /admin/users', { query }))
    expect(new URL(list.url, 'http://localhost').searchParams.get('email')).toBe(query.email)
    expect(list.url).not.toContain('cursor')
    expect((await sentBy((fetch) => createClient({ fetch })('GET /admin/users', { query: {} }))).url).toBe(
      '/admin/users',
    )
  })

  test('is not sent with an invalid path parameter or token', async () => {
    const never: typeof fetch = () => expect.fail('a request was sent')
    const call = createClient({ fetch: never })
    for (const sessionId of ['', '.', '..', undefined as never])
      await expect(call('DELETE /auth/sessions/{sessionId}', { params: { sessionId } })).rejects.toThrow(TypeError)
    const broken = createClient({ fetch: never, token: 'cct_secret\n' })('GET /auth/session')
    const refused = await broken.catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(TypeError)
    expect(inspect(refused)).not.toContain('secret')
    await expect(createClient({ fetch: never, token: '' })('GET /auth/session')).rejects.toThrow(TypeError)
  })
})
