import type { SignedInUser } from './types.ts'
import type { CreatedUser } from './users.ts'

interface Login {
  readonly session: { readonly id: string; readonly userId: string }
  readonly token?: string
}

/** Signs a user in for a cookie and for a bearer token. Two requests. */
export async function signIn(url: string, { email, password }: CreatedUser): Promise<SignedInUser> {
  const login = async (credential: 'cookie' | 'bearer') => {
    const response = await fetch(`${url}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: new URL(url).origin },
      body: JSON.stringify({ email, password, credential }),
    })
    if (!response.ok) throw new Error(`${email} cannot sign in: ${response.status} ${await response.text()}`)
    return { login: (await response.json()) as Login, cookies: response.headers.getSetCookie() }
  }
  const [inBrowser, bearer] = [await login('cookie'), await login('bearer')]
  const sent = inBrowser.cookies.find((line) => /^__Host-[\w-]+=[^;]/.test(line)) ?? '' // others are deleted
  const [pair = '', ...attributes] = sent.split(/; */)
  const [name = '', value = ''] = pair.split('=')
  const maxAge = Number(attributes.find((each) => /^max-age=/i.test(each))?.slice('max-age='.length) ?? -1)
  const { session } = inBrowser.login
  return {
    id: session.userId,
    email,
    password,
    cookie: pair,
    sessionId: session.id,
    token: bearer.login.token ?? '',
    storageState: {
      cookies: [
        {
          ...{ name, value, domain: new URL(url).hostname, path: '/' },
          expires: maxAge < 0 ? -1 : Math.floor(Date.now() / 1000) + maxAge,
          ...{ httpOnly: true, secure: true, sameSite: 'Lax' },
        },
      ],
      origins: [],
    },
  }
}
