import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'
import { httpApiEvent, invoke, webSocketEvent } from 'coatcheck/testing'
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbSessionStore } from '../../lib/dynamodb/index.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { createAuthorizer } from '../../middleware/authorizer.ts'
import { FROM, scopes } from '../support/parts.ts'
import { type DatastoreProxy, startProxy } from '../support/proxy.ts'
import { sampleUser } from '../support/samples.ts'
import { createTestClient, createTestTables } from '../support/tables.ts'

// The optional staleness cache: `maxStalenessSeconds` is the maximum delay of a revocation.

let proxy: DatastoreProxy
beforeEach(async () => {
  proxy = await startProxy(inject('endpoint'))
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() })
})
afterEach(async () => {
  vi.useRealTimers()
  await proxy.close()
})

/** Two processes of a service, and one session. */
async function open(policy: { renewSeconds?: number } = {}) {
  const { sessions: tableName } = await createTestTables()
  const client = createTestClient(proxy.endpoint)
  const process = () => createSessions({ store: dynamodbSessionStore({ client, tableName }), ...policy })
  const [here, elsewhere] = [process(), process()]
  const user = sampleUser()
  const created = await here.create({ user, scopes: scopes('account', 'a'), ...FROM }, { get: async () => user })
  if (!created) throw new Error('unreachable')
  const token = created.token.reveal()
  const { session } = created
  const revoke = () => elsewhere.revoke(session.userId, session.id)
  const check = (maxStalenessSeconds?: number) =>
    here.check(token, maxStalenessSeconds === undefined ? {} : { maxStalenessSeconds })
  proxy.calls.length = 0
  return { here, elsewhere, session, token, revoke, check }
}

const reads = () => proxy.calls.filter(({ operation }) => operation === 'GetItem').length
const writes = () => proxy.calls.filter(({ operation }) => operation === 'UpdateItem').length
const later = (seconds: number) => vi.advanceTimersByTime(seconds * 1000)

