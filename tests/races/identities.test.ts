import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { identityKey } from '../../lib/identity/identity.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { endByProvider } from '../../lib/identity/provider-logout.ts'
import { signInByProvider } from '../../lib/identity/provider-sign-in.ts'
import type { VerifiedIdentity } from '../../lib/identity/verified-identity.ts'
import type { Scope } from '../../lib/scope.ts'
import type { Email, User } from '../../lib/user.ts'
import { type Account, accountRace, memoryAccountStores, openAccount } from '../support/account-race.ts'
import { hash } from '../support/observed-scene.ts'
import { FROM } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'

// Sign-ins at a provider beside each other, beside registrations, revocations and the provider's logouts, in many orders
// of their datastore calls (I2, I3, I4, I10; O1, O3 and L1 of the model).

const soon = () => startDeadline(30)
const ISSUER = 'https://login.example.com'
const PROVIDER = { registration: 'open' } as Provider
const ORDERS = 150

function newcomer(changes: Partial<VerifiedIdentity> = {}): VerifiedIdentity {
  const email = `${nanoid(8).toLowerCase()}@example.com` as Email
  return {
    provider: 'idp',
    issuer: ISSUER,
    subject: nanoid(),
    sid: nanoid(),
    issuedAt: NOW,
    email,
    assurance: 1,
    ...changes,
  }
}
const signIn = (account: Account, identity: VerifiedIdentity, provider = PROVIDER) =>
  signInByProvider(account, provider, identity, { ...FROM, presented: [] }, soon())
/** A problem of the domain, or one of sign-ins alone, as a code. */
const coded = (signing: Promise<unknown>) =>
  signing.catch((error) => {
    throw error.reason ? Object.assign(error, { code: error.reason }) : error
  })

async function prepare(identity = newcomer()) {
  return { stores: memoryAccountStores(), identity }
}
/** An account that is signed in by its identity. */
async function known() {
  const world = await prepare()
  const { user, session, token } = await signIn(openAccount(world.stores), world.identity)
  return { ...world, user, session, token: token.reveal() }
}
/** Somebody has registered the address, and never proved it. */
async function squatted(emailVerified = false) {
  const world = await prepare()
  const account = openAccount(world.stores)
  const { email } = world.identity
  const link = { hash: 'link', epoch: 0, expiresAt: NOW + 3600 }
  const { id } = await account.users.register(
    { email: email as Email, passwordHash: hash('squatter'), emailVerified },
    soon(),
  )
  const registered = await account.users.require(id, soon())
  const totp = { id: 'app', sealed: '1.sealed', createdAt: NOW }
  const key = { credentialId: 'c', publicKey: 'k', algorithm: -7, firstCount: 0, transports: [], name: 'phone' }
  const passkeys = { a: { ...key, createdAt: NOW, since: 0 } }
  const counts = { passkeyCounts: { a: 1 }, passkeyUsedAt: { a: NOW } }
  const set = { totp, recoveryCodes: ['a'], reset: link, verification: link, passkeys, ...counts }
  await world.stores.users.update(id, registered.changeId, nanoid(21), set, soon())
  const user = await account.users.require(id, soon())
  const proof = { factors: ['password'], assurance: 1 } as const
  const created = await account.sessions.create({ user, scopes: [], proof, ...FROM }, world.stores.users, soon())
  return { ...world, user, squatter: created?.token.reveal() ?? '' }
}
const liveOf = (
  { stores }: { stores: Account['store'] extends never ? never : ReturnType<typeof memoryAccountStores> },
  user: User,
) => stores.sessions.list(user.id, soon())

