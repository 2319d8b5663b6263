import { exportSPKI, importJWK, type JWTPayload, SignJWT } from 'jose'
import { systemClock } from '../../lib/system.ts'
import { type Hostility, newSigningKey, sign } from './stand-in-provider.ts'

// What a hostile provider, or somebody between it and the browser, answers to a sign-in; and why that is refused.

const changing = (change: JWTPayload): Hostility => ({ claims: (claims) => ({ ...claims, ...change }) })
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

export const FORGED: Readonly<Record<string, [hostile: Hostility, reason: string]>> = {
  'another issuer in the token': [changing({ iss: 'https://evil.example' }), 'invalid_token'],
  'another audience': [changing({ aud: 'another-client' }), 'invalid_token'],
  'several audiences without azp': [changing({ aud: ['coatcheck', 'another-client'] }), 'invalid_token'],
  'a further audience': [changing({ aud: ['coatcheck', 'another-client'], azp: 'coatcheck' }), 'invalid_token'],
  'another azp': [changing({ azp: 'another-client' }), 'invalid_token'],
  'another nonce': [changing({ nonce: 'of-another-browser' }), 'invalid_token'],
  'no nonce': [changing({ nonce: undefined as never }), 'invalid_token'],
  'an expired token': [changing({ exp: systemClock() - 120 }), 'invalid_token'],
  'a token without expiry': [changing({ exp: undefined as never }), 'invalid_token'],
  'a token of the future': [changing({ iat: systemClock() + 600, exp: systemClock() + 900 }), 'invalid_token'],
  'a token of an hour ago': [changing({ iat: systemClock() - 3600 }), 'invalid_token'],
  'a token that is not valid yet': [changing({ nbf: systemClock() + 600 }), 'invalid_token'],
  'no subject': [changing({ sub: undefined as never }), 'invalid_token'],
  'another issuer in the redirect': [{ redirect: (p) => p.set('iss', 'https://evil.example') }, 'invalid_token'],
  'no issuer in the redirect': [{ redirect: (p) => p.delete('iss') }, 'invalid_token'],
  'another state': [{ redirect: (p) => p.set('state', 'of-another-browser') }, 'invalid_token'],
  'two states': [{ redirect: (p) => p.append('state', 'of-another-browser') }, 'invalid_token'],
  'no code': [{ redirect: (p) => p.delete('code') }, 'invalid_token'],
  'an unknown code': [{ redirect: (p) => p.set('code', 'guessed') }, 'invalid_response'],
  'a refusal by the person': [
    {
      redirect: (p) => {
        p.delete('code')
        p.set('error', 'access_denied')
      },
    },
    'access_denied',
  ],
  'an unsigned token': [{ sign: (claims) => `${encoded({ alg: 'none' })}.${encoded(claims)}.` }, 'invalid_token'],
  'a token signed by the public key as a secret': [
    {
      async sign(claims, { kid, publicJwk }) {
        const publicKey = await importJWK(publicJwk, 'ES256', { extractable: true })
        const secret = Buffer.from(await exportSPKI(publicKey as Parameters<typeof exportSPKI>[0]))
        return new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(secret)
      },
    },
    'invalid_token',
  ],
  'a token signed by another key of this name': [
    { sign: async (claims, { kid }) => sign(claims, await newSigningKey(kid)) },
    'invalid_token',
  ],
  'a token whose header brings its own key': [
    {
      async sign(claims) {
        const { privateKey, publicJwk } = await newSigningKey()
        return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', jwk: publicJwk }).sign(privateKey)
      },
    },
    'invalid_token',
  ],
  'a changed payload': [
    {
      async sign(claims, key) {
        const [header, , signature] = (await sign(claims, key)).split('.')
        return `${header}.${encoded({ ...claims, sub: 'eve' })}.${signature}`
      },
    },
    'invalid_token',
  ],
  'two keys of one name': [{ keys: (keys) => ({ keys: [...keys, ...keys] }) }, 'invalid_token'],
  'a set without keys': [{ keys: () => ({ keys: [] }) }, 'invalid_token'],
}
