import { nanoid } from 'nanoid'
import { describe, expect, test } from 'vitest'
import { startDeadline } from '../../lib/deadline.ts'
import { type IdentityKey, identityKey } from '../../lib/identity/identity.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { signInByProvider } from '../../lib/identity/provider-sign-in.ts'
import type { VerifiedIdentity } from '../../lib/identity/verified-identity.ts'
import type { Session } from '../../lib/session.ts'
import type { Email, UserId } from '../../lib/user.ts'
import {
  type Account,
  type AccountStores,
  accountRace,
  memoryAccountStores,
  openAccount,
} from '../support/account-race.ts'
import { hash } from '../support/observed-scene.ts'
import { FROM } from '../support/parts.ts'
import { NOW } from '../support/samples.ts'

// Linking and unlinking identities, beside each other and beside sign-ins (I3, I4; O1 and O5 of the model).

const soon = () => startDeadline(30)
const ISSUER = 'https://login.example.com'
const OPEN = { registration: 'open' } as Provider
const ORDERS = 120
const identityOf = (subject: string): VerifiedIdentity => ({
  ...{ provider: 'idp', issuer: ISSUER, subject, issuedAt: NOW, assurance: 1 },
  email: `${subject.toLowerCase()}@example.com` as Email,
})
const keyOf = ({ subject }: VerifiedIdentity): IdentityKey => identityKey(ISSUER, subject)
const acting = (session: Session) => ({ session, device: FROM, strongScopes: [] })
const coded = (doing: Promise<unknown>) =>
  doing.catch((error) => {
    throw error.reason ? Object.assign(error, { code: error.reason }) : error
  })
const signIn = (account: Account, identity: VerifiedIdentity, provider = OPEN) =>
  coded(signInByProvider(account, provider, identity, { ...FROM, presented: [] }, soon()))

/** A user with a password, or without one, and a session. */
async function member(stores: AccountStores, passwordHash?: string) {
  const account = openAccount(stores)
  const email = `${nanoid(8).toLowerCase()}@example.com` as Email
  const { id } = await account.users.register({ email, passwordHash, emailVerified: true }, soon())
  return { id, session: await renewed(stores, id) }
}
async function renewed(stores: AccountStores, id: UserId): Promise<Session> {
  const { sessions, users } = openAccount(stores)
  const user = await users.require(id, soon())
  const proof = { factors: ['password'], assurance: 1 } as const
  const created = await sessions.create({ user, scopes: [], proof, ...FROM }, stores.users, soon())
  if (!created) throw new Error('no session')
  return created.session
}
async function prepare() {
  const stores = memoryAccountStores()
  const [ada, bob] = [await member(stores, hash('a')), await member(stores, hash('b'))]
  return { stores, ada, bob, identity: identityOf(nanoid()) }
}
/** A user without a password, who has linked two identities. */
async function federated() {
  const stores = memoryAccountStores()
  const { id, session } = await member(stores)
  const linked = [identityOf(nanoid()), identityOf(nanoid())] as const
  let current = session
  for (const identity of linked)
    current = (await openAccount(stores).linking.link(acting(current), identity, soon())).session
  return { stores, id, linked, session: current, other: await renewed(stores, id) }
}
const claimOf = async (stores: AccountStores, id: UserId, identity: VerifiedIdentity) =>
  (await stores.users.get(id, soon()))?.identities?.[keyOf(identity)]?.claim ?? ''

describe('linking an identity', () => {
  test('revokes the other sessions, replaces the caller’s, and lets the identity sign in', async () => {
    const { stores, ada, bob, identity } = await prepare()
    const account = openAccount(stores)
    await renewed(stores, ada.id)
    const { session } = await account.linking.link(acting(ada.session), identity, soon())
    expect((await stores.sessions.list(ada.id, soon())).map((row) => row.id)).toEqual([session.id])
    expect(await signIn(account, identity, { registration: 'closed' } as Provider)).toMatchObject({
      user: { id: ada.id },
    })
    await expect(coded(account.linking.link(acting(bob.session), identity, soon()))).rejects.toMatchObject({
      code: 'identity_taken',
    })
    expect(await stores.sessions.list(bob.id, soon())).toMatchObject([{ id: bob.session.id }]) // nothing has changed
  })

  test('by two users at once gives it to one of them', async () => {
    const counts = await accountRace({
      prepare,
      drawn: ORDERS,
      actors: (['ada', 'bob'] as const).map(
        (who) => (account: Account, world: Awaited<ReturnType<typeof prepare>>) =>
          coded(account.linking.link(acting(world[who].session), world.identity, soon())),
      ),
      async check({ stores, ada, bob, identity }, errors, count) {
        expect(errors.toSorted()).toEqual(['identity_taken', 'none'])
        const [owner, other] = errors[0] === 'none' ? [ada, bob] : [bob, ada]
        expect((await stores.identities.getIdentity(keyOf(identity), soon()))?.userId).toBe(owner.id)
        expect((await stores.users.get(other.id, soon()))?.identities).toBeUndefined()
        count(errors.join())
      },
    })
    expect(Object.keys(counts)).toHaveLength(2)
  })

  test('beside its first sign-in gives it to the account or to a new one', async () => {
    await accountRace({
      prepare,
      drawn: ORDERS,
      actors: [
        (account, { ada, identity }) => coded(account.linking.link(acting(ada.session), identity, soon())),
        (account, { identity }) => signIn(account, identity),
      ],
      async check({ stores, ada, identity }, [linked, signed], count) {
        const pointer = await stores.identities.getIdentity(keyOf(identity), soon())
        expect(pointer?.userId === ada.id).toBe(linked === 'none')
        const owner = pointer && (await stores.users.get(pointer.userId, soon()))
        expect(owner?.identities?.[keyOf(identity)]?.claim).toBe(pointer?.claim)
        count(`${linked} ${signed}`)
      },
    })
  })

  test('that stopped half-way is completed by the next, with the same claim', async () => {
    const { stores, ada, identity } = await prepare()
    const broken = openAccount({
      ...stores,
      identities: { ...stores.identities, claimIdentity: () => Promise.reject(new Error('down')) },
    })
    await expect(broken.linking.link(acting(ada.session), identity, soon())).rejects.toThrow('down')
    const claim = await claimOf(stores, ada.id, identity)
    await openAccount(stores).linking.link(acting(await renewed(stores, ada.id)), identity, soon())
    expect(await stores.identities.getIdentity(keyOf(identity), soon())).toEqual({ userId: ada.id, claim })
  })
})