describe('a check with the staleness cache', () => {
  test('reads every time at 0, even if concurrent or cached by others', async () => {
    const { check } = await open()
    await check(60)
    expect(reads()).toBe(1)
    await Promise.all(Array.from({ length: 10 }, (_, index) => check(index % 2 === 0 ? 0 : undefined)))
    expect(reads()).toBe(11)
    expect(proxy.calls.every(({ consistent }) => consistent)).toBe(true)
  })

  test('is reused until maxStalenessSeconds, even if another process has revoked the session', async () => {
    const { check, revoke } = await open()
    expect(await check(5)).toBeDefined()
    await revoke()
    later(4.9)
    expect(await check(5)).toBeDefined()
    expect(reads()).toBe(1)
    expect(await check(3)).toBeUndefined() // another route allows less staleness
    expect(await check(5)).toBeUndefined() // and has updated the cache
    expect(reads()).toBe(3)
  })

  test('does not extend its time by being reused', async () => {
    const { check, revoke } = await open()
    await check(5)
    await revoke()
    for (let second = 1; second < 5; second++) {
      later(1)
      expect(await check(5)).toBeDefined()
    }
    later(1)
    expect(await check(5)).toBeUndefined()
  })

  test('has its age from the start of its read', async () => {
    const { check, revoke } = await open()
    proxy.fault = () => {
      later(4)
      proxy.fault = undefined
      return undefined
    }
    await check(5)
    await revoke()
    later(1)
    expect(await check(5)).toBeUndefined()
  })

  test('that fails is not cached, so that a new session is found at once', async () => {
    const { check, token, here, session, revoke } = await open()
    const wrong = `${token.slice(0, -43)}${'A'.repeat(43)}`
    expect(await here.check(wrong, { maxStalenessSeconds: 5 })).toBeUndefined()
    expect(await check(5)).toMatchObject({ id: session.id })
    expect(await here.check(wrong, { maxStalenessSeconds: 5 })).toBeUndefined()
    await revoke()
    await here.check(token)
    const before = reads()
    expect(await check(5)).toBeUndefined()
    expect(await check(5)).toBeUndefined()
    expect(reads()).toBe(before + 2)
  })

  test('compares the token’s user id too', async () => {
    const { check, token, here } = await open()
    await check(5)
    const foreign = `cct_${'x'.repeat(21)}${token.slice(25)}`
    expect(await here.check(foreign, { maxStalenessSeconds: 5 })).toBeUndefined()
  })

  test('of a cached session past its timeout reads again: another process may have renewed it', async () => {
    const { here, elsewhere, session, token, check } = await open()
    later(session.expiresAt - session.createdAt - 2)
    expect(await check(60)).toBeDefined()
    const fresh = await elsewhere.check(token)
    expect(fresh && (await elsewhere.renew(fresh))).toMatchObject({ id: session.id })
    later(3)
    expect(await check(60)).toBeDefined()
    expect(await here.find(session.userId, session.id, { maxStalenessSeconds: 60 })).toBeDefined()
    expect(reads()).toBe(3)
  })

  test('with a datastore failure responds 503 and caches nothing', async () => {
    const { check } = await open()
    proxy.fault = () => 'failed'
    await expect(check(5)).rejects.toMatchObject({ code: 'unavailable' })
    proxy.fault = undefined
    expect(await check(5)).toBeDefined()
    proxy.fault = () => 'failed'
    expect(await check(5)).toBeDefined() // within five seconds the cache bridges the outage
    later(5)
    await expect(check(5)).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('the staleness cache of the process that writes', () => {
  test('sees its own revocation at once', async () => {
    const { check, here, session } = await open()
    await check(60)
    await here.revoke(session.userId, session.id)
    expect(await check(60)).toBeUndefined()
  })

  test('sees its own revocation of all sessions at once', async () => {
    const { check, here, session } = await open()
    await check(60)
    await here.revokeBelowEpoch(session.userId, session.userEpoch + 1, startDeadline())
    expect(await check(60)).toBeUndefined()
  })

  test('renews once, not with every check', async () => {
    const { here, check } = await open({ renewSeconds: 900 })
    later(900)
    const first = await check(60)
    const renewed = first && (await here.renew(first))
    expect(renewed?.expiresAt).toBe((first?.expiresAt ?? 0) + 900)
    for (let index = 0; index < 5; index++) {
      const found = await check(60)
      expect(found).toEqual(renewed)
      expect(found && (await here.renew(found))).toBeDefined()
    }
    expect([reads(), writes()]).toEqual([1, 1])
  })

  test('renews once when another process was first', async () => {
    const { here, elsewhere, token, check } = await open({ renewSeconds: 900 })
    later(900)
    const kept = await check(60)
    const fresh = await elsewhere.check(token)
    if (fresh) await elsewhere.renew(fresh)
    for (let index = 0; index < 5; index++) {
      const found = await check(60)
      expect(found && (await here.renew(found))).toBeDefined()
    }
    // The new timeout that the other process has written is unknown here.
    expect(await check(60)).toEqual({ ...kept, lastSeenAt: (kept?.lastSeenAt ?? 0) + 900 })
    expect(writes()).toBe(2)
  })

  test('drops a session whose renewal finds no row', async () => {
    const { here, revoke, check } = await open({ renewSeconds: 900 })
    later(900)
    const found = await check(60)
    await revoke()
    expect(found && (await here.renew(found))).toBeUndefined()
    expect(await check(60)).toBeUndefined()
  })
})

describe('routes with maxStalenessSeconds', () => {
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  const own = { origin: 'https://a.example', log: () => {} }

  test('use their own value, and compare scopes every time [LC-10]', async () => {
    const { here, token, revoke } = await open()
    const guarded = (options: Parameters<typeof requireSession>[0]) =>
      middy()
        .use(requireSession({ sessions: here, ...own, ...options }))
        .handler(async () => ({ statusCode: 200 }))
    const relaxed = guarded({ maxStalenessSeconds: 30 })
    const strict = guarded({})
    const needy = guarded({ maxStalenessSeconds: 30, scopes: ['b'] })
    const status = async (handler: typeof relaxed) =>
      (await invoke(handler, httpApiEvent({ method: 'GET', path: '/', ...bearer(token) }))).statusCode
    expect(await status(relaxed)).toBe(200)
    expect(await status(needy)).toBe(403)
    await revoke()
    expect(await status(relaxed)).toBe(200)
    expect(reads()).toBe(1)
    expect(await status(strict)).toBe(401)
    expect(await status(relaxed)).toBe(401)
  })

  test('apply it in an authorizer', async () => {
    const { here, token, revoke } = await open()
    const authorizer = createAuthorizer({ sessions: here, ...own, maxStalenessSeconds: 30 })
    const event = { version: '2.0', ...bearer(token) }
    expect(await authorizer(event)).toMatchObject({ isAuthorized: true })
    await revoke()
    expect(await authorizer(event)).toMatchObject({ isAuthorized: true })
    later(30)
    expect(await authorizer(event)).toMatchObject({ isAuthorized: false })
  })

  test('apply it to messages of a WebSocket', async () => {
    const { here, token, revoke } = await open()
    const { context = {} } = await createAuthorizer({ sessions: here, ...own })({ version: '2.0', ...bearer(token) })
    const guard = requireSession({ sessions: here, ...own, from: 'authorizer', maxStalenessSeconds: 30 })
    const handler = middy()
      .use(guard)
      .handler(async () => ({ statusCode: 200 }))
    const message = webSocketEvent({ route: 'say', authorizer: { ...context } })
    const statuses = async () => [(await invoke(handler, message)).statusCode, reads()]
    expect(await statuses()).toEqual([200, 2]) // one of the reads is the authorizer's
    await revoke()
    later(29)
    expect(await statuses()).toEqual([200, 2])
    later(1)
    expect(await statuses()).toEqual([401, 3])
  })

  test.each([-1, 0.5, 301, '5', Number.NaN])('reject %s on creation', (maxStalenessSeconds) => {
    const options = { maxStalenessSeconds: maxStalenessSeconds as number }
    for (const make of [requireSession, createAuthorizer])
      expect(() => make(options)).toThrow('`maxStalenessSeconds` must be a whole number of seconds from 0 to 300')
  })
})
