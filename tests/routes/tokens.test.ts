import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { parseLocalEndpoint } from '../../lib/dynamodb/local-endpoint.ts'
import { expectProblem } from '../support/problem.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { type StandInKms, startStandInKms } from '../support/stand-in-kms.ts'

// Signed tokens and receipts, verified as another service does: by the keys at the service's own address.

let kms: StandInKms
let keyIds: string[]
let service: TestService
let off: TestService
beforeAll(async () => {
  kms = await startStandInKms(parseLocalEndpoint(inject('endpoint')).credentials)
  keyIds = [kms.createKey('ES256'), kms.createKey('RS256')]
  service = await startTestService({
    TOKEN_KEYS: keyIds.map((id, index) => `${index ? 'RS256' : 'ES256'}:${id}`).join(),
    TOKEN_KMS_ENDPOINT: kms.endpoint,
    TOKEN_AUDIENCES: 'orders,https://stock.example.com',
    TOKEN_SECONDS: '60',
    TOKENS_PER_USER: '3',
  })
  off = await startTestService({}, [])
})
afterAll(async () => {
  await service?.close()
  await off?.close()
  await kms?.close()
})

const issue = (bearer: string, body: unknown) => service.request('POST', '/auth/token', { bearer, body })
const ORDERS = { audience: 'orders', scopes: ['notes:read'] }

/** As API Gateway's JWT authorizer finds the keys: from the issuer alone. */
async function keysOfIssuer() {
  const response = await fetch(`${service.url}/.well-known/openid-configuration`)
  const { issuer, jwks_uri } = (await response.json()) as { issuer: string; jwks_uri: string }
  expect(issuer).toBe(service.url)
  return createRemoteJWKSet(new URL(jwks_uri))
}

describe('a signed token', () => {
  test('is verified by the keys of its issuer, for its audience alone, and ends by itself', async () => {
    const user = await service.user(['notes:read', 'notes:write'])
    const { token: bearer, id } = await service.signIn(user)
    const answer = await issue(bearer, { ...ORDERS, scopes: ['notes:read', 'notes:read'] })
    expect(answer.status).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store')
    const { token, expiresAt, ...rest } = answer.json
    expect(rest).toEqual({ tokenType: 'Bearer', audience: 'orders', scopes: ['notes:read'], expiresIn: 60 })
    const keys = await keysOfIssuer()
    const { payload } = await jwtVerify(token, keys, { issuer: service.url, audience: 'orders', typ: 'at+jwt' })
    expect(payload).toMatchObject({ sub: user.id, scope: 'notes:read', sid: id, exp: Date.parse(expiresAt) / 1000 })
    await expect(jwtVerify(token, keys, { audience: 'https://stock.example.com' })).rejects.toThrow('"aud"')
    const later = { audience: 'orders', currentDate: new Date(Date.parse(expiresAt) + 1000) }
    await expect(jwtVerify(token, keys, later)).rejects.toThrow('"exp"')
    // No route of ours takes it for a session.
    expectProblem(await service.request('GET', '/auth/session', { bearer: token }), 'unauthenticated')
  })

  test('needs an audience and scopes of the session', async () => {
    const { token: bearer } = await service.signIn(await service.user(['notes:read']), { scopes: ['account'] })
    for (const body of [{}, { audience: 'orders' }, { ...ORDERS, scopes: [] }, { ...ORDERS, lifetime: 9 }])
      expectProblem(await issue(bearer, body), 'invalid_request')
    for (const audience of ['order', 'ORDERS', 'https://stock.example.com/', '', service.url])
      expectProblem(await issue(bearer, { ...ORDERS, audience }), 'invalid_request')
    expectProblem(await issue(bearer, ORDERS), 'invalid_scope') // the user holds it, and the session does not
    expect((await issue(bearer, { ...ORDERS, scopes: ['account'] })).status).toBe(200)
  })

  test('is not issued for a session that was revoked, nor for a disabled user', async () => {
    const user = await service.user(['notes:read'])
    const { token: bearer } = await service.signIn(user)
    await service.request('POST', '/auth/logout', { bearer })
    expectProblem(await issue(bearer, ORDERS), 'unauthenticated')
    const other = await service.signIn(user)
    const item = await service.tables.get(service.tables.users, { pk: { S: `user#${user.id}` } })
    await service.tables.put(service.tables.users, { ...item, status: { S: 'disabled' } })
    expectProblem(await issue(other.token, ORDERS), 'unauthenticated')
  })

  test('has a budget of each user', async () => {
    const { token: bearer } = await service.signIn(await service.user(['notes:read']))
    const before = kms.calls.length
    for (let count = 0; count < 3; count++) expect((await issue(bearer, ORDERS)).status).toBe(200)
    expectProblem(await issue(bearer, ORDERS), 'too_many_attempts')
    expect(kms.calls.length - before).toBe(3)
    const other = await service.signIn(await service.user(['notes:read']))
    expect((await issue(other.token, ORDERS)).status).toBe(200)
  })

  test('is refused with 503 while the key fails; the session stays', async () => {
    const { token: bearer } = await service.signIn(await service.user(['notes:read']))
    kms.answer(() => ({ status: 500, body: '{}' }))
    expectProblem(await issue(bearer, ORDERS), 'unavailable')
    kms.answer()
    expect((await issue(bearer, ORDERS)).status).toBe(200)
  })

  test('does not exist without TOKEN_AUDIENCES', async () => {
    const { token: bearer } = await off.signIn(await off.user(['notes:read']))
    expectProblem(await off.request('POST', '/auth/token', { bearer, body: ORDERS }), 'not_found')
    for (const path of ['/.well-known/jwks.json', '/.well-known/openid-configuration'])
      expectProblem(await off.request('GET', path), 'not_found')
    const receipt = await off.request('POST', '/auth/logout', { bearer, headers: { prefer: 'return=receipt' } })
    expect([receipt.status, receipt.headers['preference-applied']]).toEqual([204, undefined])
  })
})

