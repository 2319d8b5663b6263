import { createEmailPointers } from '../accounts/email-pointers.ts'
import { type Cause, createEpochs } from '../accounts/epochs.ts'
import { WITHOUT_CREDENTIALS } from '../accounts/first-proof.ts'
import type { Revocations } from '../accounts/revocations.ts'
import type { Users } from '../accounts/users.ts'
import type { Deadline } from '../deadline.ts'
import { ConflictError, EmailTakenError } from '../errors.ts'
import type { LinkedIdentity } from '../linked-identity.ts'
import type { UserChange, UserStore } from '../ports.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { Email, User } from '../user.ts'
import { type IdentityKey, type IdentityStore, identityKey } from './identity.ts'
import { identityPointers } from './identity-pointers.ts'
import type { ProviderRegistration } from './provider.ts'
import { IdentityNotLinkedError } from './provider-errors.ts'
import type { VerifiedIdentity } from './verified-identity.ts'

/** A further try is needed only if another request signs the same subject in, or changes the account, in between. */
const MAX_TRIES = 3

/** The operations that find and make the user of an identity; see `createIdentities`. */
export type Identities = ReturnType<typeof createIdentities>

/**
 * Creates the operations that find and make the user of an identity (docs/decisions/033).
 * An address alone never leads into an account that has proven it.
 */
export function createIdentities({
  store,
  identityStore,
  users,
  sessions,
  revocations,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: UserStore
  identityStore: IdentityStore
  users: Users
  sessions: Sessions
  revocations: Pick<Revocations, 'finishPendingSweep'>
  clock?: Clock
  randomText?: RandomText
}) {
  const { advance, sweep } = createEpochs({ store, sessions, randomText, clock })
  const emails = createEmailPointers({ store, clock, randomText })
  const pointers = identityPointers({
    store: identityStore,
    getUser: store.get,
    finishPendingSweep: revocations.finishPendingSweep,
  })
  const newLink = (provider: string, since: number): LinkedIdentity => ({
    ...{ claim: randomText(ID_LENGTH), provider, linkedAt: clock(), since },
  })

  /** @returns the user after the change; `undefined` if another request has changed the user since the read */
  async function advanceAsRead(user: User, change: UserChange, cause: Cause, deadline: Deadline) {
    const readAgain = () => Promise.reject(new ConflictError())
    const written = await advance(readAgain, change, deadline, cause, user).catch((error) => {
      if (error instanceof ConflictError) return undefined
      throw error
    })
    return written?.user
  }

  interface FirstSignIn {
    readonly key: IdentityKey
    readonly identity: VerifiedIdentity
    readonly email: Email
  }

  /** The account that never proved the address gives way: what was set before goes, with its sessions. */
  async function takeOver(holder: User, { key, identity }: FirstSignIn, deadline: Deadline): Promise<User | undefined> {
    const link = newLink(identity.provider, holder.epoch + 1)
    const change = { emailVerified: true, identities: { [key]: link }, removes: WITHOUT_CREDENTIALS }
    const user = await advanceAsRead(holder, change, { reason: 'identity_linked', by: holder.id }, deadline)
    if (!user) return undefined
    await sweep(user, deadline)
    const isClaimed = await pointers.claim(key, { userId: user.id, claim: link.claim }, deadline)
    return isClaimed ? { ...user, sweepPending: false } : undefined
  }

  /** @returns `undefined` if another request was faster */
  async function newUser({ key, identity, email }: FirstSignIn, deadline: Deadline): Promise<User | undefined> {
    const { name, scopes, provider } = identity
    const link = newLink(provider, 0)
    const identities = { [key]: link }
    const user = await users
      .register({ email, name, scopes, emailVerified: true, identities }, deadline)
      .catch((error) => {
        if (error instanceof EmailTakenError) return undefined // by a second tab, perhaps
        throw error
      })
    if (!user || (await pointers.claim(key, { userId: user.id, claim: link.claim }, deadline))) return user
    await store.delete(user.id, user.changeId, deadline)
    await emails.releaseAll(user, deadline)
    return undefined
  }

  async function firstSignIn(
    signIn: FirstSignIn,
    registration: ProviderRegistration,
    deadline: Deadline,
  ): Promise<User | undefined> {
    const { key, email } = signIn
    const holder = await users.findByEmail(email, deadline)
    if (!holder) {
      if (!mayRegister(registration, email)) throw new IdentityNotLinkedError('registration_closed')
      return newUser(signIn, deadline)
    }
    const listed = holder.identities?.[key]
    if (listed) {
      const isClaimed = await pointers.claim(key, { userId: holder.id, claim: listed.claim }, deadline)
      return isClaimed ? holder : undefined
    }
    if (holder.emailVerified) throw new IdentityNotLinkedError('email_taken')
    if (holder.status !== 'active') throw new IdentityNotLinkedError('disabled')
    return takeOver(holder, signIn, deadline)
  }

  return {
    /**
     * Returns the user of an identity; a first sign-in makes one, or takes over an account that never proved the address.
     * Two reads; a first sign-in costs two reads and three writes more, a take-over two reads, three writes and a sweep.
     * @throws IdentityNotLinkedError if the identity is nobody's and may not become a user.
     * @throws ConflictError if other requests kept changing the account.
     */
    async userOf(
      identity: VerifiedIdentity,
      registration: ProviderRegistration,
      deadline: Deadline,
    ): Promise<{ user: User; isNew: boolean }> {
      const key = identityKey(identity.issuer, identity.subject)
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const { user } = await pointers.find(key, deadline)
        if (user?.status === 'active') return { user, isNew: false }
        if (user) throw new IdentityNotLinkedError('disabled')
        const { email } = identity
        if (!email) throw new IdentityNotLinkedError('email_unverified')
        const found = await firstSignIn({ key, identity, email }, registration, deadline)
        if (found) return { user: found, isNew: true }
      }
      throw new ConflictError()
    },

    /**
     * Ends all sessions of a subject's user, once for each time that its provider says so. Mark the subject first
     * (`ProviderSessionStore.endSubject`). Two reads, two writes and a sweep; two reads if it was done.
     * @throws ConflictError if other requests kept changing the user.
     */
    async endSubject(issuer: string, subject: string, until: number, deadline: Deadline) {
      const key = identityKey(issuer, subject)
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const { user, former } = await pointers.find(key, deadline)
        const identity = user?.identities?.[key]
        if (!user || !identity || (identity.endedAt ?? -1) >= until) {
          const passed = user ?? former
          if (passed) await revocations.finishPendingSweep(passed) // of whatever has ended the sessions before
          return undefined
        }
        const identities = { ...user.identities, [key]: { ...identity, endedAt: until } }
        const advanced = await advanceAsRead(user, { identities }, { reason: 'provider_logout' }, deadline)
        if (!advanced) continue
        return { userId: user.id, revoked: await sweep(advanced, deadline) }
      }
      throw new ConflictError()
    },
  }
}

function mayRegister(registration: ProviderRegistration, email: Email): boolean {
  if (typeof registration === 'string') return registration === 'open'
  return registration.domains.includes(email.slice(email.lastIndexOf('@') + 1))
}