describe('first sign-ins', () => {
  test('of one subject at once make one user, who has both sessions or says to try again', async () => {
    const counts = await accountRace({
      prepare,
      drawn: ORDERS,
      actors: [1, 2].map(
        () =>
          (account: Account, { identity }: Awaited<ReturnType<typeof prepare>>) =>
            coded(signIn(account, identity)),
      ),
      async check({ stores, identity }, errors, count) {
        const { users } = await stores.users.list({ limit: 10 }, soon())
        expect(users).toHaveLength(1)
        const [user] = users as [User]
        const key = identityKey(ISSUER, identity.subject)
        expect(await stores.identities.getIdentity(key, soon())).toEqual({
          userId: user.id,
          claim: user.identities?.[key]?.claim,
        })
        const live = await stores.sessions.list(user.id, soon())
        expect(live).toHaveLength(errors.filter((error) => error === 'none').length)
        expect(errors).toContain('none')
        count(errors.toSorted().join())
      },
    })
    expect(counts['none,none']).toBeGreaterThan(0)
  })

  test('beside a registration of the address leave one account with it', async () => {
    const counts = await accountRace({
      prepare,
      drawn: ORDERS,
      actors: [
        (account, { identity }) => coded(signIn(account, identity)),
        ({ users }, { identity }) =>
          users.register({ email: identity.email as Email, passwordHash: hash('a'), emailVerified: true }, soon()),
      ],
      async check({ stores, identity }, [signed, registered], count) {
        const { users } = await stores.users.list({ limit: 10 }, soon())
        expect(users.map(({ email }) => email)).toEqual([identity.email])
        expect([signed, registered]).not.toEqual(['none', 'none'])
        expect(users[0]?.passwordHash === undefined).toBe(registered !== 'none')
        if (signed === 'none') expect(users[0]?.identities).toBeDefined()
        count(`${signed}, ${registered}`)
      },
    })
    expect(Object.keys(counts)).toEqual(expect.arrayContaining(['none, email_taken', 'email_taken, none']))
  })

  test('never lead into an account that has proven the address', async () => {
    const world = await squatted(true)
    await expect(coded(signIn(openAccount(world.stores), world.identity))).rejects.toMatchObject({
      code: 'email_taken',
    })
    expect(await world.stores.users.get(world.user.id, soon())).toEqual(world.user)
  })

  test.each(['disabled', 'closed', 'domains', 'unverified'])('are refused: %s', async (why) => {
    const world = await (why === 'disabled' ? known() : prepare())
    const account = openAccount(world.stores)
    const provider = { registration: why === 'closed' ? 'closed' : { domains: ['other.example.com'] } } as Provider
    const { email: _, ...unverified } = world.identity
    if ('user' in world) await account.administration.change((world.user as User).id, { status: 'disabled' }, soon())
    const identity = why === 'unverified' ? unverified : world.identity
    const code = { disabled: 'disabled', unverified: 'email_unverified' }[why] ?? 'registration_closed'
    await expect(coded(signIn(account, identity, provider))).rejects.toMatchObject({ code })
  })

  test('of an account that never proved the address leave nothing that was set before', async () => {
    const counts = await accountRace({
      prepare: squatted,
      drawn: ORDERS,
      actors: [
        (account, { identity }) => coded(signIn(account, identity)),
        async ({ users, sessions, store }, { user, squatter }) => {
          const session = await sessions.check(squatter)
          const owner = session && (await users.ofSession(session, soon()))
          if (owner)
            await store.update(
              user.id,
              owner.changeId,
              nanoid(21),
              { totp: { id: 'b', sealed: '', createdAt: NOW } },
              soon(),
            )
        },
      ],
      async check({ stores, user, identity, squatter }, [signed = ''], count) {
        const after = await stores.users.get(user.id, soon())
        const { sessions } = openAccount(stores)
        if (signed === 'none') {
          expect(after).toMatchObject({ emailVerified: true, epoch: 1, sweepPending: false })
          for (const field of ['passwordHash', 'totp', 'recoveryCodes', 'reset', 'verification'])
            expect(after).not.toHaveProperty(field)
          for (const field of ['passkeys', 'passkeyCounts', 'passkeyUsedAt']) expect(after).not.toHaveProperty(field)
          expect(Object.keys(after?.identities ?? {})).toEqual([identityKey(ISSUER, identity.subject)])
          expect(await sessions.check(squatter)).toBeUndefined()
        }
        count(signed)
      },
    })
    expect(counts.none).toBeGreaterThan(0)
  })

  test('that stopped half-way are continued by the next', async () => {
    const { stores, identity } = await prepare()
    const broken = openAccount({
      ...stores,
      identities: { ...stores.identities, claimIdentity: () => Promise.reject(Object.assign(new Error('down'))) },
    })
    await expect(signIn(broken, identity)).rejects.toThrow('down')
    const { user, isNew } = await signIn(openAccount(stores), identity)
    expect(isNew).toBe(true)
    expect((await stores.users.list({ limit: 10 }, soon())).users.map(({ id }) => id)).toEqual([user.id])
  })
})

