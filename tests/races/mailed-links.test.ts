import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { InvalidLinkError } from '../../lib/errors.ts'
import { Secret } from '../../lib/secret.ts'
import type { Email, User } from '../../lib/user.ts'
import {
  type Account,
  type AccountStores,
  accountRace,
  memoryAccountStores,
  openAccount,
} from '../support/account-race.ts'
import { hash, passwordIn } from '../support/observed-scene.ts'
import { NOW } from '../support/samples.ts'

// Mailed links beside each other and beside revocations, in every order of their datastore calls (I3, I10).

const soon = () => startDeadline(30)
const newEmail = () => `${nanoid(8).toLowerCase()}@example.com` as Email
const link = { hash: 'of another link', epoch: 0, expiresAt: NOW + 3600 }
const totp = { id: 'app', sealed: '1.sealed', createdAt: NOW }

async function registered(stores: AccountStores, emailVerified = true): Promise<User> {
  return openAccount(stores).users.register({ email: newEmail(), passwordHash: hash('old'), emailVerified }, soon())
}
const mailed = async (account: Account, { email }: User) =>
  (await account.reset.arm(email, soon()))?.token.reveal() ?? ''
/** A user whose reset link was mailed. */
async function prepare() {
  const stores = memoryAccountStores()
  const user = await registered(stores)
  return { stores, user, token: await mailed(openAccount(stores), user) }
}
type World = Awaited<ReturnType<typeof prepare>>

const complete = ({ reset }: Account, token: string, password: string) =>
  reset.complete(token, async () => hash(password), soon())
const stored = ({ stores, user }: { stores: AccountStores; user: User }) =>
  openAccount(stores).users.require(user.id, soon())

