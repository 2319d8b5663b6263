import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createAccounts } from '../../lib/accounts/accounts.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import type { SessionStore, UserStore } from '../../lib/ports.ts'
import type { Session } from '../../lib/session.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import type { User } from '../../lib/user.ts'
import { draws } from '../support/draws.ts'
import { NOW, sampleUser } from '../support/samples.ts'
import { createTestTables } from '../support/tables.ts'

// Two functions on one table whose clocks differ by ten minutes.

const SKEW = 300
let store: SessionStore
let userStore: UserStore
let user: User
beforeAll(async () => {
  const tables = await createTestTables()
  store = dynamodbSessionStore({ client: tables.client, tableName: tables.sessions })
  userStore = dynamodbUserStore({ client: tables.client, tableName: tables.users })
})
beforeEach(async () => {
  user = sampleUser()
  await userStore.create(user, startDeadline())
})

/** A function with this clock. */
function at(now: number) {
  const sessions = createSessions({ store, clock: () => now })
  const { revocations } = createAccounts({ store: userStore, sessions })
  return {
    ...sessions,
    revokeAllSessions: () => revocations.revokeAllSessions(user.id),
    async signIn() {
      const present = (await userStore.get(user.id, startDeadline())) as User
      const created = await sessions.create({ user: present, scopes: [], ip: '', userAgent: '' }, userStore)
      if (!created) throw new Error('unreachable')
      return { session: created.session, token: created.token.reveal() }
    },
    /** Checks and renews as a request does; whether it is accepted. */
    async lets(token: string): Promise<boolean> {
      const session = await sessions.check(token)
      return session !== undefined && (await sessions.renew(session)) !== undefined
    },
  }
}
const row = ({ userId, id }: Session) => store.get(userId, id, startDeadline())

test('keeps the stored absolute timeout through many renewals [LC-04]', async () => {
  const { session, token } = await at(NOW).signIn()
  const times = draws(50, 1000)
  const step = Math.floor((session.endsAt - NOW) / (times + 1))
  let renewals = 0
  for (let now = NOW + step; now < session.endsAt && renewals < times; now += step, renewals++)
    expect(await at(now).lets(token)).toBe(true)
  const stored = await row(session)
  expect([renewals, stored?.endsAt]).toEqual([times, session.endsAt])
  expect(stored?.lastSeenAt).toBe(NOW + times * step)
  expect(stored?.expiresAt).toBe(session.endsAt)
  expect(await at(session.endsAt).lets(token)).toBe(false)
})

describe('clocks ten minutes apart [LC-22]', () => {
  test.each([
    ['the function with the fast clock', SKEW],
    ['the function with the slow clock', -SKEW],
  ])('a session that %s revoked stays revoked for the other', async (_, skew) => {
    const [one, other] = [at(NOW + skew), at(NOW - skew)]
    const mine = await other.signIn()
    expect([await one.lets(mine.token), await other.lets(mine.token)]).toEqual([true, true])
    const checked = await other.check(mine.token)
    await one.revoke(user.id, mine.session.id)
    expect(await other.lets(mine.token)).toBe(false)
    expect(checked && (await at(NOW + 2000).renew(checked))).toBeUndefined() // one that was on its way
    expect(await row(mine.session)).toBeUndefined()

    const [before, after] = [await other.signIn(), await one.signIn()]
    await one.revokeAllSessions()
    for (const { token } of [before, after])
      expect([await one.lets(token), await other.lets(token)]).toEqual([false, false])
    const fresh = await other.signIn()
    expect([await one.lets(fresh.token), await other.lets(fresh.token)]).toEqual([true, true])
  })

  test('a session that one function created or renewed is accepted by the other and never shortened', async () => {
    const [fast, slow] = [at(NOW + SKEW), at(NOW - SKEW)]
    for (const one of [fast, slow]) {
      const { session, token } = await one.signIn()
      expect([await fast.lets(token), await slow.lets(token)]).toEqual([true, true])
      for (let later = 0; later < 7200; later += 450) {
        const { expiresAt = 0 } = (await row(session)) ?? {}
        for (const skew of [SKEW, -SKEW]) expect(await at(NOW + later + skew).lets(token)).toBe(true)
        expect((await row(session))?.expiresAt).toBeGreaterThanOrEqual(expiresAt)
      }
    }
  })

  test('the absolute timeout is one instant for both functions, and neither moves it', async () => {
    const { session, token } = await at(NOW + SKEW).signIn()
    const { endsAt } = session
    for (let now = NOW; now < endsAt; now += 86_400) await at(now - SKEW).lets(token)
    expect(await at(endsAt - 1).lets(token)).toBe(true)
    for (const now of [endsAt, endsAt + SKEW]) expect(await at(now).lets(token)).toBe(false)
    expect((await row(session))?.endsAt).toBe(endsAt)
  })
})
