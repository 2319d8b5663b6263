import { hashSync } from 'bcryptjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AUDIT_EVENTS } from '../../lib/audit.ts'
import { auditLines, changeItem, watchLog } from '../support/audit-lines.ts'
import type { Call } from '../support/proxy.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'
import { logIn } from '../support/throttled.ts'

// What administrators do has their id and their target's; what goes wrong has its lines, however the request ends.

let service: TestService
let log: ReturnType<typeof watchLog>
let administrator: TestUser
let admin: string
let user: TestUser
let sessionId: string
beforeAll(async () => {
  service = await startTestService({}, [])
  log = watchLog(service)
  administrator = await service.user(['admin:read', 'admin:write', 'admin:revoke'])
  admin = (await service.signIn(administrator)).token
})
beforeEach(async () => {
  user = await service.user(['notes:read'])
  sessionId = (await service.signIn(user)).id
  await log.skip()
})
afterEach(() => {
  service.proxy.fault = undefined
})
afterAll(() => service.close())

const ask = (method: string, path: string, body?: object) =>
  service.request(method, path, { bearer: admin, ...(body && { body }) })
const path = (rest = '') => `/admin/users/${user.id}${rest}`
const by = (action: string, target = user.id) => ['authz_admin', { actor: administrator.id, target, action }] as const
const ended = (reason: string) =>
  ['session_expired', { actor: administrator.id, target: user.id, sessionId, reason }] as const
const spoil = (concerns: (call: Call) => boolean) => {
  service.proxy.fault = (call) => (concerns(call) ? 'failed' : undefined)
}
const changeUser = (changes: object) => changeItem(service, 'users', { pk: `user#${user.id}` }, changes)

describe('an administrator', () => {
  test('creates and deletes a user [LG-03]', async () => {
    const body = { email: 'made@example.com', password: PASSWORD, scopes: ['notes:read', 'notes:write'] }
    const { json } = await ask('POST', '/admin/users', body)
    const target: string = json.user.id
    await log.expect(by('create_user', target as never), [
      'user_created',
      { actor: administrator.id, target, scopes: 'notes:read notes:write' },
    ])
    await ask('DELETE', path())
    await log.expect(by('delete_user'), ended('user_deleted'), ['user_deleted', { target: user.id }])
  })

  test('changes name and scopes [LG-03]', async () => {
    await ask('PATCH', path(), { name: 'Ada' })
    await log.expect(by('change_user'), ['user_updated', { target: user.id, status: 'active' }])
    await ask('PATCH', path(), { scopes: ['notes:read', 'notes:write'] })
    const scopes = { target: user.id, from: 'notes:read', to: 'notes:read notes:write' }
    await log.expect(by('change_user'), ['authz_change', scopes])
    await ask('PATCH', path(), { scopes: [] })
    await log.expect(
      by('change_user'),
      ['authz_change', { from: 'notes:read notes:write', to: '' }],
      ended('scope_removed'),
    )
  })

  test('disables a user [LG-03]', async () => {
    await ask('PATCH', path(), { status: 'disabled' })
    const updated = ['user_updated', { target: user.id, status: 'disabled' }] as const
    await log.expect(by('change_user'), updated, ended('user_disabled'))
  })

  test('ends one session, and all [LG-03]', async () => {
    await ask('DELETE', path(`/sessions/${sessionId}`))
    await log.expect(by('end_session'), ended('revoked'))
    await service.signIn(user)
    await service.signIn(user)
    await log.skip()
    await ask('DELETE', path('/sessions'))
    await log.expect(by('revoke_all_sessions'), [
      'session_expired',
      { target: user.id, sessions: 2, reason: 'revoked_all' },
    ])
  })

  test('who is none is refused, with a line [LG-03]', async () => {
    const { token } = await service.signIn(user)
    await log.skip()
    await service.request('DELETE', path(), { bearer: token })
    await log.expect(['authz_fail', { actor: user.id, reason: 'insufficient_scope', required: 'admin:write' }])
  })

  test('looking changes nothing and has no line [LG-03]', async () => {
    for (const rest of ['', '/sessions']) expect((await ask('GET', path(rest))).status).toBe(200)
    await log.expect()
  })
})

describe('what goes wrong', () => {
  test('the datastore fails [LG-03]', async () => {
    spoil(() => true)
    const { json } = await ask('GET', path())
    const requestId = json.instance.replace('urn:uuid:', '')
    await log.expect(['unavailable', { requestId, error: { code: 'unavailable', message: expect.any(String) } }])
  })

  test('an ending that was interrupted is finished [LG-03]', async () => {
    await changeUser({ epoch: { N: '1' }, sweepPending: { BOOL: true } })
    await ask('GET', path('/sessions'))
    await log.expect(['sweep_finished', { target: user.id, sessions: 1 }])
  })

  test('a hash is not upgraded [LG-03]', async () => {
    await changeUser({ passwordHash: { S: hashSync(PASSWORD, 4) } }) // as another system would store it
    spoil(({ operation, table }) => operation === 'UpdateItem' && table === service.tables.users)
    expect((await logIn(service, user.email, PASSWORD)).status).toBe(200)
    await log.expect(['upgrade_missed', { target: user.id }], ['authn_login_success'], ['session_created'])
  })

  test('the slots of a success are not given back [LG-03]', async () => {
    let isVerified = false
    spoil(({ table }) => {
      isVerified ||= table === service.tables.users
      return isVerified && table === service.tables.attempts
    })
    expect((await logIn(service, user.email, PASSWORD)).status).toBe(200)
    const missed = log.news().filter(({ event }) => event === 'attempts_not_settled')
    expect(missed.length).toBeGreaterThan(0)
    await log.skip()
  })

  test('an item is not Coatcheck’s [LG-03]', async () => {
    await changeUser({ epoch: { S: 'x' } })
    await ask('GET', path())
    await log.expect(['corrupt_item', { table: service.tables.users, userId: user.id }], ['unavailable'])
  })
})

test('every line of this file says who, what, where and when, and nothing that is not documented [LG-04]', async () => {
  expect(await log.faults()).toEqual([])
  const lines = auditLines(service.log)
  expect(lines.length).toBeGreaterThan(40)
  // A request is one: what it says, it says under one id, from one function and address.
  for (const own of Map.groupBy(lines, ({ requestId }) => requestId).values())
    expect(new Set(own.map(({ function: name, ip }) => `${name} ${ip}`)).size).toBe(1)
  expect(Object.keys(AUDIT_EVENTS)).toEqual(expect.arrayContaining(lines.map(({ event }) => event)))
})
