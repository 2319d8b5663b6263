import { UnavailableError } from 'coatcheck'
import { type SignInOptions, type TestCoatcheck, testCoatcheck } from 'coatcheck/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** The origin of the service, which is not the address that the test's server listens at. */
export const OWN = 'https://app.example.com'
export const TRUSTED = 'https://admin.example.com'

/** Options of every check in the servers: `GET` and `POST /notes` require the scope, `GET /me` loads the user. */
export const options = (coatcheck: Pick<TestCoatcheck, 'sessions' | 'users'>) => {
  const shared = { sessions: coatcheck.sessions, origin: OWN, trustedOrigins: [TRUSTED], log: () => {} }
  const check = () => Promise.reject(new UnavailableError('down'))
  return {
    notes: { ...shared, scopes: ['notes:read'] },
    me: { ...shared, loadUser: coatcheck.users },
    /** `GET /down`, whose datastore fails. */
    down: { ...shared, sessions: { ...coatcheck.sessions, check } },
  }
}

export interface SignedIn {
  readonly headers: Readonly<Record<string, string>>
  readonly session: { readonly id: string; readonly userId: string }
}

/** A running server and the sessions that it checks. */
export interface Started {
  readonly url: string
  signIn(options: SignInOptions): Promise<SignedIn>
  revoke(session: SignedIn['session']): Promise<unknown>
  close(): unknown
  /** Called before the request to `/down`. */
  breakDatastore?(): Promise<unknown>
}

/** Starts a server whose checks use sessions in memory. */
export type Start = (coatcheck: TestCoatcheck) => Promise<{ url: string; close(): unknown }>

export const inMemory = (start: Start) => async (): Promise<Started> => {
  const coatcheck = testCoatcheck()
  const revoke: Started['revoke'] = ({ userId, id }) => coatcheck.sessions.revoke(userId as never, id as never)
  return { ...(await start(coatcheck)), signIn: coatcheck.signIn, revoke }
}

/** What every adapter does, over HTTP. */
export function describeAdapter(name: string, start: () => Promise<Started>): void {
  describe(name, () => {
    let server: Started
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server?.close())
    const send = (path: string, init: RequestInit = {}) =>
      fetch(`${server.url}${path}`, { redirect: 'manual', ...init })
    const signIn = (as: 'cookie' | 'bearer' = 'bearer', scopes = ['notes:read']) => server.signIn({ as, scopes })

    test.each(['cookie', 'bearer'] as const)('admits a session by %s and keeps the handler’s headers', async (as) => {
      const { headers, session } = await signIn(as)
      const answer = await send('/notes', { headers })
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual({ hello: session.userId })
      expect(answer.headers.get('x-own')).toBe('kept')
      expect(answer.headers.get('vary')).toMatch(/Accept-Encoding/i)
      expect(answer.headers.getSetCookie()).toEqual([])
    })

    test('refuses a request without a credential and a revoked session with 401 and a challenge', async () => {
      const without = await send('/notes')
      expect(without.status).toBe(401)
      expect(without.headers.get('www-authenticate')).toBe('Bearer realm="coatcheck"')
      expect(without.headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect(without.headers.get('cache-control')).toBe('no-store')
      expect(await without.json()).toMatchObject({ code: 'unauthenticated', status: 401 })
      const { headers, session } = await signIn()
      await server.revoke(session)
      const revoked = await send('/notes', { headers })
      expect(revoked.status).toBe(401)
      expect(revoked.headers.get('www-authenticate')).toBe('Bearer realm="coatcheck", error="invalid_token"')
    })

    test('refuses a session without the scope with 403', async () => {
      const answer = await send('/notes', await signIn('bearer', []))
      expect(answer.status).toBe(403)
      expect(answer.headers.get('www-authenticate')).toContain('scope="notes:read"')
      expect(await answer.json()).toMatchObject({ code: 'insufficient_scope', required: ['notes:read'] })
    })

    test('refuses a cookie and a bearer token together with 400', async () => {
      const [cookie, bearer] = [await signIn('cookie'), await signIn('bearer')]
      const answer = await send('/notes', { headers: { ...cookie.headers, ...bearer.headers } })
      expect(await answer.json()).toMatchObject({ code: 'invalid_request', status: 400 })
    })

    test('refuses a cookie on an unsafe method from another origin, and admits own and trusted origins', async () => {
      const { cookie = '' } = (await signIn('cookie')).headers
      const post = async (more: Record<string, string>) =>
        (await send('/notes', { method: 'POST', headers: { cookie, ...more } })).status
      expect(await post({ 'sec-fetch-site': 'cross-site', origin: 'https://other.example' })).toBe(403)
      expect(await post({ origin: 'https://other.example' })).toBe(403)
      expect(await post({})).toBe(403)
      expect(await post({ origin: OWN })).toBe(200)
      expect(await post({ 'sec-fetch-site': 'cross-site', origin: TRUSTED })).toBe(200)
      const { headers } = await signIn('bearer')
      expect((await send('/notes', { method: 'POST', headers })).status).toBe(200)
    })

    test('has CORS headers for a trusted origin on success and refusal, and for no other origin', async () => {
      const { headers } = await signIn()
      for (const credentials of [headers, {}]) {
        const trusted = await send('/notes', { headers: { ...credentials, origin: TRUSTED } })
        expect(trusted.headers.get('access-control-allow-origin')).toBe(TRUSTED)
        expect(trusted.headers.get('access-control-allow-credentials')).toBe('true')
        expect(trusted.headers.get('vary')).toMatch(/\bOrigin\b/)
        const other = await send('/notes', { headers: { ...credentials, origin: 'https://other.example' } })
        expect(other.headers.get('access-control-allow-origin')).toBeNull()
        expect(other.headers.get('vary')).toMatch(/\bOrigin\b/)
      }
    })

    test('answers the preflight of a trusted origin with 204, and allows no other origin', async () => {
      const preflight = (origin: string) =>
        send('/notes', {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'POST',
            'access-control-request-headers': 'authorization',
          },
        })
      const trusted = await preflight(TRUSTED)
      expect(trusted.status).toBe(204)
      expect(trusted.headers.get('access-control-allow-origin')).toBe(TRUSTED)
      expect(trusted.headers.get('access-control-allow-methods')).toContain('POST')
      expect(trusted.headers.get('access-control-allow-headers')).toMatch(/authorization/i)
      expect((await preflight('https://other.example')).headers.get('access-control-allow-origin')).toBeNull()
    })

    test('answers HEAD as GET without a body', async () => {
      expect((await send('/notes', { method: 'HEAD', ...(await signIn()) })).status).toBe(200)
      const refused = await send('/notes', { method: 'HEAD' })
      expect([refused.status, await refused.text()]).toEqual([401, ''])
    })

    test('gives the user to the handler with loadUser', async () => {
      const { headers, session } = await signIn()
      expect(await (await send('/me', { headers })).json()).toMatchObject({ id: session.userId, emailVerified: true })
    })

    test('answers 503 with Retry-After and without touching the cookie if the datastore fails', async () => {
      const { headers } = await signIn('cookie')
      await server.breakDatastore?.()
      const answer = await send('/down', { headers })
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(await answer.json()).toMatchObject({ code: 'unavailable' })
    })
  })
}
