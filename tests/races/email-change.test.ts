import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import type { FormerAddress } from '../../lib/accounts/email-change.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { EmailTakenError, UnavailableError } from '../../lib/errors.ts'
import type { Session } from '../../lib/session.ts'
import type { Email, User, UserId } from '../../lib/user.ts'
import {
  type Account,
  type AccountStores,
  accountRace,
  memoryAccountStores,
  openAccount,
} from '../support/account-race.ts'
import { hash } from '../support/observed-scene.ts'
import { NOW } from '../support/samples.ts'

// Changes of an address beside each other, their undo, registrations and deletions, in every order of their datastore calls, or
// in some of them (I2, I3, I10; docs/decisions/030). Whatever the order: who is told of an address has it, no user loses the
// last one, and an address that nobody has is free.

const soon = () => startDeadline(30)
const newEmail = () => `${nanoid(8).toLowerCase()}@example.com` as Email
const device = { ip: '192.0.2.1', userAgent: 'tests' }
const DRAWN = 250

interface World {
  readonly stores: AccountStores
  readonly id: UserId
  readonly a: Email
  readonly b: Email
  readonly c: Email
  readonly session: Session
  /** Completes the change to b, or c. */
  readonly link: string
  /** Undoes the change from a to b; empty where there was none. */
  readonly undo: string
}

const open = ({ stores }: Pick<World, 'stores'>) => openAccount(stores)
const stored = (world: Pick<World, 'stores' | 'id'>) => open(world).users.get(world.id, soon())

async function signedIn({ sessions, users }: Account, user: User): Promise<Session> {
  const wanted = { user, scopes: [], ...device }
  const created = await sessions.create(wanted, users, soon())
  if (!created) throw new Error('unreachable')
  return created.session
}
const ask = async ({ emailChange }: Account, { id: userId, epoch }: User, email: Email) =>
  (await emailChange.arm({ userId, epoch, email }, soon()))?.token.reveal() ?? ''
async function complete({ emailChange }: Account, session: Session, token: string): Promise<FormerAddress[]> {
  const ordered: FormerAddress[] = []
  const orderUndo = async (former: FormerAddress) => void ordered.push(former)
  await emailChange.complete({ session, token, orderUndo }, device, soon())
  return ordered
}

/** A user of a, who has asked for b. @param legacy of before there were claims */
async function asked(legacy = false, emailVerified = true): Promise<World> {
  const stores = memoryAccountStores()
  const account = openAccount(stores)
  const [a, b, c] = [newEmail(), newEmail(), newEmail()]
  const made = await account.users.register({ email: a, passwordHash: hash('old'), emailVerified }, soon())
  if (legacy) {
    const removal = { removes: ['claim'] } as const
    await stores.users.update(made.id, made.changeId, nanoid(21), removal, soon())
    await stores.users.claimEmail(a, { userId: made.id }, { userId: made.id, claim: made.claim }, soon())
  }
  const user = await account.users.require(made.id, soon())
  const session = await signedIn(account, user)
  return { stores, id: user.id, a, b, c, session, link: await ask(account, user, b), undo: '' }
}

/** A user who has changed a for b, and has asked for another one. */
async function moved(legacy = false, next: 'a' | 'c' = 'c', expiresAt?: number): Promise<World> {
  const world = await asked(legacy)
  const account = open(world)
  const [former] = await complete(account, world.session, world.link)
  const armed = former && (await account.emailUndo.arm(former, soon()))
  if (armed === undefined || armed === 'pending') throw new Error('unreachable')
  const user = await account.users.require(world.id, soon())
  if (expiresAt !== undefined && user.undo)
    await world.stores.users.update(user.id, user.changeId, nanoid(21), { undo: { ...user.undo, expiresAt } }, soon())
  const current = await account.users.require(world.id, soon())
  const session = await signedIn(account, current)
  return { ...world, session, link: await ask(account, current, world[next]), undo: armed.token.reveal() }
}

const completing = (account: Account, { session, link }: World) => complete(account, session, link)
const undoing = ({ emailUndo }: Account, { undo }: World) => emailUndo.complete(undo, soon())
const registering = (address: 'a' | 'b' | 'c') => (account: Account, world: World) =>
  account.users.register({ email: world[address] }, soon())
const deleting = ({ administration }: Account, { id }: World) => administration.delete(id, soon())
const revokingAll = ({ revocations }: Account, { id }: World) => revocations.revokeAllSessions(id, {}, soon())

