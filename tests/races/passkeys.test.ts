import { nanoid } from 'nanoid'
import { beforeAll, describe, expect, test } from 'vitest'
import { passkeyLogin } from '../../lib/accounts/passkey-login.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { readAssertion } from '../../lib/passkeys/assertion.ts'
import { addition, removal } from '../../lib/passkeys/passkey-changes.ts'
import { BY_PASSKEY } from '../../lib/passkeys/passkey-proof.ts'
import { challengeOfRegistration, verifyRegistration } from '../../lib/passkeys/registration.ts'
import { systemRandomText } from '../../lib/system.ts'
import type { Email, Passkey, User } from '../../lib/user.ts'
import { type Account, accountRace, memoryAccountStores, openAccount } from '../support/account-race.ts'
import { createAuthenticator } from '../support/authenticator.ts'
import { FROM, scopes } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'

// Sign-ins with passkeys beside each other, beside additions and beside removals, in every order of their calls or in some.

const origin = 'https://auth.example.com'
const rp = { id: 'auth.example.com', name: 'auth.example.com', origins: [origin] } as const
const [authenticator, second, third] = [1, 2, 3].map(() =>
  createAuthenticator({ origin, kind: 'Ed25519' }),
) as never as [
  ReturnType<typeof createAuthenticator>,
  ReturnType<typeof createAuthenticator>,
  ReturnType<typeof createAuthenticator>,
]
const soon = () => startDeadline(60)

type Made = Awaited<ReturnType<typeof verifyRegistration>>
let made: readonly [Made, Made, Made]
beforeAll(async () => {
  const verified = [authenticator, second, third].map((each) => {
    const registration = each.register({ challenge: nanoid(44) })
    return verifyRegistration(registration, challengeOfRegistration(registration, rp), rp)
  })
  made = (await Promise.all(verified)) as never
})

const passkeyOf = (one: Made): Passkey => ({ ...one, name: 'laptop', createdAt: NOW, since: 0 })

/** A user with a passkey, two sessions and three challenges. */
async function prepare() {
  const stores = memoryAccountStores()
  const account = openAccount(stores)
  const email = `${nanoid(8).toLowerCase()}@example.com` as Email
  const { id, changeId } = await account.users.register({ email, passwordHash: 'h' }, soon())
  const change = { passkeys: { a: passkeyOf(made[0]) }, passkeyCounts: {}, passkeyUsedAt: {}, recoveryCodes: ['r'] }
  await stores.users.update(id, changeId, nanoid(21), change, soon())
  const user = await account.users.require(id, soon())
  const session = () => account.sessions.create({ user, scopes: scopes('account'), ...FROM }, account.users, soon())
  const [own, other] = [await session(), await session()]
  if (!own || !other) throw new Error('unreachable')
  const begin = () => account.passkeyChallenges.begin(undefined, soon())
  return { stores, user, sessions: [own.session, other.session], challenges: [await begin(), await begin()] }
}
type World = Awaited<ReturnType<typeof prepare>>

const signIn = (account: Account, { user, challenges }: World, index: number, count: number) =>
  passkeyLogin(
    account,
    {
      assertion: readAssertion(authenticator.sign({ challenge: challenges[index] ?? '' }, user.id, { count }), rp),
      ...{ ...FROM, presented: [] },
    },
    soon(),
  )
const changeOf = (account: Account, { sessions }: World, index: number, change: (user: User) => object) => {
  const [session] = sessions.slice(index)
  if (!session) throw new Error('unreachable')
  return account.revocations.changeFactors(session, { change, proof: BY_PASSKEY, strongScopes: [] }, FROM, soon())
}
const add = (account: Account, world: World, index: number, one: Made) =>
  changeOf(account, world, index, (user) => {
    const passkeyId = nanoid(21)
    return addition(user, one, { passkeyId, name: 'phone', now: NOW, randomText: systemRandomText }).change
  })
const remove = (account: Account, world: World, id = 'a') => changeOf(account, world, 0, (user) => removal(user, id))
const rows = ({ stores, user }: World) => stores.sessions.list(user.id, soon())
const stored = ({ stores, user }: World) => stores.users.get(user.id, soon())

