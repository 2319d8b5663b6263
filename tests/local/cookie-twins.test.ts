import { describe, expect, test } from 'vitest'
import { withoutTwins, withTwins } from '../../local/cookie-twins.ts'
import { startFront } from '../../local/front.ts'
import type { Response } from '../../local/response.ts'
import { echoOf, gateway } from './support.ts'

const response = (...cookies: string[]) => ({
  status: 200,
  headers: cookies.map((cookie): [string, string] => ['set-cookie', cookie]),
  body: Buffer.alloc(0),
})
const cookiesOf = ({ headers }: Response) => headers.map(([, value]) => value)
const event = (...cookies: string[]) => ({ version: '2.0', cookies }) as never

/** What Safari, Postman and Python's `requests` keep of http://localhost. */
const kept = (cookies: readonly string[]) =>
  cookies.filter((cookie) => !/; *Secure/i.test(cookie)).map((cookie) => cookie.split(';')[0] ?? '')

describe('the local front', () => {
  test('gives a cookie that https protects a twin that every client keeps', () => {
    const session = '__Host-session=cct_a.b.c; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax'
    const deletion = '__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; Partitioned; SameSite=Lax'
    expect(cookiesOf(withTwins(response(deletion, session, 'theme=dark')))).toEqual([
      deletion,
      session,
      'local-session=cct_a.b.c; Max-Age=60; Path=/; HttpOnly; SameSite=Lax',
      'theme=dark',
    ])
    expect(kept(cookiesOf(response(deletion, session)))).toEqual([])
    expect(kept(cookiesOf(withTwins(response(deletion, session))))).toEqual(['local-session=cct_a.b.c'])
    expect(cookiesOf(withTwins(response('__Host-a=1; SameSite=None; Secure'))).at(-1)).toBe('local-a=1; SameSite=Lax')
  })

  test('knows a twin by the name of the cookie, unless the client has both', () => {
    const cookiesFor = (...cookies: string[]) => withoutTwins(event(...cookies)).cookies
    expect(cookiesFor('theme=dark', 'local-session=x')).toEqual(['theme=dark', '__Host-session=x'])
    expect(cookiesFor('local-session=old', '__Host-session=new')).toEqual(['__Host-session=new'])
    expect(cookiesFor('theme=local-session')).toEqual(['theme=local-session'])
    expect(withoutTwins({ version: '2.0' } as never)).toEqual({ version: '2.0' })
  })

  test('passes them on only if it is told to', async () => {
    const options = { environment: {}, port: 0, log: () => {} }
    for (const cookieTwins of [true, false]) {
      const front = await startFront({ ...options, services: [await gateway()], cookieTwins })
      const { event } = await echoOf(front.port, 'GET /literal', ['Cookie: local-session=x'])
      expect(event.cookies).toEqual([cookieTwins ? '__Host-session=x' : 'local-session=x'])
      await front.close()
    }
  })
})
