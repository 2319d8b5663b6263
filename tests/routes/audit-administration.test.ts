import { hashSync } from 'bcryptjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AUDIT_EVENTS } from '../../lib/audit-events.ts'
import { auditLines, changeItem, watchLog } from '../support/audit-lines.ts'
import type { Call } from '../support/proxy.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'
import { logIn } from '../support/throttled.ts'

// The audit lines of administrators, with actor and target, and of failures.

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
const revoked = (reason: string) =>
  ['session_expired', { actor: administrator.id, target: user.id, sessionId, reason }] as const
const spoil = (concerns: (call: Call) => boolean) => {
  service.proxy.fault = (call) => (concerns(call) ? 'failed' : undefined)
}
const changeUser = (changes: object) => changeItem(service, 'users', { pk: `user#${user.id}` }, changes)

describe('audit lines of an administrator', () => {
  test('record the creation and deletion of a user [LG-03]', async () => {
    const body = { email: 'made@example.com', password: PASSWORD, scopes: ['notes:read', 'notes:write'] }
    const { json } = await ask('POST', '/admin/users', body)
    const target: string = json.user.id
    await log.expect(by('create_user', target as never), [
      'user_created',
      { actor: administrator.id, target, scopes: 'notes:read notes:write' },
    ])
    await ask('DELETE', path())
    await log.expect(by('delete_user'), revoked('user_deleted'), ['user_deleted', { target: user.id }])
  })

  test('record changes of name and scopes [LG-03]', async () => {
    await ask('PATCH', path(), { name: 'Ada' })
    await log.expect(by('change_user'), ['user_updated', { target: user.id, status: 'active' }])
    await ask('PATCH', path(), { scopes: ['notes:read', 'notes:write'] })
    const scopes = { target: user.id, from: 'notes:read', to: 'notes:read notes:write' }
    await log.expect(by('change_user'), ['authz_change', scopes])
    await ask('PATCH', path(), { scopes: [] })
    await log.expect(
      by('change_user'),
      ['authz_change', { from: 'notes:read notes:write', to: '' }],
      revoked('scope_removed'),
    )
  })

  test('record the disabling of a user [LG-03]', async () => {
    await ask('PATCH', path(), { status: 'disabled' })
    const updated = ['user_updated', { target: user.id, status: 'disabled' }] as const
    await log.expect(by('change_user'), updated, revoked('user_disabled'))
  })

  test('record the revocation of one session and of all [LG-03]', async () => {
    await ask('DELETE', path(`/sessions/${sessionId}`))
    await log.expect(by('revoke_session'), revoked('revoked'))
    await service.signIn(user)
    await service.signIn(user)
    await log.skip()
    await ask('DELETE', path('/sessions'))
    await log.expect(by('revoke_all_sessions'), [
      'session_expired',
      { target: user.id, sessions: 2, reason: 'revoked_all' },
    ])
  })

  test('record the refusal of a user without the scope [LG-03]', async () => {
    const { token } = await service.signIn(user)
    await log.skip()
    await service.request('DELETE', path(), { bearer: token })
    await log.expect(['authz_fail', { actor: user.id, reason: 'insufficient_scope', required: 'admin:write' }])
  })

  test('do not record reads [LG-03]', async () => {
    for (const rest of ['', '/sessions']) expect((await ask('GET', path(rest))).status).toBe(200)
    await log.expect()
  })
})

describe('audit lines of failures', () => {
  test('record a datastore failure [LG-03]', async () => {
    spoil(() => true)
    const { json } = await ask('GET', path())
    const function_request_id = json.instance.replace('urn:uuid:', '')
    await log.expect([
      'unavailable',
      { function_request_id, error: { code: 'unavailable', message: expect.any(String) } },
    ])
  })

  test('record the completion of an interrupted revocation of all sessions [LG-03]', async () => {
    await changeUser({ epoch: { N: '1' }, sweepPending: { BOOL: true } })
    await ask('GET', path('/sessions'))
    await log.expect(['sweep_finished', { target: user.id, sessions: 1 }])
  })

  test('record a failed upgrade of a password hash [LG-03]', async () => {
    await changeUser({ passwordHash: { S: hashSync(PASSWORD, 4) } }) // stored by another system
    spoil(({ operation, table }) => operation === 'UpdateItem' && table === service.tables.users)
    expect((await logIn(service, user.email, PASSWORD)).status).toBe(200)
    await log.expect(['upgrade_missed', { target: user.id }], ['authn_login_success'], ['session_created'])
  })

  test('record reserved attempts that cannot be released [LG-03]', async () => {
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

  test('record an item that Coatcheck cannot have written [LG-03]', async () => {
    await changeUser({ epoch: { S: 'x' } })
    await ask('GET', path())
    await log.expect(['corrupt_item', { table: service.tables.users, userId: user.id }], ['unavailable'])
  })
})

test('every audit line has actor, event, source and time, and only documented fields [LG-04]', async () => {
  expect(await log.faults()).toEqual([])
  const lines = auditLines(service.log)
  expect(lines.length).toBeGreaterThan(40)
  // All lines of a request have the same request id, function and address.
  for (const own of Map.groupBy(lines, ({ function_request_id: id }) => id).values())
    expect(new Set(own.map(({ function_name: name, ip }) => `${name} ${ip}`)).size).toBe(1)
  expect(Object.keys(AUDIT_EVENTS)).toEqual(expect.arrayContaining(lines.map(({ event }) => event)))
})
