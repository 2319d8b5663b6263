import { expect, test } from 'vitest'
import { fromLastChanges, toLastChanges } from '../../lib/dynamodb/user-item.ts'
import type { LastChange } from '../../lib/user.ts'
import { createParts, soon } from '../support/parts.ts'
import { NOW, newUserId } from '../support/samples.ts'

// What the write that revokes all sessions keeps on the user item: why, when, and who requested it.

const STRANGER = newUserId()

const CHANGES = [
  ['revoked_all', {}],
  ['password_change', { passwordHash: 'new' }],
  ['user_disabled', { status: 'disabled', scopes: [] }],
  ['scope_removed', { scopes: [] }],
] as const

test.each(CHANGES)('a revocation of all sessions keeps its reason: %s', async (reason, change) => {
  const { user, revocations, users } = createParts()
  const { id } = await user()
  await revocations.revokeAllSessions(id, change, soon(), { by: STRANGER })
  const { changeId, lastChanges } = await users.require(id, soon())
  expect(lastChanges).toEqual([{ epoch: 1, changeId, reason, at: NOW, by: STRANGER }])
})

test('the session’s own user is kept as the user who revoked the other sessions, or all', async () => {
  const { user, session, revocations, users } = createParts()
  const owner = await user()
  const { session: first } = await session(owner)
  const { session: second } = await revocations.revokeOtherSessions(first, { ip: '', userAgent: '' }, soon())
  await revocations.revokeOwnSessions(second, soon())
  const { lastChanges } = await users.require(owner.id, soon())
  const own = { reason: 'revoked_all', by: owner.id }
  expect(lastChanges).toMatchObject([
    { ...own, epoch: 2 },
    { ...own, epoch: 1 },
  ])
})

test('the latest three are kept, the latest first, and a change that revokes nothing is none', async () => {
  const { user, revocations, administration, users } = createParts()
  const { id } = await user()
  for (const passwordHash of ['a', 'b', 'c']) await administration.setPassword(id, passwordHash, soon())
  await revocations.revokeAllSessions(id, {}, soon())
  await administration.change(id, { name: 'Ada' }, soon())
  const { lastChanges = [] } = await users.require(id, soon())
  expect(lastChanges.map(({ epoch, reason }) => [epoch, reason])).toEqual([
    [4, 'revoked_all'],
    [3, 'password_change'],
    [2, 'password_change'],
  ])
})

test('a deletion that is interrupted leaves its reason on the disabled user', async () => {
  const { user, administration, users, stores } = createParts()
  const { id } = await user()
  stores.users.releaseEmail = async () => {
    throw new Error('interrupted')
  }
  await expect(administration.delete(id, soon(), STRANGER)).rejects.toThrow('interrupted')
  expect((await users.require(id, soon())).lastChanges).toMatchObject([{ reason: 'user_deleted', by: STRANGER }])
})

test('an entry that Coatcheck cannot have written is left out, and the reasons of later versions are kept', () => {
  const last: LastChange = { epoch: 1, changeId: 'c', reason: 'revoked_all', at: NOW }
  const [entry] = toLastChanges([last]).L ?? []
  const strange = [
    { S: 'x' },
    { M: {} },
    { M: { ...entry?.M, epoch: { S: '1' } } },
    { M: { ...entry?.M, reason: { S: 'A sentence.' } } },
  ]
  const later = { M: { ...entry?.M, reason: { S: 'email_change' }, by: { S: 'no user id' } } }
  expect(fromLastChanges([...strange, later, entry as never])).toEqual([{ ...last, reason: 'email_change' }, last])
})