describe('unlinking an identity', () => {
  test('ends what it signed in, and never takes the last way in', async () => {
    await accountRace({
      prepare: federated,
      drawn: ORDERS,
      actors: [0, 1].map((index) => async (account: Account, world: Awaited<ReturnType<typeof federated>>) => {
        const identity = world.linked[index] as VerifiedIdentity
        const claim = await claimOf(world.stores, world.id, identity)
        return account.linking.unlink(acting(index === 0 ? world.session : world.other), claim, soon())
      }),
      async check({ stores, id, linked }, errors, count) {
        expect(errors).toContain('none')
        expect(errors.filter((error) => error === 'none')).toHaveLength(1)
        const left = Object.keys((await stores.users.get(id, soon()))?.identities ?? {})
        expect(left).toHaveLength(1)
        const gone = linked.find((identity) => keyOf(identity) !== left[0]) as VerifiedIdentity
        expect(await stores.identities.getIdentity(keyOf(gone), soon())).toBeUndefined()
        count(errors.join())
      },
    })
  })

  test('is refused for the last way in, and allowed again once there is a password', async () => {
    const { stores, id, linked, session } = await federated()
    const { linking, administration } = openAccount(stores)
    const { session: left } = await linking.unlink(acting(session), await claimOf(stores, id, linked[0]), soon())
    const last = await claimOf(stores, id, linked[1])
    await expect(linking.unlink(acting(left), last, soon())).rejects.toMatchObject({ code: 'conflict' })
    expect(await stores.sessions.list(id, soon())).toMatchObject([{ id: left.id }]) // nothing has changed
    await administration.setPassword(id, hash('new'), soon())
    await linking.unlink(acting(await renewed(stores, id)), last, soon())
    expect((await stores.users.get(id, soon()))?.identities).toBeUndefined()
  })

  test('is allowed for the last identity of a user with a passkey', async () => {
    const { stores, id, linked } = await federated()
    const { linking, users } = openAccount(stores)
    const user = await users.require(id, soon())
    const key = { credentialId: 'c', publicKey: 'k', algorithm: -7, firstCount: 0, transports: [], name: 'laptop' }
    const passkeys = { a: { ...key, createdAt: NOW, since: 0 } }
    await stores.users.update(id, user.changeId, nanoid(21), { passkeys }, soon())
    for (const identity of linked) {
      const claim = await claimOf(stores, id, identity)
      await linking.unlink(acting(await renewed(stores, id)), claim, soon())
    }
    expect(await users.require(id, soon())).toMatchObject({ passkeys })
    expect((await users.require(id, soon())).identities).toBeUndefined()
  })

  test('beside its sign-in leaves no session that it has made', async () => {
    await accountRace({
      prepare: federated,
      drawn: ORDERS,
      actors: [
        async (account, { stores, id, linked, session }) =>
          account.linking.unlink(acting(session), await claimOf(stores, id, linked[0]), soon()),
        (account, { linked }) => signIn(account, linked[0], { registration: 'closed' } as Provider),
      ],
      async check({ stores, id }, errors, count) {
        const rows = await stores.sessions.list(id, soon())
        expect(rows.filter(({ factors }) => factors.includes('provider'))).toEqual([])
        expect(errors[0]).toBe('none')
        count(errors.join())
      },
    })
  })

  test('that is repeated does not remove a link that was made again', async () => {
    const { stores, ada, identity } = await prepare()
    const { linking } = openAccount(stores)
    const { session } = await linking.link(acting(ada.session), identity, soon())
    const claim = await claimOf(stores, ada.id, identity)
    const unlinked = await linking.unlink(acting(session), claim, soon())
    const again = await linking.link(acting(unlinked.session), identity, soon())
    await expect(linking.unlink(acting(again.session), claim, soon())).rejects.toMatchObject({ code: 'not_found' })
    expect((await stores.identities.getIdentity(keyOf(identity), soon()))?.userId).toBe(ada.id)
  })

  test('goes with a reset that proves the address for the first time', async () => {
    const { stores, ada, identity } = await prepare()
    const account = openAccount(stores)
    await account.linking.link(acting(ada.session), identity, soon())
    const user = await account.users.require(ada.id, soon())
    await stores.users.update(user.id, user.changeId, nanoid(21), { emailVerified: false }, soon())
    const armed = await account.reset.arm(user.email, soon())
    await account.reset.complete(armed?.token.reveal() ?? '', async () => hash('new'), soon())
    expect((await stores.users.get(ada.id, soon()))?.identities).toBeUndefined()
  })
})