test('the keys are published with those of a rotation, for caches', async () => {
  const answer = await service.request('GET', '/.well-known/jwks.json')
  expect(answer.headers['cache-control']).toBe('public, max-age=300')
  expect(answer.json.keys.map(({ alg }: { alg: string }) => alg)).toEqual(['ES256', 'RS256'])
  const before = kms.calls.length
  expect((await service.request('GET', '/.well-known/jwks.json')).json).toEqual(answer.json)
  expect((await service.request('HEAD', '/.well-known/jwks.json')).text).toBe('')
  expect(kms.calls).toHaveLength(before) // read once
  const { json } = await service.request('GET', '/.well-known/openid-configuration')
  expect(json).toEqual({
    issuer: service.url,
    jwks_uri: `${service.url}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: ['ES256', 'RS256'],
    response_types_supported: [],
    subject_types_supported: ['public'],
  })
})

describe('a receipt', () => {
  const headers = { prefer: 'return=receipt' }
  const read = async (receipt: string) => {
    const { payload } = await jwtVerify(receipt, await keysOfIssuer(), {
      issuer: service.url,
      typ: 'revocation-receipt+jwt',
    })
    return payload
  }

  test('of a logout names the session', async () => {
    const user = await service.user()
    const { token: bearer, id } = await service.signIn(user)
    const answer = await service.request('POST', '/auth/logout', { bearer, headers })
    expect([answer.status, answer.headers['preference-applied']]).toEqual([200, 'return=receipt'])
    expect(answer.setCookie.length).toBeGreaterThan(0) // the cookie expires as without a receipt
    const { sub, revocation } = await read(answer.json.receipt)
    expect([sub, revocation]).toEqual([
      user.id,
      { kind: 'sessions', count: 1, sessions: [{ userId: user.id, sessionId: id }] },
    ])
    // Nothing is revoked, so there is nothing to certify.
    expect((await service.request('POST', '/auth/logout', { bearer, headers })).status).toBe(204)
  })

  test('of one’s own sessions, of one and of all', async () => {
    const user = await service.user()
    const [first, second] = [await service.signIn(user), await service.signIn(user)]
    const path = `/auth/sessions/${first.id}`
    const one = await service.request('DELETE', path, { bearer: second.token, headers })
    expect(await read(one.json.receipt)).toMatchObject({
      sub: user.id,
      revocation: { kind: 'sessions', count: 1, sessions: [{ sessionId: first.id }], by: user.id },
    })
    const kept = await service.request('DELETE', '/auth/sessions?keep=current', { bearer: second.token, headers })
    expect(await read(kept.json.receipt)).toMatchObject({
      revocation: { kind: 'all_sessions', sessions: [{ sessionId: second.id }], by: user.id, epoch: 1 },
    })
    const all = await service.request('DELETE', '/auth/sessions', { bearer: kept.json.token, headers })
    expect([all.status, all.json.revoked]).toEqual([200, 1])
    const { iat, revocation } = await read(all.json.receipt)
    expect(Math.abs(Number(iat) - Date.now() / 1000)).toBeLessThan(60)
    expect(revocation).toMatchObject({ kind: 'all_sessions', count: 1, epoch: 2 })
  })

  test('of an administrator’s revocations names both', async () => {
    const admin = await service.user(['admin:revoke'])
    const target = await service.user()
    const { token: bearer } = await service.signIn(admin)
    const { id } = await service.signIn(target)
    const one = await service.request('DELETE', `/admin/users/${target.id}/sessions/${id}`, { bearer, headers })
    expect(await read(one.json.receipt)).toMatchObject({ sub: target.id, revocation: { by: admin.id, count: 1 } })
    const all = await service.request('DELETE', `/admin/users/${target.id}/sessions`, { bearer, headers })
    expect(all.headers['preference-applied']).toBe('return=receipt')
    expect(await read(all.json.receipt)).toMatchObject({
      sub: target.id,
      revocation: { kind: 'all_sessions', count: 0, by: admin.id, epoch: 1 },
    })
  })

  test('that cannot be signed does not fail the revocation, and the log says so', async () => {
    const { token: bearer } = await service.signIn(await service.user())
    kms.answer(() => ({ status: 500, body: '{}' }))
    const answer = await service.request('DELETE', '/auth/sessions', { bearer, headers })
    kms.answer()
    expect([answer.status, answer.json, answer.headers['preference-applied']]).toEqual([200, { revoked: 1 }, undefined])
    expectProblem(await service.request('GET', '/auth/session', { bearer }), 'unauthenticated')
    expect(service.log.some((line) => line.includes('receipt_missed'))).toBe(true)
  })

  test('is signed only on request', async () => {
    const { token: bearer } = await service.signIn(await service.user())
    const before = kms.calls.length
    expect((await service.request('POST', '/auth/logout', { bearer })).status).toBe(204)
    expect(kms.calls).toHaveLength(before)
  })
})

test('after the signing key has changed, tokens of before are verified until they end', async () => {
  const { token: bearer } = await service.signIn(await service.user(['notes:read']))
  const { token } = (await issue(bearer, ORDERS)).json
  const [first, second] = keyIds
  const rotated = await startTestService({
    TOKEN_KEYS: `RS256:${second} ES256:${first}`,
    TOKEN_KMS_ENDPOINT: kms.endpoint,
    TOKEN_AUDIENCES: 'orders',
  })
  try {
    const keys = createRemoteJWKSet(new URL(`${rotated.url}/.well-known/jwks.json`))
    expect((await jwtVerify(token, keys, { audience: 'orders' })).protectedHeader.alg).toBe('ES256')
    const { token: other } = await rotated.signIn(await rotated.user(['notes:read']))
    const next = await rotated.request('POST', '/auth/token', { bearer: other, body: ORDERS })
    expect(decodeProtectedHeader(next.json.token).alg).toBe('RS256')
    await jwtVerify(next.json.token, keys, { audience: 'orders', issuer: rotated.url })
  } finally {
    await rotated.close()
  }
})
