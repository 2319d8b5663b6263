import { nanoid } from 'nanoid'
import { expect, test } from 'vitest'
import { createAccounts } from '../../lib/accounts/accounts.ts'
import { createUsers } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { parseEmail } from '../../lib/email.ts'
import { ConflictError } from '../../lib/errors.ts'
import type { UserStore } from '../../lib/ports.ts'
import type { Scope } from '../../lib/scope.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import type { User } from '../../lib/user.ts'
import { memorySessionStore } from '../../testing/memory-session-store.ts'
import { memoryUserStore } from '../../testing/memory-user-store.ts'

// Two administrators at once: neither undoes a change of the other without seeing it.

const soon = () => startDeadline(10)
const scopes = (...names: string[]) => names as Scope[]

/** `meanwhile` runs once, right before the first write of the administrator under test. */
async function open(granted: Scope[]) {
  const stored = memoryUserStore()
  const sessions = createSessions({ store: memorySessionStore() })
  const administrationOver = (store: UserStore) => createAccounts({ store, sessions }).administration
  const email = parseEmail(`${nanoid(8)}@example.com`)
  if (!email) throw new Error('unreachable')
  const user = await createUsers({ store: stored }).register({ email, scopes: granted }, soon())
  const interrupted = (meanwhile: () => Promise<unknown>): UserStore => {
    let first: (() => Promise<unknown>) | undefined = meanwhile
    const before = async () => {
      const now = first
      first = undefined
      await now?.()
    }
    return {
      ...stored,
      advanceEpoch: async (...args) => before().then(() => stored.advanceEpoch(...args)),
      update: async (...args) => before().then(() => stored.update(...args)),
    }
  }
  return { user, other: administrationOver(stored), administrationOver, interrupted, stored }
}

test('rejects a change of scopes that is based on scopes another administrator has removed', async () => {
  const { user, other, administrationOver, interrupted, stored } = await open(scopes('a', 'b', 'admin:write'))
  const beforeChange = (before: User) => {
    if (before.scopes.join() !== 'a,b,admin:write') throw new ConflictError()
  }
  const store = interrupted(() => other.change(user.id, { scopes: scopes('a', 'b') }, soon()))
  const mine = administrationOver(store).change(user.id, { scopes: scopes('a', 'admin:write') }, soon(), {
    beforeChange,
  })
  await expect(mine).rejects.toBeInstanceOf(ConflictError)
  expect((await stored.get(user.id, soon()))?.scopes).toEqual(['a', 'b'])
})

test('passes the scopes that another administrator granted meanwhile to the log of a removal', async () => {
  const { user, other, administrationOver, interrupted, stored } = await open(scopes('a', 'b'))
  const store = interrupted(() => other.change(user.id, { scopes: scopes('a', 'b', 'c') }, soon()))
  const seen: string[] = []
  const afterChange = (before: User) => seen.push(before.scopes.join())
  await administrationOver(store).change(user.id, { scopes: scopes('a') }, soon(), { afterChange })
  expect(seen).toEqual(['a,b,c']) // what the log says was there, was
  expect((await stored.get(user.id, soon()))?.scopes).toEqual(['a'])
})

test('reports a change before the sweep, which may fail', async () => {
  const { user, administrationOver, stored } = await open(scopes('a'))
  const store: UserStore = { ...stored, clearSweep: () => Promise.reject(new Error('down')) }
  const said: string[] = []
  const change = administrationOver(store).change(user.id, { scopes: [] }, soon(), {
    afterChange: () => said.push('changed'),
  })
  await expect(change).rejects.toThrow('down')
  expect(said).toEqual(['changed'])
})
