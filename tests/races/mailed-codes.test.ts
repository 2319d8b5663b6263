import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { loginByCode } from '../../lib/accounts/code-login.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { Email, User } from '../../lib/user.ts'
import {
  type Account,
  type AccountStores,
  accountRace,
  memoryAccountStores,
  openAccount,
} from '../support/account-race.ts'
import { hash } from '../support/observed-scene.ts'
import { NOW } from '../support/samples.ts'

// Mailed codes beside each other and beside revocations, in every order of their datastore calls (I3, I7, I10).

const soon = () => startDeadline(30)

/** A user whose code was mailed to a browser. */
async function prepare(emailVerified = true) {
  const stores = memoryAccountStores()
  const account = openAccount(stores)
  const email = `${nanoid(8).toLowerCase()}@example.com` as Email
  const identities = { key: { claim: 'c', provider: 'idp', linkedAt: NOW, since: 0 } }
  const newUser = { email, passwordHash: hash('old'), emailVerified, identities }
  const user = await account.users.register(newUser, soon())
  const { secret, challenge } = await account.codes.begin(email, soon())
  const code = (await account.codes.arm(challenge, soon()))?.code.reveal() ?? ''
  return { stores, user, secret, challenge, code }
}
type World = Awaited<ReturnType<typeof prepare>>

const complete = (account: Account, { secret, code }: Pick<World, 'secret' | 'code'>) =>
  loginByCode(
    { ...account, tagOf: () => 'tag' },
    { secret, code, ip: '192.0.2.1', userAgent: 'test', presented: [] },
    soon(),
  )
const sessionsOf = ({ stores, user }: { stores: AccountStores; user: User }) => stores.sessions.list(user.id, soon())
const stored = ({ stores, user }: { stores: AccountStores; user: User }) =>
  openAccount(stores).users.require(user.id, soon())

describe('a mailed code', () => {
  test('of one browser does not sign in another that has asked, whatever comes first', async () => {
    await accountRace({
      prepare: async () => {
        const world = await prepare()
        const { codes } = openAccount(world.stores)
        return { ...world, other: (await codes.begin(world.user.email, soon())).secret }
      },
      drawn: 100,
      actors: [complete, (account, { other, code }) => complete(account, { secret: other, code })],
      async check(world, errors) {
        expect(errors).toEqual(['none', 'wrong_code'])
        expect(await sessionsOf(world)).toHaveLength(1)
      },
    })
  })

  test('signs in by exactly one of two parallel requests', async () => {
    const counts = await accountRace({
      prepare,
      drawn: 600,
      actors: [0, 1].map(() => (account: Account, world: World) => complete(account, world)),
      async check(world, errors, count) {
        expect(errors.toSorted()).toEqual(['challenge_expired', 'none'])
        expect(await sessionsOf(world)).toHaveLength(1)
        count(`${errors.indexOf('none')}`)
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['0', '1'])
  })

  test.each([true, false])(
    'leaves no session once all sessions were revoked, verified before: %s',
    async (verified) => {
      const counts = await accountRace({
        prepare: () => prepare(verified),
        drawn: 1500,
        actors: [complete, ({ revocations }, { user }) => revocations.revokeAllSessions(user.id, {}, soon())],
        async check(world, [login = '', revoked], count) {
          expect(revoked).toBe('none')
          const { epoch } = await stored(world)
          const live = (await sessionsOf(world)).filter(({ userEpoch }) => userEpoch >= epoch)
          const { lastChanges = [] } = await stored(world)
          const isLast = lastChanges[0]?.reason === 'revoked_all'
          if (isLast) expect(live).toEqual([])
          expect(['none', 'wrong_code', 'conflict']).toContain(login)
          count(login)
        },
      })
      expect(Object.keys(counts)).toContain('none')
      expect(Object.keys(counts)).toContain('wrong_code')
    },
  )

  test('that proves an address first removes the password and the identities, whatever the user does beside it', async () => {
    await accountRace({
      prepare: () => prepare(false),
      drawn: 600,
      actors: [
        complete,
        ({ store }, { user }) => store.update(user.id, user.changeId, nanoid(21), { name: 'Eve' }, soon()),
      ],
      async check(world, [login]) {
        const user = await stored(world)
        const isGone = [user.passwordHash, user.identities].map((credential) => credential === undefined)
        expect([user.emailVerified, ...isGone]).toEqual(Array(3).fill(login === 'none'))
        expect(await sessionsOf(world)).toHaveLength(login === 'none' ? 1 : 0)
      },
    })
  })
})

test.each([
  [
    'a user with a second factor to go on',
    { totp: { id: 'app', sealed: '1.sealed', createdAt: NOW } },
    'second_factor_required',
  ],
  ['a user who is disabled meanwhile not in', { status: 'disabled' as const }, 'wrong_code'],
])('a mailed code signs %s', async (_, change, code) => {
  const world = await prepare()
  await world.stores.users.update(world.user.id, world.user.changeId, nanoid(21), change, soon())
  await expect(complete(openAccount(world.stores), world)).rejects.toMatchObject({ code })
  expect(await sessionsOf(world)).toEqual([])
})

test('of guesses in any order, no more are compared than there are tries', async () => {
  await accountRace({
    prepare,
    drawn: 300,
    actors: Array.from(
      { length: 7 },
      () => (account: Account, world: World) => complete(account, { ...world, code: 'x' }),
    ),
    async check(_, errors) {
      expect(errors.filter((code) => code === 'wrong_code')).toHaveLength(5)
      expect(errors.filter((code) => code === 'challenge_expired')).toHaveLength(2)
    },
  })
})
