import { nanoid } from 'nanoid'
import { TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { login } from '../../lib/accounts/login.ts'
import { completeLogin } from '../../lib/accounts/second-factor-login.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { WrongCodeError } from '../../lib/errors.ts'
import { BY_PASSWORD } from '../../lib/factor.ts'
import { hashRecoveryCode } from '../../lib/factors/recovery-codes.ts'
import { seal } from '../../lib/factors/sealed-secret.ts'
import { type PresentedCode, sealedFor } from '../../lib/factors/second-factors.ts'
import { newTotpSecret } from '../../lib/factors/totp.ts'
import { Secret } from '../../lib/secret.ts'
import { systemRandomText } from '../../lib/system.ts'
import type { Email, User } from '../../lib/user.ts'
import {
  type Account,
  type AccountStores,
  accountRace,
  KEYS,
  memoryAccountStores,
  openAccount,
  TRIES,
} from '../support/account-race.ts'
import { hash } from '../support/observed-scene.ts'
import { FROM, scopes } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'

// Second factors beside each other and beside revocations, in many orders of their datastore calls (I3, I7, I10).

const soon = () => startDeadline(30)
const RECOVERY = ['aaaaa-bbbbb-ccccc-ddddd', 'eeeee-fffff-ggggg-hhhhh']
const secret = newTotpSecret((length) => 'coat'.repeat(length)) // the same each time: WRONG must be no code of a step beside
const codeOf = (of: Secret) => new TOTP({ secret: of.reveal() }).generate({ timestamp: NOW * 1000 })
const RIGHT = { totp: codeOf(secret) }
const WRONG = { totp: `${(Number(RIGHT.totp) + 1) % 1_000_000}`.padStart(6, '0') }

async function registered(stores: AccountStores): Promise<User> {
  const email = `${nanoid(8).toLowerCase()}@example.com` as Email
  return openAccount(stores).users.register({ email, passwordHash: hash('old') }, soon())
}
const stored = ({ stores, user }: { stores: AccountStores; user: User }) =>
  openAccount(stores).users.require(user.id, soon())
const rows = ({ stores, user }: { stores: AccountStores; user: User }) => stores.sessions.list(user.id, soon())

/** Proves the password, and returns the secret of the challenge. */
async function begin({ challenges }: Account, user: User, label?: string): Promise<string> {
  const { challenge } = await challenges.begin(user, BY_PASSWORD, { label }, soon())
  return challenge?.reveal() ?? ''
}
/** A user with an authenticator app and two recovery codes, and three challenges, the last of a sign-in with a label. */
async function prepare() {
  const stores = memoryAccountStores()
  const { id, changeId } = await registered(stores)
  const totp = { id: 'app', sealed: seal(secret, sealedFor(id, 'app'), KEYS, systemRandomText), createdAt: NOW }
  await stores.users.update(id, changeId, nanoid(21), { totp, recoveryCodes: RECOVERY.map(hashRecoveryCode) }, soon())
  const account = openAccount(stores)
  const user = await account.users.require(id, soon())
  const challenges = [await begin(account, user), await begin(account, user), await begin(account, user, 'laptop')]
  return { stores, user, challenges }
}
type World = Awaited<ReturnType<typeof prepare>>

const signIn = (account: Account, challenge = '', code: PresentedCode = RIGHT) =>
  completeLogin(account, { challenge, code, ...FROM, presented: [] }, soon())

describe('a code of a second factor', () => {
  test.each([
    ['step', RIGHT, { totpStep: Math.floor(NOW / 30) }],
    ['recovery code', { recoveryCode: RECOVERY[0] ?? '' }, { recoveryCodes: [hashRecoveryCode(RECOVERY[1] ?? '')] }],
  ])('of a %s signs in once, also for two challenges', async (_, code, left) => {
    const counts = await accountRace({
      prepare,
      actors: [0, 1].map(
        (index) =>
          (account: Account, { challenges }: World) =>
            signIn(account, challenges[index], code),
      ),
      drawn: 150,
      async check(world, errors, count) {
        expect(errors.toSorted()).toEqual(['none', 'wrong_code'])
        expect(await rows(world)).toHaveLength(1)
        expect(await stored(world)).toMatchObject(left)
        count(errors[0] ?? '')
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['none', 'wrong_code'])
  })

  test('signs in with a challenge once, also beside another code', async () => {
    const counts = await accountRace({
      prepare,
      actors: [RIGHT, { recoveryCode: RECOVERY[0] ?? '' }].map(
        (code) =>
          (account: Account, { challenges }: World) =>
            signIn(account, challenges[2], code),
      ),
      drawn: 150,
      async check(world, errors, count) {
        expect(errors.toSorted()).toEqual(['challenge_expired', 'none'])
        expect((await rows(world)).map(({ assurance, label }) => ({ assurance, label }))).toEqual([
          { assurance: 2, label: 'laptop' },
        ])
        count(errors[0] ?? '')
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['challenge_expired', 'none'])
  })

  test.each([
    ['codes', WRONG],
    ['recovery codes', { recoveryCode: 'no-such-code' }],
  ])('is compared only as often as the user has attempts, whatever the challenge: %s', async (_, wrong) => {
    let compared = 0
    await accountRace({
      async prepare() {
        compared = 0
        return prepare()
      },
      actors: [0, 1, 2].map((index) => (account: Account, { challenges }: World) => {
        const verify: typeof account.secondFactors.verify = (...presented) => {
          compared++
          return account.secondFactors.verify(...presented)
        }
        return signIn({ ...account, secondFactors: { verify } }, challenges[index], wrong)
      }),
      drawn: 60,
      async check({ stores, challenges }, errors) {
        expect(errors.toSorted()).toEqual(['too_many_attempts', 'wrong_code', 'wrong_code'])
        expect(compared).toBe(TRIES)
        await expect(signIn(openAccount(stores), challenges[0])).rejects.toMatchObject({ code: 'too_many_attempts' })
      },
    })
  })
})

describe('a challenge', () => {
  test('makes no session that outlives a revoke-all', async () => {
    const counts = await accountRace({
      prepare,
      actors: [
        (account: Account, { challenges }: World) => signIn(account, challenges[0]),
        ({ revocations }, { user }) => revocations.revokeAllSessions(user.id, {}, soon()),
      ],
      drawn: 300,
      async check(world, [error = '', revoked], count) {
        expect(revoked).toBe('none')
        expect(await rows(world)).toEqual([])
        count(error)
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['challenge_expired', 'conflict', 'none'])
  })

  test('does not survive that the user is disabled and enabled again', async () => {
    const world = await prepare()
    const account = openAccount(world.stores)
    for (const status of ['disabled', 'active'] as const)
      await account.administration.change(world.user.id, { status }, soon())
    await expect(signIn(account, world.challenges[0])).rejects.toMatchObject({ code: 'challenge_expired' })
    expect(await rows(world)).toEqual([])
  })
})

describe('setting up an authenticator app', () => {
  /** A user with two sessions, to whom an app is shown. */
  async function shown(more: object = {}) {
    const stores = memoryAccountStores()
    const account = openAccount(stores)
    const { id, changeId } = await registered(stores)
    await stores.users.update(id, changeId, nanoid(21), more, soon())
    const { secret } = await account.enrolment.showTotp(await account.users.require(id, soon()), soon())
    const user = await account.users.require(id, soon())
    const make = () => account.sessions.create({ user, scopes: scopes('account'), ...FROM }, account.users, soon())
    const [own, other] = [await make(), await make()]
    if (!own || !other) throw new Error('unreachable')
    return { stores, user, session: own.session, other, code: codeOf(secret) }
  }
  const proof = { factors: ['password', 'totp'], assurance: 2 } as const
  const activate = (account: Account, { session, code }: Awaited<ReturnType<typeof shown>>) =>
    account.revocations.changeFactors(
      session,
      { change: (user) => account.enrolment.activateTotp(user, code).change, proof, strongScopes: [] },
      FROM,
      soon(),
    )

  test('ends every other session, also one of a sign-in by password beside it', async () => {
    const counts = await accountRace({
      prepare: shown,
      actors: [
        activate,
        (account, { user: { email } }) =>
          login(account, { email, password: new Secret('old'), ...FROM, presented: [] }, soon()),
      ],
      drawn: 300,
      async check(world, [activated, signedIn = ''], count) {
        expect(activated).toBe('none')
        const left = (await rows(world)).map(({ userEpoch, assurance }) => ({ userEpoch, assurance }))
        expect(left).toEqual([{ userEpoch: 1, assurance: 2 }])
        count(signedIn)
      },
    })
    expect(Object.keys(counts).sort()).toEqual(['conflict', 'none', 'second_factor_required'])
  })

  test.each([
    ['the first factor', {}],
    ['a user who has recovery codes', { recoveryCodes: ['a'] }],
  ])('uses its code up: %s', async (_, more) => {
    const world = await shown(more)
    const account = openAccount(world.stores)
    await activate(account, world)
    expect(await stored(world)).not.toHaveProperty('totpPending')
    const challenge = await begin(account, await stored(world))
    await expect(signIn(account, challenge, { totp: world.code })).rejects.toThrow(WrongCodeError)
  })

  test('counts only with the app that was shown last', async () => {
    const world = await shown()
    const account = openAccount(world.stores)
    await account.enrolment.showTotp(await stored(world), soon())
    await expect(activate(account, world)).rejects.toThrow(WrongCodeError)
    expect(await rows(world)).toHaveLength(2)
  })
})