describe('a sign-in of a known subject', () => {
  const ends: [what: string, end: (account: Account, world: Awaited<ReturnType<typeof known>>) => Promise<unknown>][] =
    [
      ['an end of all sessions', ({ revocations }, { user }) => revocations.revokeAllSessions(user.id, {}, soon())],
      ['disabling', ({ administration }, { user }) => administration.change(user.id, { status: 'disabled' }, soon())],
      ['deletion', ({ administration }, { user }) => administration.delete(user.id, soon())],
      [
        "a logout of the provider's session",
        (account, { identity }) => endByProvider(account, { ...identity, issuedAt: NOW + 1 }, soon()),
      ],
      [
        'a logout of the subject',
        (account, { identity: { issuer, subject } }) =>
          endByProvider(account, { issuer, subject, issuedAt: NOW + 1 }, soon()),
      ],
    ]
  test.each(ends)('beside %s leaves no session of before', async (what, end) => {
    const counts = await accountRace({
      prepare: known,
      drawn: ORDERS,
      actors: [
        (account, { identity }) => coded(signIn(account, identity, { registration: 'closed' } as Provider)),
        end,
      ],
      async check(world, [signed = '', ended], count) {
        expect(ended).toBe('none')
        const { stores, user, token } = world
        const account = openAccount(stores)
        expect(await account.sessions.check(token)).toBeUndefined()
        const rows = await liveOf(world, user)
        const pointer = await stores.identities.getIdentity(identityKey(ISSUER, world.identity.subject), soon())
        expect(pointer === undefined).toBe(what === 'deletion')
        // Only an end of all sessions lets a sign-in of afterwards succeed.
        if (what !== 'an end of all sessions') expect(rows).toEqual([])
        else expect(rows.every(({ userEpoch }) => userEpoch === 1)).toBe(true)
        count(`${signed}: ${rows.length}`)
      },
    })
    expect(Object.keys(counts).length).toBeGreaterThan(1)
  })

  test('after a later logout of the subject is a new one, which the same logout token does not end again', async () => {
    const { stores, identity, user } = await known()
    const account = openAccount(stores)
    const logout = { issuer: ISSUER, subject: identity.subject, issuedAt: NOW + 1 }
    await endByProvider(account, logout, soon())
    await expect(signIn(account, identity)).rejects.toMatchObject({ code: 'conflict' })
    const again = await signIn(account, { ...identity, sid: nanoid(), issuedAt: NOW + 2 })
    expect(await endByProvider(account, logout, soon())).toEqual([])
    expect(await stores.sessions.list(user.id, soon())).toMatchObject([{ id: again.session.id }])
  })

  test('ends with its session at the provider, also when another session has taken its place', async () => {
    const counts = await accountRace({
      prepare: known,
      drawn: ORDERS,
      actors: [
        ({ revocations }, { session }) => revocations.revokeOtherSessions(session, FROM, soon()),
        (account, { identity }) => endByProvider(account, identity, soon()),
      ],
      async check(world, errors, count) {
        expect(await liveOf(world, world.user)).toEqual([])
        count(errors.join())
      },
    })
    expect(Object.keys(counts).length).toBeGreaterThan(1)
  })

  test('has the scopes of its groups of now, and losing one ends its other sessions', async () => {
    const groups = { claim: 'groups', scopes: { staff: ['notes:write', 'notes:read'] as Scope[] } }
    const provider = { ...PROVIDER, groups }
    const { stores, identity } = await prepare()
    const account = openAccount(stores)
    const staff = { ...identity, scopes: groups.scopes.staff }
    const first = await signIn(account, staff, provider)
    expect(first.session.scopes.toSorted()).toEqual(['account', 'notes:read', 'notes:write'])
    await account.administration.change(first.user.id, { scopes: [...first.user.scopes, 'own' as Scope] }, soon())
    const second = await signIn(account, { ...staff, scopes: [] }, provider)
    expect(second.session.scopes.toSorted()).toEqual(['account', 'own'])
    expect(await account.sessions.check(first.token.reveal())).toBeUndefined()
  })

  test('of a user with a second factor gives a challenge, unless the provider has proven two', async () => {
    const { stores, identity, user } = await known()
    const totp = { id: 'app', sealed: '1.sealed', createdAt: NOW }
    await stores.users.update(user.id, user.changeId, nanoid(21), { totp }, soon())
    const account = openAccount(stores)
    const error = await signIn(account, identity).catch((refused) => refused)
    expect(error).toMatchObject({ code: 'second_factor_required' })
    const challenge = await account.challenges.find(error.challenge.reveal(), soon())
    expect(challenge.proof).toMatchObject({ factors: ['provider'], provider: { sid: identity.sid, issuedAt: NOW } })
    expect((await signIn(account, { ...identity, assurance: 2 })).session.assurance).toBe(2)
  })
})
