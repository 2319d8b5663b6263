import { createLocalJWKSet, jwtVerify } from 'jose'
import { newAdministrator } from './factors.ts'
import type { World } from './world.ts'

/** Signed tokens and receipts, whose keys are in AWS KMS. */
export async function signedTokens(world: World): Promise<void> {
  const KEYS = 'GET /.well-known/jwks.json'
  const { json: keySet } = await world.ask(KEYS, 200)
  for (const path of ['jwks.json', 'openid-configuration'])
    for (const method of ['GET', 'HEAD']) await world.ask(`${method} /.well-known/${path}`, 200)
  const verify = async (text: string | undefined, typ: string) => {
    const verified = await jwtVerify(text ?? '', createLocalJWKSet(keySet as never), { typ }).catch((error) => error)
    world.expect('payload' in verified, `tokens: a signature of KMS is not verified: ${verified}`)
  }

  const actor = await world.newActor()
  const issue = 'POST /auth/token'
  const body = { audience: 'orders', scopes: ['account'] }
  const issued = await world.ask(issue, 200, { bearer: actor.token, body })
  await verify(issued.json?.token, 'at+jwt')
  await world.age(actor)
  await world.ask(issue, 200, { bearer: actor.token, body })
  await world.ask(issue, 400, { bearer: actor.token, body: { ...body, audience: 'other' } })
  await world.setAttempts('all')
  await world.ask(issue, 429, { bearer: actor.token, body })
  await world.setAttempts('none')

  const receipt = async (route: string, bearer: string, params?: Record<string, string>) => {
    const { json } = await world.ask(route, 200, { bearer, headers: { prefer: 'return=receipt' } }, params)
    await verify(json?.receipt, 'revocation-receipt+jwt')
  }
  const admin = await newAdministrator(world)
  const [first, second] = [await world.newActor(), await world.newActor()]
  const { userId, sessionId } = first
  await receipt('DELETE /admin/users/{userId}/sessions/{sessionId}', admin.token, { userId, sessionId })
  await receipt('DELETE /admin/users/{userId}/sessions', admin.token, { userId })
  const other = await world.signIn(second)
  await receipt('DELETE /auth/sessions/{sessionId}', second.token, { sessionId: other.sessionId })
  await receipt('DELETE /auth/sessions', second.token)
  await receipt('POST /auth/logout', actor.token)
}
