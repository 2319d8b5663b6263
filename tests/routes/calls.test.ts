import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ROUTES } from '../../functions/routes.ts'
import { type Right, rightsByFunction } from '../support/role.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'

// What each operation costs, counted on the wire, and that its role allows just that.

let service: TestService
let rights: Map<string, Right[]>
let user: TestUser
let target: TestUser
let token: string
let sessionId: string
const used = new Map<string, Set<string>>()
beforeAll(async () => {
  service = await startTestService()
  rights = await rightsByFunction()
})
beforeEach(async () => {
  user = await service.user(['admin:read', 'admin:revoke', 'greeting:read'])
  target = await service.user()
  const signedIn = await service.signIn(user)
  token = signedIn.token
  sessionId = signedIn.id
})
afterAll(() => service.close())

/** The datastore calls of one request, as `GetItem! sessions`: the mark is for a strongly consistent read. */
async function calls(route: keyof typeof ROUTES, path: string, options: object): Promise<string[]> {
  service.proxy.calls.length = 0
  const [method = ''] = route.split(' ')
  const { status } = await service.request(method, path, options)
  expect(status, `${route} ${path}`).toBeLessThan(400)
  const made = service.proxy.calls.map(({ operation, table, consistent }) => {
    const name = table === service.tables.sessions ? 'sessions' : table === service.tables.users ? 'users' : table
    return `${operation}${consistent ? '!' : ''} ${name}`
  })
  const functionName = ROUTES[route]
  const known = used.get(functionName) ?? new Set()
  for (const call of made) known.add(call.replace('!', ''))
  used.set(functionName, known)
  return made
}

const CHECK = 'GetItem! sessions'
const USER = 'GetItem! users'
const RENEWAL = 'UpdateItem sessions'
const SWEEP = ['Query! sessions', 'BatchWriteItem sessions', 'Query! sessions', 'UpdateItem users']

/** Makes a session one whose renewal is due. */
async function ageSession(userId: string, id: string): Promise<void> {
  const key = { userId: { S: userId }, sessionId: { S: id } }
  const row = await service.tables.get(service.tables.sessions, key)
  await service.tables.put(service.tables.sessions, {
    ...row,
    lastSeenAt: { N: String(Number(row?.lastSeenAt?.N) - 900) },
  })
}

/** What an end-all leaves that was interrupted after its first write: a new epoch, and a row of the old one. */
async function leaveSweepPending(of: TestUser, currentId?: string): Promise<void> {
  const { sessions, users } = service.tables
  const item = await service.tables.get(users, { pk: { S: `user#${of.id}` } })
  const epoch = { N: String(Number(item?.epoch?.N) + 1) }
  await service.tables.put(users, { ...item, epoch, sweepPending: { BOOL: true } })
  const rows = (await service.tables.scan(sessions)).filter((row) => row.userId?.S === of.id)
  const [row] = rows
  await service.tables.put(sessions, { ...row, sessionId: { S: 'o'.repeat(21) } })
  for (const each of rows)
    if (each.sessionId?.S === currentId) await service.tables.put(sessions, { ...each, userEpoch: epoch })
}

