import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { verifyLogoutToken } from '../../lib/identity/logout-token.ts'
import { parseProviders } from '../../lib/identity/parse-providers.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { createProviderClient } from '../../lib/identity/provider-client.ts'
import { endByProvider } from '../../lib/identity/provider-logout.ts'
import { signInByProvider } from '../../lib/identity/provider-sign-in.ts'
import { createProviderTokens } from '../../lib/identity/provider-tokens.ts'
import { verifiedIdentity } from '../../lib/identity/verified-identity.ts'
import { Secret } from '../../lib/secret.ts'
import { memoryAccountStores, openAccount } from '../support/account-race.ts'
import { freePort } from '../support/free-port.ts'
import { FROM } from '../support/parts.ts'
import { type CertifiedProvider, startCertifiedProvider } from './certified-provider.ts'

// Sign-ins and logouts with a certified provider, on stores in memory.

const REDIRECT = 'https://app.example.com/auth/oidc/certified/callback'
const soon = () => startDeadline(30)
let idp: CertifiedProvider
let provider: Provider
let client: ReturnType<typeof createProviderClient>
const tokens: string[] = []
const receiver = createServer(async (request, response) => {
  let text = ''
  for await (const part of request) text += part
  tokens.push(new URLSearchParams(text).get('logout_token') ?? '')
  response.writeHead(204, { 'cache-control': 'no-store' }).end()
})

beforeAll(async () => {
  const port = await freePort()
  await new Promise<void>((resolve) => receiver.listen(port, '127.0.0.1', resolve))
  idp = await startCertifiedProvider(REDIRECT, `http://127.0.0.1:${port}/`)
  const { issuer, clientId } = idp
  const settings = { id: 'certified', name: 'Certified', issuer, clientId, algorithm: 'ES256', secretName: 'certified' }
  provider = parseProviders({ providers: [{ ...settings, registration: 'open' }] }, false)[0] as Provider
  client = createProviderClient({
    redirectUri: () => REDIRECT,
    secretOf: async () => new Secret(idp.secret),
    local: true,
  })
})
afterAll(async () => {
  receiver.closeAllConnections()
  receiver.close()
  await idp.close()
})

test('a person signs in, gives up, signs in again as the same user, and is signed out by the provider', async () => {
  const account = openAccount(memoryAccountStores())
  const browser = idp.browser()
  const signIn = async () => {
    const { url, secrets } = await client.start(provider)
    const claims = await client.complete(provider, await browser.signIn(url, 'ada'), secrets)
    const identity = verifiedIdentity(provider, claims)
    return signInByProvider(account, provider, identity, { ...FROM, presented: [] }, soon())
  }
  const first = await signIn()
  expect(first).toMatchObject({
    isNew: true,
    user: { email: 'ada@example.com', emailVerified: true },
    session: { factors: ['provider'], assurance: 1, provider: { issuer: idp.issuer, subject: 'ada' } },
  })
  expect(first.session.provider?.sid).toBeDefined()

  const { url, secrets } = await client.start(provider, { prompt: 'login' })
  const refused = client.complete(provider, await browser.giveUp(url), secrets)
  await expect(refused).rejects.toMatchObject({ reason: 'access_denied' })

  const again = await signIn()
  expect(again).toMatchObject({ isNew: false, user: { id: first.user.id } })
  expect(await account.sessions.check(again.token.reveal())).toBeDefined()

  await browser.signOut()
  await expect.poll(() => tokens.length).toBeGreaterThan(0)
  const received = performance.now()
  const logout = await verifyLogoutToken(createProviderTokens(client), provider, tokens[0] ?? '')
  expect(logout).toMatchObject({ issuer: idp.issuer, subject: 'ada', sid: again.session.provider?.sid })
  await endByProvider(account, logout, soon())
  expect(await account.sessions.check(again.token.reveal())).toBeUndefined()
  expect(performance.now() - received).toBeLessThan(2000)
  expect(await endByProvider(account, logout, soon())).toEqual([expect.objectContaining({ revoked: [] })])
  expect(idp.failures).toEqual([])
})

test('a code is redeemed once, and only with the verifier of the browser that asked for it', async () => {
  const browser = idp.browser()
  const { url, secrets } = await client.start(provider)
  const response = await browser.signIn(url, 'bob')
  const other = { ...secrets, verifier: 'a'.repeat(43) }
  await expect(client.complete(provider, response, other)).rejects.toMatchObject({ reason: 'invalid_response' })
  expect(await client.complete(provider, response, secrets)).toMatchObject({ sub: 'bob', email_verified: true })
  await expect(client.complete(provider, response, secrets)).rejects.toMatchObject({ reason: 'invalid_response' })
})