describe('a reset link', () => {
  test('sets the password of exactly one of two parallel requests', async () => {
    const counts = await accountRace({
      prepare,
      actors: ['one', 'two'].map(
        (password) =>
          (account: Account, { token }: World) =>
            complete(account, token, password),
      ),
      async check(world, errors, count) {
        expect(errors.toSorted()).toEqual(['invalid_link', 'none'])
        const { passwordHash, epoch } = await stored(world)
        expect([passwordIn(passwordHash), epoch]).toEqual([errors[0] === 'none' ? 'one' : 'two', 1])
        count(passwordIn(passwordHash) ?? '')
      },
    })
    expect([counts.one ?? 0, counts.two ?? 0].every((times) => times > 0)).toBe(true)
  })

  test('does not count once all sessions were revoked', async () => {
    const counts = await accountRace({
      prepare,
      actors: [
        (account, { token }) => complete(account, token, 'new'),
        ({ revocations }, { user }) => revocations.revokeAllSessions(user.id, {}, soon()),
      ],
      async check(world, [reset = '', revoked], count) {
        const { lastChanges = [] } = await stored(world)
        expect(revoked).toBe('none')
        const reasons = reset === 'none' ? ['revoked_all', 'password_reset'] : ['revoked_all']
        expect(lastChanges.map(({ reason }) => reason)).toEqual(reasons)
        count(reset)
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['invalid_link', 'none'])
  })

  test('counts only if it is in the latest mail, and each mail has another one', async () => {
    const tokens: string[] = []
    await accountRace({
      prepare: async () => {
        tokens.length = 0
        return prepare()
      },
      actors: [0, 1].map((index) => async (account: Account, { user }: World) => {
        tokens[index] = await mailed(account, user)
      }),
      async check(world) {
        expect(new Set([...tokens, world.token]).size).toBe(3)
        const account = openAccount(world.stores)
        const good: string[] = []
        for (const token of [world.token, ...tokens, await mailed(account, world.user)])
          await complete(account, token, 'new').then(
            () => good.push(token),
            () => {},
          )
        expect(good).toHaveLength(1)
        expect(tokens).not.toContain(good[0])
        await mailed(account, world.user)
        await expect(complete(account, good[0] ?? '', 'again')).rejects.toThrow(InvalidLinkError)
      },
    })
  })

  test('succeeds if the answer to its write is lost and a revoke-all follows', async () => {
    const { stores, user, token } = await prepare()
    const { users } = stores
    const account = openAccount(stores)
    const losing = openAccount({
      ...stores,
      users: {
        ...users,
        async advanceEpoch(...write) {
          await users.advanceEpoch(...write)
          await account.revocations.revokeAllSessions(user.id, {}, soon())
          return users.advanceEpoch(...write)
        },
      },
    })
    await complete(losing, token, 'new')
    const { epoch, passwordHash } = await stored({ stores, user })
    expect([epoch, passwordIn(passwordHash)]).toEqual([2, 'new'])
  })

  const codes = ['a', 'b']
  const factors = { totp, totpStep: 7, recoveryCodes: codes, totpPending: totp, verification: link } as const
  test.each([
    ['removes every factor and link of an account whose email was never proven', false, factors, {}],
    [
      'keeps the factors of a proven account',
      true,
      factors,
      { totp, totpStep: 7, recoveryCodes: codes, totpPending: totp },
    ],
    [
      'keeps the factors of a proven account without recovery codes',
      true,
      { totp, totpStep: 7 },
      { totp, totpStep: 7 },
    ],
  ])('%s', async (_, emailVerified, set, kept) => {
    const stores = memoryAccountStores()
    const user = await registered(stores, emailVerified)
    await stores.users.update(user.id, user.changeId, nanoid(21), set, soon())
    const account = openAccount(stores)
    await complete(account, await mailed(account, user), 'new')
    const { changeId, lastChanges, passwordHash, ...after } = await stored({ stores, user })
    const { changeId: _changeId, passwordHash: _hash, ...before } = user
    expect(after).toEqual({ ...before, emailVerified: true, epoch: 1, since: { passwordHash: 1 }, ...kept })
  })
})

describe('a link that proves an email', () => {
  test('counts only for the user it was mailed to, in both of two parallel requests', async () => {
    await accountRace({
      async prepare() {
        const stores = memoryAccountStores()
        const [user, stranger] = [await registered(stores, false), await registered(stores, false)]
        const token = (await openAccount(stores).verification.arm(user.id, soon()))?.token.reveal() ?? ''
        return { stores, user, stranger, token }
      },
      actors: [
        async ({ users, verification }, { user, token }) =>
          verification.complete(await users.require(user.id, soon()), token, soon()),
        async ({ users, verification }, { user, token }) =>
          verification.complete(await users.require(user.id, soon()), token, soon()),
      ],
      async check({ stores, user, stranger, token }, errors) {
        const { verification } = openAccount(stores)
        // The later one may have read the user after the earlier one had used the link.
        expect(errors).toContain('none')
        expect(errors.every((error) => ['none', 'invalid_link'].includes(error))).toBe(true)
        await expect(verification.complete(stranger, token, soon())).rejects.toThrow(InvalidLinkError)
        expect([await stored({ stores, user }), await stored({ stores, user: stranger })]).toMatchObject([
          { emailVerified: true },
          { emailVerified: false },
        ])
      },
    })
    const stores = memoryAccountStores()
    const [user, stranger] = [await registered(stores, false), await registered(stores, false)]
    const { verification } = openAccount(stores)
    const token = (await verification.arm(user.id, soon()))?.token.reveal() ?? ''
    await expect(verification.complete(stranger, token, soon())).rejects.toThrow(InvalidLinkError)
    expect(await stored({ stores, user })).toMatchObject({ emailVerified: false })
  })
})

describe('a link that registers a user', () => {
  test('registers one user, also if that one is deleted at once', async () => {
    const counts = await accountRace({
      async prepare() {
        const stores = memoryAccountStores()
        const email = newEmail()
        const armed = await openAccount(stores).registration.arm(email, soon())
        return { stores, email, token: 'token' in armed ? armed.token.reveal() : '' }
      },
      actors: [
        async ({ registration }, { stores, token }) => {
          const user = await registration.complete(token, async () => ({ passwordHash: hash('one') }), soon())
          await openAccount(stores).administration.delete(user.id, soon())
        },
        ({ registration }, { token }) =>
          registration.complete(token, async () => ({ passwordHash: hash('two') }), soon()),
      ],
      async check({ stores, email }, errors, count) {
        expect(errors.toSorted()).toEqual(['invalid_link', 'none'])
        const { users } = openAccount(stores)
        const user = await users.findByEmail(email, soon())
        expect(passwordIn(user?.passwordHash)).toBe(errors[1] === 'none' ? 'two' : undefined)
        count(errors[0] ?? '')
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['invalid_link', 'none'])
  })

  test('is void when it was never mailed', async () => {
    const { registration } = openAccount(memoryAccountStores())
    const details = async () => ({ passwordHash: hash('one') })
    await expect(registration.complete(new Secret(nanoid(43)).reveal(), details, soon())).rejects.toThrow(
      InvalidLinkError,
    )
  })
})
