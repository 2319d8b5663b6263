import type { Device } from '../accounts/revocation-result.ts'
import type { Revocations } from '../accounts/revocations.ts'
import type { Deadline } from '../deadline.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import type { Proof } from '../factor.ts'
import type { LinkedIdentity } from '../linked-identity.ts'
import type { UserChange, UserStore } from '../ports.ts'
import type { Scope } from '../scope.ts'
import type { Session } from '../session.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { User } from '../user.ts'
import { type IdentityKey, type IdentityStore, identityKey } from './identity.ts'
import { identityPointers } from './identity-pointers.ts'
import { IdentityNotLinkedError } from './provider-errors.ts'
import type { VerifiedIdentity } from './verified-identity.ts'

/** The session that links or unlinks; it was authenticated just before. */
interface Acting {
  readonly session: Session
  readonly device: Device
  readonly strongScopes: readonly Scope[]
  /** Called once the change is written, before the sessions are revoked. */
  readonly afterChange?: () => void
}

/**
 * Creates the operations that link identities to the account of a session, and remove them (docs/decisions/033). Like
 * every change of credentials, both revoke all sessions and replace the caller's.
 * @param store reads passwords too: a user keeps a way in
 */
export function createLinking({
  store,
  identityStore,
  revocations,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: UserStore
  identityStore: IdentityStore
  revocations: Pick<Revocations, 'changeFactors' | 'finishPendingSweep'>
  clock?: Clock
  randomText?: RandomText
}) {
  const { finishPendingSweep } = revocations
  const pointers = identityPointers({ store: identityStore, getUser: store.get, finishPendingSweep })

  const replace = ({ session, device, ...rest }: Acting, change: (user: User) => UserChange, deadline: Deadline) => {
    const { factors, assurance, provider } = session
    const proof: Proof = { factors, assurance, ...(provider && { provider }) }
    return revocations.changeFactors(session, { ...rest, change, proof }, device, deadline)
  }

  /** A link that was written and whose identity another user has. If this fails, an unlink removes it. */
  async function takeBack(user: User, key: IdentityKey, claim: string, deadline: Deadline): Promise<void> {
    const now = await store.get(user.id, deadline)
    if (now?.identities?.[key]?.claim !== claim) return
    await store.update(now.id, now.changeId, randomText(ID_LENGTH), without(now, key), deadline)
  }

  return {
    /**
     * Links a verified identity to the account of a session. Two reads and one write, and as `Revocations.changeFactors`.
     * @throws IdentityNotLinkedError if another user has the identity; nothing changes, except in a race for it
     * @throws as `Revocations.changeFactors`
     */
    async link(acting: Acting, identity: VerifiedIdentity, deadline: Deadline) {
      const key = identityKey(identity.issuer, identity.subject)
      const { userId } = acting.session
      const { user: holder } = await pointers.find(key, deadline)
      if (holder && holder.id !== userId) throw new IdentityNotLinkedError('identity_taken')
      let claim = ''
      const replacement = await replace(
        acting,
        (user) => {
          const since = user.epoch + 1
          const listed = user.identities?.[key] // by a link that stopped half-way, perhaps
          claim = listed?.claim ?? randomText(ID_LENGTH)
          const link: LinkedIdentity = { provider: identity.provider, linkedAt: clock(), ...listed, claim, since }
          return { identities: { ...user.identities, [key]: link } }
        },
        deadline,
      )
      if (await pointers.claim(key, { userId, claim }, deadline)) return replacement
      await takeBack(replacement.user, key, claim, deadline)
      throw new IdentityNotLinkedError('identity_taken')
    },

    /**
     * Removes a link, named by its claim. One write, and as `Revocations.changeFactors`.
     * @throws NotFoundError if the user has no such link any more.
     * @throws ConflictError if it is the user's last way in.
     */
    async unlink(acting: Acting, claim: string, deadline: Deadline) {
      let removed: IdentityKey | undefined
      const replacement = await replace(
        acting,
        (user) => {
          const [key] = Object.entries(user.identities ?? {}).find(([, each]) => each.claim === claim) ?? []
          if (key === undefined) throw new NotFoundError('The account has no such identity. List the identities.')
          if (waysIn(user) < 2)
            throw new ConflictError('This is the last way in. Set a password, add a passkey or link another one first.')
          removed = key as IdentityKey
          return without(user, key)
        },
        deadline,
      )
      if (removed) await identityStore.releaseIdentity(removed, claim, deadline)
      return replacement
    },
  }
}

/** The credentials that sign a user in by themselves. */
const waysIn = ({ passwordHash, passkeys = {}, identities = {} }: User) =>
  Number(passwordHash !== undefined) + Object.keys(passkeys).length + Object.keys(identities).length

function without({ identities = {} }: User, key: string): UserChange {
  const { [key]: _, ...others } = identities
  return Object.keys(others).length > 0 ? { identities: others } : { removes: ['identities'] }
}