describe('a sign-in with a passkey', () => {
  test.each([0, 7])('happens once a challenge, with the counter %i', async (value) => {
    const counts = await accountRace({
      prepare,
      actors: [0, 1].map(
        (actor) => (account: Account, world: World) => signIn(account, world, 0, value && value + actor),
      ),
      drawn: 300,
      async check(world, errors, count) {
        expect(errors.filter((error) => error === 'none')).toHaveLength(1)
        expect(await rows(world)).toHaveLength(3)
        count(errors.toSorted().join())
      },
    })
    expect(Object.keys(counts)).toContain('challenge_expired,none')
  })

  test('happens once a counter, whatever the challenge, so that a copy is refused', async () => {
    const counts = await accountRace({
      prepare,
      actors: [0, 1].map((index) => (account: Account, world: World) => signIn(account, world, index, 5)),
      drawn: 300,
      async check(world, errors, count) {
        expect(errors.toSorted()).toEqual(['none', 'wrong_passkey'])
        expect(await stored(world)).toMatchObject({ passkeyCounts: { a: 5 } })
        count(errors[0] ?? '')
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['none', 'wrong_passkey'])
  })

  test('is not refused beside another one if the authenticator does not count', async () => {
    await accountRace({
      prepare,
      actors: [0, 1].map((index) => (account: Account, world: World) => signIn(account, world, index, 0)),
      drawn: 150,
      async check(world, errors) {
        expect(errors).toEqual(['none', 'none'])
        expect(await rows(world)).toHaveLength(4)
        expect((await stored(world))?.passkeyCounts).toEqual({})
      },
    })
  })

  test.each([0, 9])('leaves no session of a removed passkey, with the counter %i', async (value) => {
    const counts = await accountRace({
      prepare,
      actors: [(account, world) => signIn(account, world, 0, value), (account, world) => remove(account, world)],
      drawn: 400,
      async check(world, [error = '', removed], count) {
        expect(removed).toBe('none')
        const left = (await rows(world)).map(({ userEpoch }) => userEpoch)
        expect(left).toEqual([1]) // the successor of the removing session
        const user = await stored(world)
        for (const field of ['passkeys', 'passkeyCounts', 'passkeyUsedAt', 'recoveryCodes'])
          expect(user).not.toHaveProperty(field)
        count(error)
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['conflict', 'none', 'wrong_passkey'])
  })

  test('does not bring a deleted user back', async () => {
    await accountRace({
      prepare,
      actors: [
        (account, world) => signIn(account, world, 0, 9),
        (account, { user }) => account.administration.delete(user.id, soon()),
      ],
      drawn: 200,
      async check(world, [, deleted]) {
        expect(deleted).toBe('none')
        expect(await stored(world)).toBeUndefined()
        expect(await rows(world)).toEqual([])
      },
    })
  })

  test('loses its counter to no addition beside it', async () => {
    await accountRace({
      prepare,
      actors: [(account, world) => signIn(account, world, 0, 9), (account, world) => add(account, world, 0, made[1])],
      drawn: 300,
      async check(world, [signedIn, added]) {
        expect(['none', 'sign_in_again']).toContain(added) // a sign-in beside it may sweep the session to be replaced
        const user = await stored(world)
        expect(Object.keys(user?.passkeys ?? {})).toHaveLength(2)
        if (signedIn === 'none') expect(user?.passkeyCounts).toEqual({ a: 9 })
        expect((await rows(world)).every(({ userEpoch }) => userEpoch === 1)).toBe(true)
      },
    })
  })
})

describe('an addition', () => {
  test('beside another one loses no passkey, and only the last one’s session is left', async () => {
    const counts = await accountRace({
      prepare,
      actors: [0, 1].map(
        (index) => (account: Account, world: World) => add(account, world, index, made[index + 1] as Made),
      ),
      drawn: 300,
      async check(world, errors, count) {
        const successes = errors.filter((error) => error === 'none' || error === 'sign_in_again').length
        expect(successes).toBeGreaterThan(0)
        expect(Object.keys((await stored(world))?.passkeys ?? {})).toHaveLength(1 + successes)
        expect((await rows(world)).every(({ userEpoch }) => userEpoch === successes)).toBe(true)
        count(errors.toSorted().join())
      },
    })
    expect(Object.keys(counts)).toContain('none,unauthenticated')
  })

  test('of the same authenticator twice makes one passkey', async () => {
    await accountRace({
      prepare,
      actors: [0, 1].map((index) => (account: Account, world: World) => add(account, world, index, made[1])),
      drawn: 150,
      async check(world, errors) {
        expect(errors).toContain('none')
        expect(Object.keys((await stored(world))?.passkeys ?? {})).toHaveLength(2)
      },
    })
  })
})

test('a late removal does not remove a passkey that was added again', async () => {
  const world = await prepare()
  const account = openAccount(world.stores)
  const first = await remove(account, world)
  const again = { ...world, sessions: [first.session] }
  const { session } = await add(account, again, 0, made[0])
  await expect(remove(account, { ...world, sessions: [session] })).rejects.toMatchObject({ code: 'not_found' })
  expect(Object.keys((await stored(world))?.passkeys ?? {})).toHaveLength(1)
})
