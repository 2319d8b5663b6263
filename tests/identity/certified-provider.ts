import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { Provider } from 'oidc-provider'
import { freePort } from '../support/free-port.ts'

// `oidc-provider`, which is certified, in this process; its pages are played by requests.

const SECRET = 'a client secret: with signs % that must be encoded'

/** Where the provider is, and what it is told about its client. */
export type CertifiedProvider = Awaited<ReturnType<typeof startCertifiedProvider>>

async function newKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, use: 'sig', alg: 'ES256' }
}

/**
 * Starts the provider.
 * @param logoutUri receives its logout tokens
 */
export async function startCertifiedProvider(redirectUri: string, logoutUri: string) {
  const port = await freePort()
  const issuer = `http://127.0.0.1:${port}`
  const failures: string[] = []
  const provider = new Provider(issuer, {
    jwks: { keys: [await newKey('k1')] },
    clients: [
      {
        client_id: 'coatcheck',
        client_secret: SECRET,
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        id_token_signed_response_alg: 'ES256',
        backchannel_logout_uri: logoutUri,
        backchannel_logout_session_required: true,
        post_logout_redirect_uris: ['https://app.example.com/'],
      },
    ],
    claims: { openid: ['sub', 'sid'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false, // the address is in the ID token
    features: {
      devInteractions: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true }),
    }),
    cookies: { keys: ['of these tests alone'] },
    // Its own dispatcher refuses addresses of this machine.
    fetch: (url: URL, { dispatcher: _, ...init }: RequestInit & { dispatcher?: unknown } = {}) =>
      globalThis.fetch(url, init),
  })
  for (const event of ['backchannel.error', 'server_error'])
    provider.on(event, (_, error) => failures.push(`${event}: ${error.message}`))
  const server = await new Promise<ReturnType<Provider['listen']>>((resolve) => {
    const listening = provider.listen(port, '127.0.0.1', () => resolve(listening))
  })

  return {
    issuer,
    clientId: 'coatcheck',
    secret: SECRET,
    failures,
    /** A browser at the provider. */
    browser: () => browserAt(issuer),
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

function browserAt(issuer: string) {
  const jar = new Map<string, string>()

  /** Follows redirects until the browser leaves the provider, or sees a page. */
  async function go(address: string, form?: string): Promise<{ url: string; page: string }> {
    let url = address
    let body = form
    while (url.startsWith(issuer)) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const request = body === undefined ? {} : { method: 'POST', body }
      const headers = { cookie, ...(body === undefined ? {} : FORM) }
      const response = await fetch(url, { redirect: 'manual', ...request, headers })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (value) jar.set(name, value)
        else jar.delete(name)
      }
      const location = response.headers.get('location')
      if (!location) return { url, page: await response.text() }
      url = new URL(location, url).href
      body = undefined
    }
    return { url, page: '' }
  }

  return {
    go,
    /** Signs in and agrees. @returns the parameters of the callback */
    async signIn(address: string, login: string): Promise<URLSearchParams> {
      let { url } = await go(address)
      if (url.startsWith(issuer)) url = (await go(url, `prompt=login&login=${login}&password=any`)).url
      if (url.startsWith(issuer)) url = (await go(url, 'prompt=consent')).url
      return new URL(url).searchParams
    },
    /** Gives up at the provider's page. */
    async giveUp(address: string): Promise<URLSearchParams> {
      const { url, page } = await go(address)
      const [, abort = ''] = /href="([^"]*abort[^"]*)"/.exec(page) ?? []
      return new URL((await go(new URL(abort, url).href)).url).searchParams
    },
    /** Signs out at the provider. */
    async signOut(): Promise<void> {
      const { page } = await go(`${issuer}/session/end`)
      const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page) ?? []
      await go(`${issuer}/session/end/confirm`, `xsrf=${xsrf}&logout=yes`)
    },
  }
}
