import middy from '@middy/core'
import { httpApiAuthorizerEvent, httpApiEvent, invoke } from 'coatcheck/testing'
import * as v from 'valibot'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { json } from '../../functions/http/answer.ts'
import type { App } from '../../functions/http/app.ts'
import { formBody } from '../../functions/http/form-body.ts'
import { jsonBody } from '../../functions/http/json-body.ts'
import { publicRoute, sessionRoute, userRoute } from '../../functions/http/route.ts'
import { parseConfig } from '../../lib/config.ts'
import { findCredentials } from '../../lib/http/credentials.ts'
import { readRequest } from '../../lib/http/request.ts'
import { systemClock } from '../../lib/system.ts'
import { createAuthorizer } from '../../middleware/authorizer.ts'
import { requireSession } from '../../middleware/require-session.ts'
import { createParts, scopes } from '../support/parts.ts'

vi.mock('../../lib/http/request.ts', { spy: true })
vi.mock('../../lib/http/credentials.ts', { spy: true })
beforeEach(() => {
  vi.mocked(readRequest).mockClear()
  vi.mocked(findCredentials).mockClear()
})

const SECRET = 'p'.repeat(32)
const reads = () => ({
  request: vi.mocked(readRequest).mock.calls.length,
  credentials: vi.mocked(findCredentials).mock.calls.length,
})

async function open() {
  const parts = createParts()
  parts.time.now = systemClock()
  const user = await parts.user({ scopes: scopes('admin:read') })
  const { token } = await parts.session(user, { scopes: scopes('account', 'admin:read') })
  const config = parseConfig({ CLIENT_IP_HEADER: 'x-client-ip', ORIGIN_VERIFY_SECRET: SECRET })
  const app = { ...parts, config } as unknown as App
  const headers = { authorization: `Bearer ${token.reveal()}`, 'x-client-ip': '192.0.2.9', 'x-origin-verify': SECRET }
  return { ...parts, app, headers }
}

describe('reads the request and its credentials once', () => {
  test('on a public route with a body, which a trusted proxy passes on', async () => {
    const { app, headers, entries } = await open()
    const handler = publicRoute(app, { body: jsonBody(v.strictObject({ a: v.number() })) }, ({ http, body, log }) => {
      log({ level: 'info', event: 'session_created' })
      return json(200, { a: body.a, ip: http.ip })
    })
    const answer = await invoke(handler, httpApiEvent({ method: 'POST', headers, body: { a: 1 } }))
    expect(answer).toMatchObject({ statusCode: 200, body: '{"a":1,"ip":"192.0.2.9"}' })
    expect(entries).toMatchObject([{ ip: '192.0.2.9' }])
    expect(reads()).toEqual({ request: 1, credentials: 1 })
  })

  test('on a public route that fails', async () => {
    const { app, headers, entries } = await open()
    const handler = publicRoute(app, {}, () => {
      throw new Error('a bug')
    })
    expect(await invoke(handler, httpApiEvent({ headers }))).toMatchObject({ statusCode: 500 })
    expect(entries).toMatchObject([{ event: 'sys_crash', ip: '192.0.2.9' }])
    expect(reads()).toEqual({ request: 1, credentials: 1 })
  })

  test('on a session route with a form', async () => {
    const { app, headers } = await open()
    const handler = sessionRoute(app, { scopes: [], body: formBody(['a']) }, ({ body }) => json(200, body))
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await invoke(
      handler,
      httpApiEvent({ method: 'POST', headers: { ...headers, ...type }, body: 'a=1' }),
    )
    expect(answer).toMatchObject({ statusCode: 200, body: '{"a":"1"}' })
    expect(reads()).toEqual({ request: 1, credentials: 1 })
  })

  test('on an administrator’s route, and when it refuses a scope', async () => {
    const { app, headers, entries } = await open()
    const handler = userRoute(app, { scopes: ['admin:read'], fresh: true }, ({ user }) => json(200, { id: user.id }))
    expect(await invoke(handler, httpApiEvent({ headers }))).toMatchObject({ statusCode: 200 })
    expect(reads()).toEqual({ request: 1, credentials: 1 })

    const refusing = userRoute(app, { scopes: ['admin:write'] }, () => json(200, {}))
    expect(await invoke(refusing, httpApiEvent({ headers }))).toMatchObject({ statusCode: 403 })
    expect(entries).toMatchObject([{ event: 'authz_fail', ip: '192.0.2.9' }])
    expect(reads()).toEqual({ request: 2, credentials: 2 })
  })

  test('in a neighbour’s handler behind requireSession, and when it refuses a scope', async () => {
    const { sessions, headers, entries, log } = await open()
    const guarded = (scope: string) =>
      middy()
        .use(requireSession({ sessions, scopes: [scope], log }))
        .handler(async () => ({ statusCode: 200 }))
    expect(await invoke(guarded('account'), httpApiEvent({ headers }))).toMatchObject({ statusCode: 200 })
    expect(reads()).toEqual({ request: 1, credentials: 1 })

    expect(await invoke(guarded('notes:write'), httpApiEvent({ headers }))).toMatchObject({ statusCode: 403 })
    expect(entries).toMatchObject([{ event: 'authz_fail' }])
    expect(reads()).toEqual({ request: 2, credentials: 2 })
  })

  test('in the authorizer, and when it refuses a scope', async () => {
    const { sessions, headers, entries, log } = await open()
    const authorizer = (scope: string) => createAuthorizer({ sessions, scopes: [scope], log })
    expect(await authorizer('account')(httpApiAuthorizerEvent({ headers }))).toMatchObject({ isAuthorized: true })
    expect(reads()).toEqual({ request: 1, credentials: 1 })

    expect(await authorizer('notes:write')(httpApiAuthorizerEvent({ headers }))).toEqual({ isAuthorized: false })
    expect(entries).toMatchObject([{ event: 'authz_fail' }])
    expect(reads()).toEqual({ request: 2, credentials: 2 })
  })

  test('behind an authorizer, where it finds no credentials of its own', async () => {
    const { sessions, headers, log } = await open()
    const handler = middy()
      .use(requireSession({ sessions, from: 'authorizer', log }))
      .handler(async () => ({ statusCode: 200 }))
    expect(await invoke(handler, httpApiEvent({ headers }))).toMatchObject({ statusCode: 401 })
    expect(reads()).toEqual({ request: 1, credentials: 0 })
  })
})
