import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { wallMilliseconds } from '../../lib/system.ts'
import { isLocalHost } from '../local-host.ts'
import { choicePage, sessionsPage } from './pages.ts'
import { PEOPLE, type Person } from './people.ts'

/** A provider of OpenID Connect for development, whose page asks who signs in. */
export interface StandInProvider {
  /** Its entry in a providers' file. */
  readonly entry: object
  close(): Promise<void>
}

interface Grant {
  readonly person: Person
  readonly sid: string
  readonly nonce: string
  readonly challenge: string
}

const ID = 'stand-in'
const CLIENT_ID = 'coatcheck'
const LIMIT_BYTES = 16_384
const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout'

/**
 * Starts the provider at a port of this machine.
 * @param origin of the service, which alone is redirected to
 * @throws Error with the code `EADDRINUSE` if the port is taken
 */
export async function startStandInProvider(port: number, origin: string): Promise<StandInProvider> {
  const issuer = `http://localhost:${port}`
  const redirectUri = `${origin}/auth/oidc/${ID}/callback`
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const kid = randomUUID()
  const grants = new Map<string, Grant>()
  const sessions = new Map<string, Person>()
  const seconds = () => Math.floor(wallMilliseconds() / 1000)
  const sign = (claims: JWTPayload, typ: string) =>
    new SignJWT({ iss: issuer, aud: CLIENT_ID, iat: seconds(), exp: seconds() + 120, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid, typ })
      .sign(privateKey)

  const discovery = {
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

  /** The redirect with a code, or with the refusal of a person who gives up. */
  function respond(asked: URLSearchParams, sub: string): string {
    const back = new URL(redirectUri)
    back.searchParams.set('state', asked.get('state') ?? '')
    back.searchParams.set('iss', issuer)
    const person = PEOPLE.find((each) => each.sub === sub)
    if (!person) {
      back.searchParams.set('error', 'access_denied')
      return back.href
    }
    const [code, sid] = [randomUUID(), randomUUID()]
    grants.set(code, {
      ...{ person, sid },
      nonce: asked.get('nonce') ?? '',
      challenge: asked.get('code_challenge') ?? '',
    })
    back.searchParams.set('code', code)
    return back.href
  }

  /** Redeems a code, once (RFC 6749 §4.1.3; RFC 7636). */
  async function redeem(form: URLSearchParams): Promise<[status: number, body: object]> {
    const code = form.get('code') ?? ''
    const grant = grants.get(code)
    grants.delete(code)
    const verifier = form.get('code_verifier') ?? ''
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    if (!grant || grant.challenge !== challenge || form.get('redirect_uri') !== redirectUri)
      return [400, { error: 'invalid_grant' }]
    const { person, sid, nonce } = grant
    sessions.set(sid, person)
    const claims = { ...person, email_verified: true, sid, nonce, auth_time: seconds() }
    return [200, { access_token: randomUUID(), token_type: 'Bearer', id_token: await sign(claims, 'JWT') }]
  }

  /** Sends a logout token (OpenID Connect Back-Channel Logout 1.0 §2.5). */
  async function signOut(sid: string): Promise<void> {
    const person = sessions.get(sid)
    if (!person) return
    sessions.delete(sid)
    const claims = { sub: person.sub, sid, jti: randomUUID(), events: { [LOGOUT]: {} } }
    const body = new URLSearchParams({ logout_token: await sign(claims, 'logout+jwt') })
    await fetch(`${origin}/auth/oidc/${ID}/logout`, { method: 'POST', body })
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const url = new URL(request.url ?? '/', issuer)
    const json = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    const html = (text: string) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(text)
    const goTo = (location: string) => response.writeHead(303, { location }).end()
    if (!isLocalHost(request.headers.host, ['localhost'])) return json(421, { error: 'misdirected_request' })
    const form = request.method === 'POST' ? await readForm(request) : new URLSearchParams()
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /.well-known/openid-configuration':
        return json(200, discovery)
      case 'GET /jwks':
        return json(200, { keys: [{ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'ES256' }] })
      case 'GET /authorize':
        return html(choicePage(url.search))
      case 'POST /authorize':
        return goTo(respond(new URLSearchParams(form.get('query') ?? ''), form.get('sub') ?? ''))
      case 'POST /token':
        return json(...(await redeem(form)))
      case 'GET /':
        return html(sessionsPage(sessions))
      case 'POST /sign-out':
        await signOut(form.get('sid') ?? '')
        return goTo('/')
      default:
        return json(404, { error: 'not_found' })
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const settings = { id: ID, name: 'the stand-in provider', issuer, clientId: CLIENT_ID, algorithm: 'ES256' }
  return {
    entry: { ...settings, registration: 'open' },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = ''
  for await (const part of request) {
    text += part
    if (text.length > LIMIT_BYTES) break
  }
  return new URLSearchParams(text)
}