/** The user has an address that signs in; every other address belongs to its registrant, is held, or is free. */
async function assertAddresses(world: World): Promise<User | undefined> {
  const { users } = open(world)
  const user = await stored(world)
  if (user) expect((await users.findByEmail(user.email, soon()))?.id, 'the address of the user').toBe(user.id)
  for (const email of [world.a, world.b, world.c]) {
    const holder = await users.findByEmail(email, soon())
    if (holder) expect(holder.email).toBe(email)
    const isHeld = holder !== undefined || user?.undo?.email === email
    const answer = await users.register({ email }, soon()).catch((error: unknown) => error)
    expect(answer instanceof EmailTakenError, `${email} is refused`).toBe(isHeld)
  }
  return user
}

describe.each([
  ['of today', false],
  ['of before there were claims', true],
])('for a user %s, a change of address', (_, legacy) => {
  test('and a registration of the address: one of the two has it', async () => {
    const counts = await accountRace<World>({
      ...{ prepare: () => asked(legacy), drawn: DRAWN, actors: [completing, registering('b')] },
      async check(world, [changed = '', registered = ''], count) {
        expect([changed, registered].filter((error) => error === 'none')).toHaveLength(1)
        expect((await assertAddresses(world))?.email).toBe(changed === 'none' ? world.b : world.a)
        count(changed)
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['email_taken', 'none'])
  })

  test('and a revocation of all sessions: the change counts before it or not at all', async () => {
    const counts = await accountRace<World>({
      ...{ prepare: () => asked(legacy), drawn: DRAWN, actors: [completing, revokingAll] },
      async check(world, [changed = ''], count) {
        const user = await assertAddresses(world)
        expect(user?.email === world.b).toBe(['none', 'sign_in_again'].includes(changed))
        count(changed)
      },
    })
    expect(counts.none ?? 0).toBeGreaterThan(0)
    expect(counts.unauthenticated ?? counts.invalid_link ?? 0).toBeGreaterThan(0)
  })

  test('and an undo of the one before: the undo wins, whether or not the change was made', async () => {
    const counts = await accountRace<World>({
      ...{ prepare: () => moved(legacy), drawn: DRAWN, actors: [undoing, completing] },
      async check(world, [undone, changed = ''], count) {
        expect(undone).toBe('none')
        expect(await assertAddresses(world)).toMatchObject({ email: world.a, emailVerified: true })
        count(changed)
      },
    })
    expect(Object.keys(counts).length).toBeGreaterThan(1)
  })

  test('back to the old address and its undo: the address is the old one', async () => {
    const counts = await accountRace<World>({
      ...{ prepare: () => moved(legacy, 'a'), drawn: DRAWN, actors: [undoing, completing] },
      async check(world, [undone = ''], count) {
        expect((await assertAddresses(world))?.email).toBe(world.a)
        count(undone)
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['invalid_link', 'none'])
  })

  test('and a deletion of the user: every address is free afterwards', async () => {
    await accountRace<World>({
      ...{ prepare: () => moved(legacy), drawn: DRAWN, actors: [deleting, completing] },
      async check(world, [deleted = '']) {
        expect(deleted).toBe('none')
        for (const email of [world.a, world.b]) // that of an interrupted change counts as free, too
          expect(await world.stores.users.getPointer(email, soon()), email).toBeUndefined()
        expect(await assertAddresses(world)).toBeUndefined()
      },
    })
  })
})

describe('an undo', () => {
  test('and another one by the same link: one takes effect', async () => {
    await accountRace<World>({
      ...{ prepare: () => moved(), drawn: DRAWN, actors: [undoing, undoing] },
      async check(world, errors) {
        expect(errors.toSorted()).toEqual(['invalid_link', 'none'])
        expect((await assertAddresses(world))?.email).toBe(world.a)
      },
    })
  })

  test('and a registration of the old address: it stays the user’s', async () => {
    await accountRace<World>({
      ...{ prepare: () => moved(), drawn: DRAWN, actors: [undoing, registering('a')] },
      async check(world, errors) {
        expect(errors).toEqual(['none', 'email_taken'])
        expect((await assertAddresses(world))?.email).toBe(world.a)
      },
    })
  })

  test('holds its address beside a way back that has expired, and the way back beside an expired undo', async () => {
    for (const expired of ['claiming', 'undo'] as const) {
      const world = await moved(false, 'a')
      const user = await stored(world)
      const claim = user?.[expired]
      if (!user || !claim) throw new Error('unreachable')
      const change = { [expired]: { ...claim, expiresAt: NOW } }
      await world.stores.users.update(user.id, user.changeId, nanoid(21), change, soon())
      await expect(registering('a')(open(world), world)).rejects.toThrow(EmailTakenError)
      if (expired === 'claiming') await undoing(open(world), world)
      else await completing(open(world), world)
      expect((await assertAddresses(world))?.email).toBe(world.a)
    }
  })

  test('that expires between two clocks, and a registration: one has the address, and no user is left without', async () => {
    const counts = await accountRace<World>({
      ...{ prepare: () => moved(false, 'c', NOW), clocks: [NOW - 1, NOW], drawn: DRAWN },
      actors: [undoing, registering('a')],
      async check(world, [undone = '', registered = ''], count) {
        expect([undone, registered].filter((error) => error === 'none')).toHaveLength(1)
        expect((await assertAddresses(world))?.email).toBe(undone === 'none' ? world.a : world.b)
        count(undone)
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['invalid_link', 'none'])
  })

  test('and a deletion of the user: every address is free afterwards', async () => {
    await accountRace<World>({
      ...{ prepare: () => moved(), drawn: DRAWN, actors: [deleting, undoing] },
      async check(world, [deleted]) {
        expect(deleted).toBe('none')
        expect(await assertAddresses(world)).toBeUndefined()
      },
    })
  })

  test('and a password change by the thief: the password goes', async () => {
    await accountRace<World>({
      prepare: () => moved(),
      actors: [
        undoing,
        ({ revocations }, { session }) => {
          const request = { verified: hash('old'), passwordHash: hash('thief') }
          return revocations.changePassword(session, request, device, soon())
        },
      ],
      drawn: DRAWN,
      async check(world, [undone]) {
        expect(undone).toBe('none')
        expect((await assertAddresses(world))?.passwordHash).not.toBe(hash('thief'))
      },
    })
  })

  test('removes each credential that was set since the change, and no other', async () => {
    const totp = { id: 'app', sealed: '1.sealed', createdAt: NOW }
    const sets = [{ passwordHash: hash('new') }, { totp, totpStep: 7 }, { recoveryCodes: ['r'] }] as const
    const fields = ['passwordHash', 'totp', 'recoveryCodes'] as const
    for (const [index, since] of sets.entries()) {
      const stores = memoryAccountStores()
      const account = openAccount(stores)
      const made = await account.users.register(
        { email: newEmail(), passwordHash: hash('old'), emailVerified: true },
        soon(),
      )
      const before = { ...sets[0], ...sets[1], ...sets[2] }
      await account.revocations.revokeAllSessions(made.id, before, soon())
      const user = await account.users.require(made.id, soon())
      const token = await ask(account, user, newEmail())
      const [former] = await complete(account, await signedIn(account, user), token)
      const armed = former && (await account.emailUndo.arm(former, soon()))
      if (armed === undefined || armed === 'pending') throw new Error('unreachable')
      await account.revocations.revokeAllSessions(made.id, since, soon())
      await account.emailUndo.complete(armed.token.reveal(), soon())
      const after = await account.users.require(made.id, soon())
      expect(fields.filter((field) => after[field] === undefined)).toEqual([fields[index]])
      expect(after.totpStep === undefined).toBe(index === 1)
    }
  })
})

describe('a change that is interrupted after it has claimed the address', () => {
  async function interrupted(emailVerified = true): Promise<World> {
    const world = await asked(false, emailVerified)
    const down = async () => {
      throw new UnavailableError('down')
    }
    const account = openAccount({ ...world.stores, users: { ...world.stores.users, advanceEpoch: down } })
    await expect(complete(account, world.session, world.link)).rejects.toThrow(UnavailableError)
    return world
  }

  test('holds it as long as its link is good, and a repetition completes it', async () => {
    const world = await interrupted()
    await expect(registering('b')(open(world), world)).rejects.toThrow(EmailTakenError)
    await completing(open(world), world)
    expect((await assertAddresses(world))?.email).toBe(world.b)
  })

  test('leaves the user the old address, even one that was never proven', async () => {
    const world = await interrupted(false)
    const user = await stored(world)
    expect(user?.email).toBe(world.a)
    expect((await open(world).users.findByEmail(world.a, soon()))?.id).toBe(world.id)
  })

  test('lets it go once all sessions were revoked, the link has expired or another one was asked for', async () => {
    for (const end of [
      revokingAll,
      async (account: Account, world: World) => {
        const user = await account.users.require(world.id, soon())
        await ask(account, user, world.c)
      },
      async ({ store }: Account, world: World) => {
        const user = await open(world).users.require(world.id, soon())
        const claiming = { ...user.claiming, expiresAt: NOW } as NonNullable<User['claiming']>
        await store.update(user.id, user.changeId, nanoid(21), { claiming }, soon())
      },
    ]) {
      const world = await interrupted()
      await end(open(world), world)
      expect((await registering('b')(open(world), world)).email).toBe(world.b)
      await expect(completing(open(world), world)).rejects.toThrow(/link|session|revoked/i)
    }
  })
})

test('each change has a claim of its own: a late release of an earlier one frees nothing', async () => {
  const world = await asked(false, false)
  const { stores, id: userId, a, b } = world
  const account = open(world)
  const claims: (string | undefined)[] = []
  for (const email of [b, a, b, a, b]) {
    const { changeId } = await account.users.require(userId, soon())
    await stores.users.update(userId, changeId, nanoid(21), { removes: ['undo'] }, soon())
    const user = await account.users.require(userId, soon())
    await complete(account, await signedIn(account, user), await ask(account, user, email))
    const after = await account.users.require(userId, soon())
    for (const claim of claims) await stores.users.releaseEmail(after.email, { userId, claim }, soon())
    claims.push(after.claim)
    expect((await account.users.findByEmail(after.email, soon()))?.id).toBe(userId)
  }
  expect(new Set(claims).size).toBe(claims.length)
})

test('the mail of an undo is requested even if the answer to the change is lost', async () => {
  const world = await asked()
  const { users } = world.stores
  const losing: typeof users.advanceEpoch = async (...write) => {
    await users.advanceEpoch(...write)
    throw new UnavailableError('no answer')
  }
  const ordered: FormerAddress[] = []
  const { emailChange } = openAccount({ ...world.stores, users: { ...users, advanceEpoch: losing } })
  const orderUndo = async (former: FormerAddress) => void ordered.push(former)
  const request = { session: world.session, token: world.link, orderUndo }
  await expect(emailChange.complete(request, device, soon())).rejects.toThrow(UnavailableError)
  expect((await stored(world))?.email).toBe(world.b)
  expect(ordered).toMatchObject([{ userId: world.id, email: world.a }])
})

test('a request of before a revocation of all sessions is armed in no later epoch', async () => {
  const counts = await accountRace<World & { token?: string }>({
    prepare: () => asked(),
    actors: [
      async (account, world) => {
        const armed = await account.emailChange.arm({ userId: world.id, epoch: 0, email: world.c }, soon())
        world.token = armed?.token.reveal() ?? ''
      },
      revokingAll,
    ],
    async check(world, errors, count) {
      expect(errors).toEqual(['none', 'none'])
      const user = await open(world).users.require(world.id, soon())
      const session = await signedIn(open(world), user)
      await expect(complete(open(world), session, world.token ?? '')).rejects.toMatchObject({ code: 'invalid_link' })
      count(world.token === '' ? 'not armed' : 'void')
    },
  })
  expect(Object.keys(counts).sort()).toEqual(['not armed', 'void'])
})

test('the mail of an undo waits for its change, and each delivery makes another link', async () => {
  const world = await asked()
  const account = open(world)
  const user = await account.users.require(world.id, soon())
  const former = { userId: user.id, email: user.email, claim: user.claim }
  expect(await account.emailUndo.arm(former, soon())).toBe('pending')
  await completing(account, world)
  const tokens: string[] = []
  for (let i = 0; i < 2; i++) {
    const armed = await account.emailUndo.arm(former, soon())
    if (armed !== undefined && armed !== 'pending') tokens.push(armed.token.reveal())
  }
  expect(new Set(tokens).size).toBe(2)
  await expect(account.emailUndo.complete(tokens[0] ?? '', soon())).rejects.toMatchObject({ code: 'invalid_link' })
  await account.emailUndo.complete(tokens[1] ?? '', soon())
  expect(await account.emailUndo.arm(former, soon())).toBeUndefined()
})
