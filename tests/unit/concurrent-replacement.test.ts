import { memorySessionStore, memoryUserStore } from 'coatcheck/testing'
import { expect, test } from 'vitest'
import { createAccounts } from '../../lib/accounts/accounts.ts'
import { createUsers } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { ConflictError, SignInAgainError, UnavailableError } from '../../lib/errors.ts'
import type { Scope } from '../../lib/scope.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { createParts } from '../support/parts.ts'
import { SESSION_KINDS, sampleUser } from '../support/samples.ts'

// A session that replaces all others while its user is changed by other requests.

const soon = () => startDeadline(10)
const FROM = { ip: '192.0.2.1', userAgent: 'tests' }

async function scene(cap = 0) {
  const store = memoryUserStore()
  const users = createUsers({ store })
  let second = 0
  const clock = () => 1_800_000_000 + second++
  const sessionStore = memorySessionStore()
  const sessions = createSessions({ store: sessionStore, clock, cap })
  const { email, passwordHash } = sampleUser()
  const user = await users.register({ email, passwordHash }, soon())
  const wanted = { user, scopes: [] as Scope[], ...FROM }
  const created = await sessions.create(wanted, users, soon())
  if (!created) throw new Error('unreachable')
  return { store, users, sessions, sessionStore, user, session: created.session }
}

const changeOf = (verified: string | undefined) => ({ verified, passwordHash: 'another hash' })

test('a password change succeeds beside a concurrent grant and a concurrent rehash', async () => {
  const { store, sessions, user, session } = await scene()
  let tries = 0
  const advanceEpoch: typeof store.advanceEpoch = async (...args) => {
    if (++tries === 1) {
      await store.replacePasswordHash(user.id, user.passwordHash ?? '', 'upgraded hash', soon())
      await store.update(user.id, args[0].changeId, 'granted', { scopes: ['notes:read'] as Scope[] }, soon())
    }
    return store.advanceEpoch(...args)
  }
  const { revocations } = createAccounts({ store: { ...store, advanceEpoch }, sessions })
  const created = await revocations.changePassword(session, changeOf(user.passwordHash), FROM, soon())
  expect([tries, created.user.passwordHash, created.user.scopes]).toEqual([2, 'another hash', ['notes:read']])
  expect(await sessions.check(created.token.reveal())).toBeDefined()
})

test('a password change is refused when the password was changed before', async () => {
  const { store, users, sessions, session } = await scene()
  const { revocations } = createAccounts({ store, sessions })
  await expect(revocations.changePassword(session, changeOf('older hash'), FROM, soon())).rejects.toThrow(ConflictError)
  expect(await sessions.list(await users.require(session.userId, soon()))).toHaveLength(1)
})

test('revoking the other sessions enforces the cap when logins come in between', async () => {
  const { store, users, sessions, sessionStore, user, session } = await scene(2)
  const advanceEpoch: typeof store.advanceEpoch = async (...args) => {
    const isAdvanced = await store.advanceEpoch(...args)
    const now = await users.require(user.id, soon())
    for (let i = 0; i < 2; i++) await sessions.create({ user: now, scopes: [], ...FROM }, users, soon())
    return isAdvanced
  }
  const { revocations } = createAccounts({ store: { ...store, advanceEpoch }, sessions })
  const created = await revocations.revokeOtherSessions(session, FROM, soon())
  const rows = await sessionStore.list(user.id, soon())
  expect(rows).toHaveLength(2)
  expect(rows.map(({ id }) => id)).toContain(created.session.id)
  expect(created.revoked).toHaveLength(1)
})

test('keeps no session, but revokes the others, if the outcome of deleting its own row is unknown', async () => {
  for (const kind of SESSION_KINDS) {
    const { session, user, stores, revocations } = createParts()
    const owner = await user()
    const { session: own } = await session(owner, kind)
    await session(owner)
    const { delete: remove } = stores.sessions
    stores.sessions.delete = async (...args) => ((await remove(...args)) === 'deleted' ? 'unknown' : 'absent')
    await expect(revocations.revokeOtherSessions(own, FROM, soon())).rejects.toThrow(SignInAgainError)
    expect(await stores.users.get(owner.id, soon())).toMatchObject({ epoch: 1 })
    expect(await stores.sessions.list(owner.id, soon())).toEqual([])
  }
})

test.each([
  ['the write of the new session', 'create'],
  ['the delete of its own row', 'delete'],
] as const)('a password change is stored and revokes the others if %s fails', async (_, method) => {
  const { session, user, stores, revocations } = createParts()
  const owner = await user()
  const { session: own } = await session(owner)
  await session(owner)
  stores.sessions[method] = async () => {
    throw new UnavailableError('down')
  }
  const changed = revocations.changePassword(own, changeOf(owner.passwordHash), FROM, soon())
  await expect(changed).rejects.toMatchObject({ code: 'sign_in_again', cause: { message: 'down' } })
  expect(await stores.users.get(owner.id, soon())).toMatchObject({ passwordHash: 'another hash', sweepPending: false })
  const left = await stores.sessions.list(owner.id, soon())
  expect(left.map(({ userEpoch }) => userEpoch)).toEqual(method === 'delete' ? [1] : []) // its token was never sent
})

test.each(['unavailable', 'conflict'])(
  'a password change answered with %s leaves all sessions usable',
  async (code) => {
    const { session, user, stores, revocations, isAlive } = createParts()
    const owner = await user()
    const [own, other] = [await session(owner), await session(owner)]
    stores.users.advanceEpoch = async () => {
      if (code === 'conflict') return false
      throw new UnavailableError('down')
    }
    const changed = revocations.changePassword(own.session, changeOf(owner.passwordHash), FROM, soon())
    await expect(changed).rejects.toMatchObject({ code })
    expect([await isAlive(own), await isAlive(other)]).toEqual([true, true])
  },
)
