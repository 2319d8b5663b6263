import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import { wallMilliseconds } from '../../lib/system.ts'

// A provider of OpenID Connect of our own: as small as the tests need it, without pages, and as hostile as a test asks.
// It stands in for a real one and proves nothing about any; `npm run test:identity` plays a certified one.

/** What a test changes of the provider's answers. */
export interface Hostility {
  claims?: (claims: JWTPayload) => JWTPayload
  /** Signs in another way than with the provider's key. */
  sign?: (claims: JWTPayload, own: SigningKey) => Promise<string> | string
  discovery?: (document: Record<string, unknown>) => Record<string, unknown>
  keys?: (keys: JWK[]) => unknown
  /** Parameters of the redirect back. */
  redirect?: (parameters: URLSearchParams) => void
  /** Takes over a path; returns whether it has. */
  answer?: (request: IncomingMessage, response: ServerResponse) => boolean
}

export interface SigningKey {
  readonly kid: string
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
  readonly publicJwk: JWK
}

interface Grant {
  readonly nonce: string
  readonly challenge: string
  readonly redirectUri: string
  readonly clientId: string
}

const SECOND = () => Math.floor(wallMilliseconds() / 1000)

export async function newSigningKey(kid: string = randomUUID()): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'ES256' } }
}

export type StandInProvider = Awaited<ReturnType<typeof startStandInProvider>>

/** Starts a provider at a free port of this machine. Every person signs in as `person`. */
export async function startStandInProvider({ clientId = 'coatcheck', secret = 'client-secret' } = {}) {
  let key = await newSigningKey()
  const grants = new Map<string, Grant>()
  const calls: string[] = []
  const state = { hostile: {} as Hostility, person: {} as JWTPayload, secret }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', issuer)
    calls.push(`${request.method} ${url.pathname}`)
    if (state.hostile.answer?.(request, response)) return
    const json = (value: unknown, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (url.pathname === '/.well-known/openid-configuration') return json(discovery())
    if (url.pathname === '/jwks') {
      const keys = [key.publicJwk]
      return json(state.hostile.keys ? state.hostile.keys(keys) : { keys })
    }
    if (url.pathname === '/authorize') return authorize(url, response)
    if (url.pathname === '/token') return token(request, json)
    return json({ error: 'not_found' }, 404)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  function discovery() {
    const document = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    }
    return state.hostile.discovery?.(document) ?? document
  }

  function authorize({ searchParams: asked }: URL, response: ServerResponse) {
    const code = randomUUID()
    const redirectUri = asked.get('redirect_uri') ?? ''
    grants.set(code, {
      nonce: asked.get('nonce') ?? '',
      challenge: asked.get('code_challenge') ?? '',
      redirectUri,
      clientId: asked.get('client_id') ?? '',
    })
    const back = new URL(redirectUri)
    back.searchParams.set('code', code)
    back.searchParams.set('state', asked.get('state') ?? '')
    back.searchParams.set('iss', issuer)
    state.hostile.redirect?.(back.searchParams)
    response.writeHead(303, { location: back.href }).end()
  }

  /** Both parts are encoded as in a form (RFC 6749 §2.3.1). Without a secret the client is public. */
  function isClient(authorization = ''): boolean {
    if (state.secret === '') return authorization === ''
    const pair = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString().split(':')
    return pair.map(decodeURIComponent).join(' ') === `${clientId} ${state.secret}`
  }

  async function token(request: IncomingMessage, json: (value: unknown, status?: number) => unknown) {
    let text = ''
    for await (const part of request) text += part
    const form = new URLSearchParams(text)
    const code = form.get('code') ?? ''
    const grant = grants.get(code)
    grants.delete(code) // once
    if (!isClient(request.headers.authorization)) return json({ error: 'invalid_client' }, 401)
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (!grant || grant.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri'))
      return json({ error: 'invalid_grant' }, 400)
    const now = SECOND()
    const own = { iss: issuer, aud: clientId, nonce: grant.nonce, iat: now, exp: now + 300, ...state.person }
    const claims = state.hostile.claims?.(own) ?? own
    const id_token = await (state.hostile.sign ?? sign)(claims, key)
    return json({ access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token })
  }

  return {
    issuer,
    clientId,
    setSecret(next: string) {
      state.secret = next
    },
    calls,
    sign: (claims: JWTPayload, header: object = {}) => sign(claims, key, header),
    /** Who signs in; what is not given is left out of the tokens. */
    signInAs(person: JWTPayload) {
      state.person = person
    },
    be(hostile: Hostility) {
      state.hostile = hostile
    },
    async rotateKey() {
      key = await newSigningKey()
    },
    /** Follows the address that a sign-in begins at, as a browser does. @returns the parameters of the callback */
    async visit(address: string): Promise<URLSearchParams> {
      const response = await fetch(address, { redirect: 'manual' })
      return new URL(response.headers.get('location') ?? '').searchParams
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function sign(claims: JWTPayload, { kid, privateKey }: SigningKey, header: object = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid, ...header }).sign(privateKey)
}
