import { importJWK, jwtVerify } from 'jose'

// The least that a function with a signed token can be: one verification, and nothing is read.

export async function handler({ token, key }: { token: string; key: object }) {
  const { payload } = await jwtVerify(token, await importJWK(key, 'ES256'), {
    issuer: 'https://auth.example.com',
    audience: 'https://api.example.com',
  })
  return { statusCode: 200, body: JSON.stringify({ userId: payload.sub }) }
}
