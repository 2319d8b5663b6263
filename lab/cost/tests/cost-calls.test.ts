import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestService, type TestService } from '../../../tests/support/service.ts'
import { LOGIN, LOGOUT, REVOKE, unitsOf } from '../calls.ts'

// The calls that a bill counts are those that are made.

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

/** Each datastore call of what is done, in the words of lab/cost/calls.ts; several go side by side. */
async function callsOf(act: () => Promise<unknown>): Promise<string[]> {
  service.proxy.calls.length = 0
  await act()
  return service.proxy.calls
    .map(({ operation, table, consistent }) => `${operation}${consistent ? '!' : ''} ${table.replace(/^.*-/, '')}`)
    .sort()
}

test('charges a login, a logout and a revoke for the calls that they make', async () => {
  const user = await service.user()
  await service.signIn(user) // the first from a place costs a write more
  const { token } = await service.signIn(user)
  expect(await callsOf(() => service.signIn(user))).toEqual([...LOGIN].sort())
  expect(await callsOf(() => service.request('POST', '/auth/logout', { bearer: token }))).toEqual([...LOGOUT].sort())

  const administrator = await service.signIn(await service.user(['admin:read', 'admin:revoke']))
  const { id } = await service.signIn(user)
  const path = `/admin/users/${user.id}/sessions/${id}`
  const revoke = () => service.request('DELETE', path, { bearer: administrator.token })
  expect(await callsOf(revoke)).toEqual([...REVOKE].sort())
})

test('charges one unit for a strongly consistent read and for a write of a small row', () => {
  expect(unitsOf(LOGIN)).toEqual({ reads: 5, writes: 6 })
  expect(unitsOf(LOGOUT)).toEqual({ reads: 1, writes: 1 })
  expect(unitsOf(REVOKE)).toEqual({ reads: 3, writes: 1 })
})
