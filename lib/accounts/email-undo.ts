import type { Deadline } from '../deadline.ts'
import { InvalidLinkError, UnavailableError } from '../errors.ts'
import type { UserStore } from '../ports.ts'
import type { SessionId } from '../session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type Clock, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { EmailClaim, User } from '../user.ts'
import type { UserChange } from '../user-change.ts'
import { type ArmedLink, armLink } from './arm-link.ts'
import { withoutCredentialsSince } from './credentials-since.ts'
import { changeTo, type FormerAddress } from './email-change.ts'
import { createEmailPointers } from './email-pointers.ts'
import { createEpochs } from './epochs.ts'
import { isOpenInAnyEpoch, makeLink, parseLinkToken } from './mailed-link.ts'
import type { Users } from './users.ts'

/** The operations that undo a change of address; see `createEmailUndo`. */
export type EmailUndo = ReturnType<typeof createEmailUndo>

/**
 * Creates the operations that undo a change of address by a link that is mailed to the old address. An undo takes away
 * only: what a thief set since the change goes, and the owner signs in with what was there before (docs/decisions/030).
 */
export function createEmailUndo({
  store,
  users,
  sessions,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: UserStore
  users: Pick<Users, 'get'>
  sessions: Pick<Sessions, 'revokeBelowEpoch'>
  clock?: Clock
  randomText?: RandomText
}) {
  const { advance, sweepAfterChange } = createEpochs({ store, sessions, randomText, clock })
  const pointers = createEmailPointers({ store, clock, randomText })

  return {
    /**
     * Makes the link that undoes the change from an address; the links before it are void. One read and a write; as many
     * more with each further try.
     * @returns `pending` if the change may still be written; `undefined` if it cannot be undone, or not any more
     * @throws ConflictError if other requests kept changing the user.
     */
    async arm(
      { userId, email, claim }: FormerAddress,
      deadline: Deadline,
    ): Promise<(ArmedLink & { readonly undo: EmailClaim }) | 'pending' | undefined> {
      let found: EmailClaim | undefined
      let isPending = false
      const linkOf = (user: User) => {
        const { undo, claiming } = user
        found = undo?.email === email && undo.claim === claim && undo.expiresAt > clock() ? undo : undefined
        isPending = user.status === 'active' && claiming?.epoch === user.epoch
        if (!found) return undefined
        const { link, token } = makeLink(user, found.expiresAt, randomText)
        return { change: { undo: { ...found, hash: link.hash } }, token }
      }
      const armed = await armLink({ store, randomText }, () => users.get(userId, deadline), linkOf, deadline)
      if (armed && found) return { ...armed, undo: found }
      return isPending ? 'pending' : undefined
    },

    /**
     * Gives a user the old address back, removes what was set since the change, and revokes all sessions. One read, three
     * writes and a sweep; one read if the link is void. No pointer is written: that of the old address is still there.
     * @throws InvalidLinkError if the link was used or has expired, or the user is disabled.
     * @throws ConflictError if other requests kept changing the user; the link is still good.
     * @throws RevocationPendingError if the datastore fails once the change is undone.
     */
    async complete(
      tokenText: string,
      deadline: Deadline,
      { afterChange = () => {} }: { afterChange?: (user: User) => void } = {},
    ): Promise<{ user: User; revoked: SessionId[] }> {
      const token = parseLinkToken(tokenText)
      if (!token) throw new InvalidLinkError()
      const undoOf = (user: User): EmailClaim => {
        const { undo } = user
        if (!isOpenInAnyEpoch(undo, token.secret, user, clock())) throw new InvalidLinkError()
        return undo
      }
      const readUser = async () => {
        const user = await users.get(token.userId, deadline)
        if (!user) throw new InvalidLinkError()
        undoOf(user)
        return user
      }
      const change = (user: User): UserChange => {
        const undo = undoOf(user)
        const { removes = [], ...back } = changeTo(undo)
        const links = ['reset', 'verification', 'totpPending'] as const
        const { removes: since = [], ...kept } = withoutCredentialsSince(user, undo.epoch)
        return { ...back, ...kept, removes: [...removes, ...links, ...since] }
      }
      const cause = { reason: 'email_change_undone', by: token.userId } as const
      const { before, user } = await advance(readUser, change, deadline, cause)
      afterChange(user)
      const revoked = await sweepAfterChange(user, deadline)
      const left = { userId: user.id, claim: before.claim }
      await pointers.release(before.email, left, deadline).catch((error) => {
        if (!(error instanceof UnavailableError)) throw error // a pointer that stays is dead, and free
      })
      return { user, revoked }
    },
  }
}
