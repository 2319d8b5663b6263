import type { Deadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import { ConflictError, EmailTakenError, InvalidLinkError, UnavailableError } from '../errors.ts'
import { MAIL_SECRET_SECONDS } from '../mail/mail-message.ts'
import type { UserStore } from '../ports.ts'
import type { Session } from '../session.ts'
import { type Clock, type EpochSeconds, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { Email, EmailClaim, User, UserId } from '../user.ts'
import type { UserChange } from '../user-change.ts'
import { type ArmedLink, armLink } from './arm-link.ts'
import { createEmailPointers } from './email-pointers.ts'
import { isOpen, makeLink, parseLinkToken } from './mailed-link.ts'
import type { Device, Replacement } from './revocation-result.ts'
import type { Revocations } from './revocations.ts'
import type { Users } from './users.ts'

/** A change of address that was asked for. */
export interface AskedChange {
  readonly userId: UserId
  /** The epoch of the session that asked: a revoke-all since then voids the request. */
  readonly epoch: number
  readonly email: Email
}

/** An address that a user had until a change, as the request for the mail to it names it. */
export interface FormerAddress {
  readonly userId: UserId
  readonly email: Email
  readonly claim?: string | undefined
}

interface CompletedChange {
  readonly session: Session
  readonly token: string
  /** Requests the mail with the undo link to the old address; the request waits for the change. If it throws, nothing changes. */
  readonly orderUndo: (former: FormerAddress) => Promise<void>
  /** Called once the change is written, before the sessions are revoked. */
  readonly afterChange?: () => void
}

/** The operations that change the email of a user; see `createEmailChange`. */
export type EmailChange = ReturnType<typeof createEmailChange>

/**
 * Creates the operations that change the email of a user by a link that is mailed to the new address. The link alone
 * changes nothing: it must be opened in a session of the user who asked (docs/decisions/030).
 */
export function createEmailChange({
  store,
  users,
  revocations,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: UserStore
  users: Pick<Users, 'get'>
  revocations: Pick<Revocations, 'changeEmail'>
  clock?: Clock
  randomText?: RandomText
}) {
  const pointers = createEmailPointers({ store, clock, randomText })

  return {
    /**
     * Makes the link that completes a change; the links before it are void. One read and a write; as many more with each
     * further try.
     * @returns `undefined` if the user is gone or disabled, has the email, or all sessions were revoked since the request
     * @throws ConflictError if other requests kept changing the user.
     */
    arm({ userId, epoch, email }: AskedChange, deadline: Deadline): Promise<ArmedLink | undefined> {
      const linkOf = (user: User) => {
        if (user.status !== 'active' || user.epoch !== epoch || user.email === email) return undefined
        const { link, token } = makeLink(user, clock() + MAIL_SECRET_SECONDS.email_change, randomText)
        // The way back takes the claim of the undo, whose pointer is there.
        const claim = user.undo?.email === email ? user.undo.claim : pointers.newClaim()
        return { change: { claiming: { email, ...defined({ claim }), ...link } }, token }
      }
      return armLink({ store, randomText }, () => users.get(userId, deadline), linkOf, deadline)
    },

    /**
     * Changes the email to that of a link, revokes all sessions and replaces the caller's. Costs as
     * `Revocations.changeEmail` and `createEmailPointers`, and one write for the request of the mail to the old address.
     * The old address stays reserved as long as the change can be undone.
     * @throws InvalidLinkError if the link is another user's, was used, has expired, or a later one was mailed.
     * @throws EmailTakenError if another user has the address; the link stays good.
     * @throws ConflictError if other requests kept changing the user or the address.
     * @throws UnauthenticatedError, SignInAgainError, RevocationPendingError as `Revocations.changeEmail`.
     */
    async complete(
      { session, token: text, orderUndo, afterChange = () => {} }: CompletedChange,
      device: Device,
      deadline: Deadline,
    ) {
      const token = parseLinkToken(text)
      let left: readonly FormerAddress[] = []
      let isWritten = false

      const claimingOf = (user: User): EmailClaim => {
        const { claiming } = user
        if (token?.userId !== user.id || !isOpen(claiming, token.secret, user, clock())) throw new InvalidLinkError()
        return claiming
      }
      /** The pointer first, then the request of the mail, which a crash after the change would lose. */
      const change = async (user: User): Promise<UserChange> => {
        const { email, claim } = claimingOf(user)
        const outcome = await pointers.claim(email, { userId: user.id, claim }, deadline)
        if (outcome !== 'mine') throw outcome === 'taken' ? new EmailTakenError() : new ConflictError()
        const undo = undoAfter(user, email, clock())
        if (undo && undo !== user.undo) await orderUndo({ userId: user.id, email: user.email, claim: user.claim })
        left = leftBy(user, email, undo)
        return changeTo({ email, claim }, undo)
      }
      const written = () => {
        isWritten = true
        afterChange()
      }

      try {
        const request = { session, beforeChange: claimingOf, change, afterChange: written }
        return (await revocations.changeEmail(request, device, deadline)) satisfies Replacement
      } finally {
        // Last: before the change is written, the user has the old address. A pointer that stays is dead, and free.
        if (isWritten)
          for (const { email, ...pointer } of left) await pointers.release(email, pointer, deadline).catch(ignore)
      }
    },
  }
}

/** The undo after a change: the first one that is open stays, or two changes in a row would wash it out. */
function undoAfter(user: User, to: Email, now: EpochSeconds): EmailClaim | undefined {
  const { undo, email, claim, emailVerified, epoch } = user
  if (undo && undo.expiresAt > now) return undo.email === to ? undefined : undo
  if (!emailVerified) return undefined
  return { email, ...defined({ claim }), epoch: epoch + 1, expiresAt: now + MAIL_SECRET_SECONDS.email_changed }
}

/** The addresses that neither the user nor an undo has after a change. */
function leftBy({ id: userId, email, claim, undo }: User, to: Email, next: EmailClaim | undefined): FormerAddress[] {
  return [{ email, claim }, ...(undo ? [undo] : [])]
    .filter((old) => old.email !== to && old.email !== next?.email)
    .map((old) => ({ userId, email: old.email, claim: old.claim }))
}

/** The change of a user to an address whose pointer is there. */
export function changeTo({ email, claim }: Omit<FormerAddress, 'userId'>, undo?: EmailClaim): UserChange {
  const removes = [...(claim === undefined ? (['claim'] as const) : []), ...(undo ? [] : (['undo'] as const))]
  return { email, ...defined({ claim, undo }), emailVerified: true, removes: ['claiming', ...removes] }
}

function ignore(error: unknown): void {
  if (!(error instanceof UnavailableError)) throw error
}
