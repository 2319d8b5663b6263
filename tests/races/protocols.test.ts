import { nanoid } from 'nanoid'
import { beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { login } from '../../lib/accounts/login.ts'
import { createRevocations } from '../../lib/accounts/revocations.ts'
import { createUsers } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import type { PasswordHasher, SessionStore, UserStore } from '../../lib/ports.ts'
import { Secret } from '../../lib/secret.ts'
import type { Session } from '../../lib/session.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import { type Email, parseEmail, type User } from '../../lib/user.ts'
import { memoryAttemptStore } from '../../testing/memory-attempt-store.ts'
import { memorySessionStore } from '../../testing/memory-session-store.ts'
import { memoryUserStore } from '../../testing/memory-user-store.ts'
import { draws } from '../support/draws.ts'
import { isFirstEngine } from '../support/engine.ts'
import { everyInterleaving, gated, someInterleavings, type Turn } from '../support/interleavings.ts'
import { NOW } from '../support/samples.ts'
import { createTestTables } from '../support/tables.ts'

// The real protocols on a real engine, in every order their datastore calls can take (I1 to I4).

let sessionStore: SessionStore
let userStore: UserStore
const openTables = async () => {
  const tables = await createTestTables()
  sessionStore = dynamodbSessionStore({ client: tables.client, tableName: tables.sessions })
  userStore = dynamodbUserStore({ client: tables.client, tableName: tables.users })
}
const openMemory = async () => {
  sessionStore = memorySessionStore()
  userStore = memoryUserStore()
}
beforeAll(openTables)

/** Verification is not what is tested here; each takes a microtask. */
const hasher: PasswordHasher = {
  hash: async (password) => password.reveal(),
  verify: async (password, hash) => (password.reveal() === hash ? 'right' : 'wrong'),
}
/** Nor are they counted here: their own calls touch neither users nor sessions. */
const attempts = createAttempts({
  store: memoryAttemptStore(),
  limits: { windowSeconds: 900, perAccount: 10_000, perSource: 1_000_000, registrationsPerSource: 1 },
  pepper: new Secret('p'.repeat(32)),
})
const soon = () => startDeadline(30)
const clock = () => NOW + 1000 // late enough for a renewal to be due

/** The services as one function has them, every datastore call waiting for its turn. */
function open(turn: Turn = async () => {}) {
  const users = gated(userStore, turn)
  const sessions = createSessions({ store: gated(sessionStore, turn), clock })
  const parts = { users: createUsers({ store: users, clock }), sessions, hasher, attempts, log: () => {} }
  const revocations = createRevocations({ store: users, ...parts })
  const from = { ip: '192.0.2.1', userAgent: 'tests' }
  return {
    sessions,
    revocations,
    signIn: (email: Email, presented: string[] = []) =>
      login({ ...parts, revocations }, { email, password: new Secret('right'), presented, ...from }, soon()),
    revokeOtherSessions: (session: Session) => revocations.revokeOtherSessions(session, from, soon()),
  }
}

let user: User
let held: { session: Session; token: Secret }
const prepare = async () => {
  const users = createUsers({ store: userStore, clock })
  user = await users.register({ email: parseEmail(`${nanoid(12)}@x`) as Email, passwordHash: 'right' }, soon())
  const early = createSessions({ store: sessionStore, clock: () => NOW })
  const created = await early.create({ user, scopes: [], ip: '', userAgent: '' }, { get: async () => user }, soon())
  if (!created) throw new Error('unreachable')
  held = created
}
beforeEach(prepare)

const isLive = async (token: Secret) => (await open().sessions.check(token.reveal())) !== undefined
const present = async () => (await userStore.get(user.id, soon())) as User
const rows = () => sessionStore.list(user.id, soon())

type Place = [name: string, open: () => Promise<void>]
const PLACES: Place[] = draws(0, 1) ? [[inject('engine'), openTables]] : []
if (isFirstEngine) PLACES.unshift(['in memory', openMemory]) // the same beside every engine

describe.each(PLACES)('in every interleaving, %s', (place, openStores) => {
  beforeAll(openStores)
  beforeEach(prepare)

  test('a login either outlives an end-all with the new epoch, or ends with it; what was before is over', async () => {
    let outcome: Awaited<ReturnType<ReturnType<typeof open>['signIn']>> | undefined
    let ended = false
    let survivors = 0
    const orders = await everyInterleaving(
      2,
      ([a, b]) => [
        prepareThen(async () => {
          outcome = await open(a).signIn(user.email)
        }),
        prepareThen(async () => {
          await open(b).revocations.revokeAllSessions(user.id)
          ended = true
        }),
      ],
      async (order) => {
        expect(ended, order).toBe(true)
        const { epoch, sweepPending } = await present()
        expect([epoch, sweepPending], order).toEqual([1, false])
        for (const row of await rows()) expect(row.userEpoch, order).toBe(epoch)
        expect(await isLive(held.token), order).toBe(false)
        if (outcome && (await isLive(outcome.token))) survivors++
        if (outcome?.session.userEpoch === epoch) expect(await isLive(outcome.token), order).toBe(true)
        ended = false
        outcome = undefined
        await prepare()
      },
    )
    expect(orders).toBeGreaterThan(100)
    expect(survivors).toBeGreaterThan(0) // logins after the bump do live: the test sees both sides
    expect(survivors).toBeLessThan(orders)
  })

  test('a renewal never brings back a session that a logout deletes [LC-05]', async () => {
    const orders = await everyInterleaving(
      2,
      ([a, b]) => [
        prepareThen(async () => {
          const { sessions } = open(a)
          const session = await sessions.check(held.token.reveal())
          if (session) await sessions.renew(session)
        }),
        prepareThen(() => open(b).sessions.revoke(user.id, held.session.id)),
      ],
      async (order) => {
        expect(await rows(), order).toEqual([])
        await prepare()
      },
    )
    expect(orders).toBeGreaterThanOrEqual(3)
  })

  test('of parallel renewals one writes and both are served', async () => {
    let served = 0
    await everyInterleaving(
      2,
      (turns) =>
        turns.map((turn) =>
          prepareThen(async () => {
            const { sessions } = open(turn)
            const session = await sessions.check(held.token.reveal())
            if (session && (await sessions.renew(session))) served++
          }),
        ),
      async (order) => {
        expect(served, order).toBe(2)
        served = 0
        await prepare()
      },
    )
  })

  test('a session that an end-all has doomed passes nothing on: no heir of it lives', async () => {
    let heir: Secret | undefined
    let heirs = 0
    let refusals = 0
    // There are a thousand orders; an engine plays some of them, memory all.
    const play = ([a, b]: Turn[]) => [
      prepareThen(async () => {
        heir = (await open(a).revokeOtherSessions(held.session)).token
      }),
      prepareThen(() => open(b).revocations.revokeAllSessions(user.id)),
    ]
    const check = async (order: string) => {
      const { epoch, sweepPending } = await present()
      expect(sweepPending, order).toBe(false)
      for (const row of await rows()) expect(row.userEpoch, order).toBe(epoch)
      expect(await isLive(held.token), order).toBe(false)
      if (heir) expect(await isLive(heir), order).toBe(false)
      heir ? heirs++ : refusals++
      heir = undefined
      await prepare()
    }
    if (place === 'in memory') expect(await everyInterleaving(2, play, check)).toBeGreaterThan(500)
    else await someInterleavings({ orders: 80, seed: 1 }, 2, play, check)
    expect([heirs > 0, refusals > 0]).toEqual([true, true])
  })
})

describe('replacing a session while somebody ends it', () => {
  test('only one of the two has its way: what was revoked passes nothing on', async () => {
    let next: Secret | undefined
    let outcome: string | undefined
    let replaced = 0
    let revoked = 0
    await everyInterleaving(
      2,
      ([a, b]) => [
        prepareThen(async () => {
          next = (await open(a).revokeOtherSessions(held.session)).token
        }),
        prepareThen(async () => {
          outcome = await open(b).sessions.revoke(user.id, held.session.id)
        }),
      ],
      async (order) => {
        expect(await isLive(held.token), order).toBe(false)
        expect(next !== undefined && (await isLive(next)), order).toBe(outcome === 'absent')
        outcome === 'deleted' ? revoked++ : replaced++
        next = undefined
        await prepare()
      },
    )
    expect([replaced > 0, revoked > 0]).toEqual([true, true])
  })

  test('a session that was deleted is refused by its renewal', async () => {
    const { sessions } = open()
    const session = await sessions.check(held.token.reveal())
    await sessions.revoke(user.id, held.session.id)
    expect(session && (await sessions.renew(session))).toBeUndefined()
  })
})

/** Operations start together, once the scene is set. */
const prepareThen = <T>(operation: () => Promise<T>): Promise<T> => Promise.resolve().then(operation)

describe('creating a session', () => {
  test('takes what it names and nothing else, whatever else comes along', async () => {
    const { sessions, revokeOtherSessions, revocations } = open()
    const request = { ip: '192.0.2.9', userAgent: 'x', cookies: ['secret'], header: () => 'secret' }
    const created = await sessions.create({ user, scopes: [], ...request }, userStore)
    const { session } = await revocations.revokeOtherSessions(held.session, request, soon())
    for (const made of [created?.session, session, (await revokeOtherSessions(session)).session])
      expect(Object.keys(made ?? {}).sort()).toEqual(Object.keys(held.session).sort())
  })

  test('is refused, and leaves no row, when the user was disabled in between', async () => {
    const { sessions } = open()
    const created = await sessions.create(
      { user, scopes: [], ip: '', userAgent: '' },
      { get: async () => ({ ...user, status: 'disabled' }) },
    )
    expect(created).toBeUndefined()
    expect(await rows()).toHaveLength(1)
  })

  test('is refused when the user is gone', async () => {
    const { sessions } = open()
    expect(
      await sessions.create({ user, scopes: [], ip: '', userAgent: '' }, { get: async () => undefined }),
    ).toBeUndefined()
    expect(await rows()).toHaveLength(1)
  })
})

describe('expiry', () => {
  const at = (now: number) => createSessions({ store: sessionStore, clock: () => now })

  test('a session ends at the second of its idle end, though its row is there [LC-02]', async () => {
    const { expiresAt } = held.session
    expect(await at(expiresAt - 1).check(held.token.reveal())).toBeDefined()
    expect(await at(expiresAt).check(held.token.reveal())).toBeUndefined()
    expect(await rows()).toHaveLength(1)
  })

  test('however busy, it ends at its absolute end, which no renewal moves [LC-01]', async () => {
    const { endsAt } = held.session
    let now = NOW
    for (; now < endsAt; now += 86_400) {
      const session = await at(now).check(held.token.reveal())
      expect(session, `day ${(now - NOW) / 86_400}`).toBeDefined()
      const renewed = session && (await at(now).renew(session))
      expect(renewed?.endsAt).toBe(endsAt)
      expect(renewed?.expiresAt).toBe(Math.min(now + 604_800, endsAt))
    }
    expect(await at(endsAt).check(held.token.reveal())).toBeUndefined()
  })

  test('renewal writes at most once in its interval', async () => {
    let writes = 0
    const store = {
      ...sessionStore,
      renew(...args: Parameters<SessionStore['renew']>) {
        writes++
        return sessionStore.renew(...args)
      },
    }
    for (let now = NOW; now <= NOW + 3600; now += 60) {
      const sessions = createSessions({ store, clock: () => now })
      const session = await sessions.check(held.token.reveal())
      if (session) await sessions.renew(session)
    }
    expect(writes).toBe(4)
  })

  test('a policy that could not hold is refused', () => {
    expect(() => createSessions({ store: sessionStore, idleSeconds: 900, renewSeconds: 900 })).toThrow(RangeError)
    expect(() => createSessions({ store: sessionStore, idleSeconds: 0.5 })).toThrow(RangeError)
  })
})