describe('datastore calls', () => {
  test('a check is one strongly consistent read and no write; with a renewal due, one conditional write more', async () => {
    service.proxy.calls.length = 0
    await service.request('GET', '/greeting', { bearer: token })
    expect(service.proxy.calls).toHaveLength(1)
    expect(service.proxy.calls[0]).toMatchObject({
      operation: 'GetItem',
      table: service.tables.sessions,
      consistent: true,
    })
    await ageSession(user.id, sessionId)
    service.proxy.calls.length = 0
    for (let i = 0; i < 3; i++) await service.request('GET', '/greeting', { bearer: token })
    expect(service.proxy.calls.map(({ operation }) => operation)).toEqual([
      'GetItem',
      'UpdateItem',
      'GetItem',
      'GetItem',
    ])
    expect(service.proxy.calls[1]?.condition).toContain('attribute_exists(userId)')
  })

  test('a malformed token, a missing one and one of another origin are none', async () => {
    service.proxy.calls.length = 0
    for (const options of [
      {},
      { bearer: 'junk' },
      { bearer: `${token}x` },
      { cookie: `__Host-session=${'x'.repeat(9000)}` },
      { bearer: token.replace('cct_', 'cct-') },
    ])
      expect((await service.request('GET', '/auth/session', options)).status).toBe(401)
    await service.request('DELETE', '/auth/sessions', {
      cookie: `__Host-session=${token}`,
      origin: 'https://evil.example',
    })
    expect(service.proxy.calls).toEqual([])
  })

  test('a thousand unknown tokens write nothing', async () => {
    service.proxy.calls.length = 0
    const unknown = (i: number) => `cct_${'u'.repeat(21)}.${'s'.repeat(17)}${1000 + i}.${'x'.repeat(43)}`
    for (let start = 0; start < 1000; start += 50)
      await Promise.all(
        Array.from({ length: 50 }, (_, i) => service.request('POST', '/auth/logout', { bearer: unknown(start + i) })),
      )
    expect(new Set(service.proxy.calls.map(({ operation }) => operation))).toEqual(new Set(['GetItem']))
    expect(service.proxy.calls).toHaveLength(1000)
  })

  test('register', async () => {
    const body = { email: `${target.id.toLowerCase()}@register.example`, password: PASSWORD }
    expect(await calls('POST /auth/register', '/auth/register', { body })).toEqual(['PutItem users', 'PutItem users'])
    service.proxy.calls.length = 0
    expect((await service.request('POST', '/auth/register', { body })).status).toBe(409)
    const refused = service.proxy.calls.map(({ operation }) => operation)
    expect(refused.filter((operation) => operation !== 'GetItem')).toEqual(['PutItem', 'PutItem', 'DeleteItem'])
    for (const operation of refused) used.get('register')?.add(`${operation} users`)
  })

  test('login', async () => {
    const body = { email: user.email, password: PASSWORD, credential: 'bearer' }
    const plain = [USER, USER, 'PutItem sessions', USER]
    expect(await calls('POST /auth/login', '/auth/login', { body })).toEqual(plain)
    expect(await calls('POST /auth/login', '/auth/login', { body, bearer: token })).toEqual([
      ...plain,
      ...[CHECK, 'DeleteItem sessions'],
    ])
    await leaveSweepPending(user)
    const swept = [USER, USER, ...SWEEP, 'PutItem sessions', USER]
    expect(await calls('POST /auth/login', '/auth/login', { body })).toEqual(swept)
    for (const wrong of [
      { ...body, password: 'wrong' },
      { ...body, email: 'nobody@example.com' },
    ]) {
      service.proxy.calls.length = 0
      expect((await service.request('POST', '/auth/login', { body: wrong })).status).toBe(401)
      expect(service.proxy.calls.map(({ operation, consistent }) => [operation, consistent])).toEqual([
        ['GetItem', true],
        ['GetItem', true],
      ])
    }
  })

  test('logout, session, list', async () => {
    expect(await calls('GET /auth/session', '/auth/session', { bearer: token })).toEqual([CHECK, USER])
    await ageSession(user.id, sessionId)
    expect(await calls('GET /auth/session', '/auth/session', { bearer: token })).toEqual([CHECK, USER])
    const list = [CHECK, RENEWAL, USER, 'Query! sessions']
    expect(await calls('GET /auth/sessions', '/auth/sessions', { bearer: token })).toEqual(list)
    await leaveSweepPending(user, sessionId)
    const swept = [CHECK, USER, ...SWEEP, 'Query! sessions']
    expect(await calls('GET /auth/sessions', '/auth/sessions', { bearer: token })).toEqual(swept)
    expect(await calls('POST /auth/logout', '/auth/logout', { bearer: token })).toEqual([CHECK, 'DeleteItem sessions'])
    expect(await calls('POST /auth/logout', '/auth/logout', {})).toEqual([])
  })

  test('revoke one, end all, end the others', async () => {
    const other = await service.signIn(user)
    const path = `/auth/sessions/${other.id}`
    const one = [CHECK, RENEWAL, USER, 'DeleteItem sessions', ...SWEEP]
    await ageSession(user.id, sessionId)
    await leaveSweepPending(user, sessionId)
    expect(await calls('DELETE /auth/sessions/{sessionId}', path, { bearer: token })).toEqual(one)
    const others = [CHECK, USER, 'UpdateItem users', ...SWEEP]
    const kept = await service.signIn(user)
    const replaced = [CHECK, USER, 'UpdateItem users', 'DeleteItem sessions', ...SWEEP, 'PutItem sessions', USER]
    const options = { bearer: kept.token }
    expect(await calls('DELETE /auth/sessions', '/auth/sessions?keep=current', options)).toEqual(replaced)
    const { token: last } = await service.signIn(user)
    expect(await calls('DELETE /auth/sessions', '/auth/sessions', { bearer: last })).toEqual(others)
  })

  test('introspection', async () => {
    const service1 = await service.user(['sessions:introspect'])
    const { token: bearer, id } = await service.signIn(service1)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const options = { bearer, headers, body: `token=${token}` }
    expect(await calls('POST /auth/introspect', '/auth/introspect', options)).toEqual([CHECK, CHECK])
    await ageSession(service1.id, id)
    expect(await calls('POST /auth/introspect', '/auth/introspect', options)).toEqual([CHECK, RENEWAL, CHECK])
  })

  test('administration', async () => {
    const { id } = await service.signIn(target)
    const base = `/admin/users/${target.id}`
    const asked = { bearer: token }
    const due = () => ageSession(user.id, sessionId)
    const guard = [CHECK, RENEWAL, USER]
    await due()
    const byEmail = `/admin/users?email=${target.email}`
    expect(await calls('GET /admin/users', byEmail, asked)).toEqual([...guard, USER, USER])
    await due()
    expect(await calls('GET /admin/users/{userId}', base, asked)).toEqual([...guard, USER])
    await due()
    await leaveSweepPending(target, id)
    const list = [...guard, USER, ...SWEEP, 'Query! sessions']
    expect(await calls('GET /admin/users/{userId}/sessions', `${base}/sessions`, asked)).toEqual(list)
    await due()
    await leaveSweepPending(target)
    const one = [...guard, USER, 'DeleteItem sessions', ...SWEEP]
    const path = `${base}/sessions/${id}`
    expect(await calls('DELETE /admin/users/{userId}/sessions/{sessionId}', path, asked)).toEqual(one)
    await due()
    await service.signIn(target)
    const all = [...guard, USER, 'UpdateItem users', ...SWEEP]
    expect(await calls('DELETE /admin/users/{userId}/sessions', `${base}/sessions`, asked)).toEqual(all)
  })

  test('every function’s role allows what it did above and nothing else', async () => {
    expect(await calls('GET /health', '/health', {})).toEqual([])
    for (const name of new Set(Object.values(ROUTES)))
      expect([name, [...(used.get(name) ?? [])].sort()]).toEqual([
        name,
        rights
          .get(name)
          ?.map(({ call }) => call)
          .sort(),
      ])
    expect(rights.get('no-route')).toEqual([])
  })

  test('a right that is limited to attributes is limited to those that are named', async () => {
    const limits = new Map<string, readonly string[]>()
    for (const right of [...rights.values()].flat()) if (right.attributes) limits.set(right.call, right.attributes)
    await ageSession(user.id, sessionId)
    await service.request('GET', '/greeting', { bearer: token })
    await service.request('DELETE', '/auth/sessions', { bearer: token })
    const named = new Map<string, Set<string>>()
    for (const { operation, table, attributes } of service.proxy.calls) {
      const call = `${operation} ${table === service.tables.sessions ? 'sessions' : 'users'}`
      if (limits.has(call)) named.set(call, (named.get(call) ?? new Set()).union(new Set(attributes)))
    }
    expect([...named].map(([call, attributes]) => [call, [...attributes].sort()]).sort()).toEqual([...limits].sort())
  })
})
