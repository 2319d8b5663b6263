import type { Deadline } from '../deadline.ts'
import { ConflictError, EmailTakenError, InvalidLinkError, NotFoundError } from '../errors.ts'
import { MAIL_SECRET_SECONDS } from '../mail/mail-message.ts'
import { hashOneTimeSecret, isHashOf, newOneTimeSecret, parseOneTimeToken } from '../one-time-secret.ts'
import { Secret } from '../secret.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { User } from '../user.ts'
import {
  type Invitation,
  type InvitationId,
  type InvitationPage,
  type InvitationStore,
  isInvitationId,
} from './invitation.ts'
import type { NewUser, Users } from './users.ts'

/** What an administrator says about the person to invite. */
export type NewInvitation = Pick<Invitation, 'email' | 'name' | 'scopes' | 'invitedBy'>

/** The operations on invitations; see `createInvitations`. */
export type Invitations = ReturnType<typeof createInvitations>

/**
 * Creates the operations on invitations, which open an account by a mailed link also while registration is closed. The link
 * proves the address, and the person who opens it chooses the password. An invitation is used up once, by its acceptance
 * or by its revocation.
 */
export function createInvitations({
  store,
  users,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: InvitationStore
  users: Users
  clock?: Clock
  randomText?: RandomText
}) {
  return {
    /**
     * Makes an invitation, which is the order of its mail. Two reads and a write.
     * @throws EmailTakenError if the address has an account.
     */
    async invite(invited: NewInvitation, deadline: Deadline): Promise<Invitation> {
      if (await users.findByEmail(invited.email, deadline)) throw new EmailTakenError()
      const createdAt = clock()
      const id = randomText(ID_LENGTH) as InvitationId
      const invitation = { ...invited, id, createdAt, expiresAt: createdAt + MAIL_SECRET_SECONDS.invitation }
      await store.put(invitation, deadline)
      return invitation
    },

    /**
     * Makes the link of an open invitation; the links before it are void. Two reads, one for an invitation of the command
     * line, and a write.
     * @returns `undefined` if the invitation was mailed, used or has expired
     */
    async arm(
      id: InvitationId,
      deadline: Deadline,
    ): Promise<{ invitation: Invitation; token: Secret; inviter: User | undefined } | undefined> {
      const invitation = await store.get(id, deadline)
      if (!invitation || invitation.outcome || invitation.isSettled) return undefined
      const inviter = invitation.invitedBy && (await users.get(invitation.invitedBy, deadline))
      const secret = newOneTimeSecret(randomText)
      if (!(await store.arm(id, hashOneTimeSecret(secret), deadline))) return undefined
      return { invitation, token: new Secret(`${id}${secret.reveal()}`), inviter: inviter || undefined }
    },

    /** Records that the mail of an invitation was sent, or refused for good. One write. */
    settle: (id: InvitationId, deadline: Deadline): Promise<void> => store.settle(id, deadline),

    /**
     * Registers the invited user, with a proven email and the scopes of the invitation. One read and three writes; one read
     * if the link is void. The invitation is used up before the user is created: after a failure in between, an
     * administrator invites again.
     * @param details checks the rules for the password and hashes it; if it throws, the link stays good
     * @throws InvalidLinkError if the invitation was used, revoked or has expired, or a later mail was sent.
     * @throws EmailTakenError if the address got an account meanwhile. @throws ConflictError as `Users.register`.
     */
    async accept(
      tokenText: string,
      details: (invitation: Invitation) => Promise<Pick<NewUser, 'name' | 'passwordHash'>>,
      deadline: Deadline,
    ): Promise<User> {
      const { id = '', secret } = parseOneTimeToken(tokenText) ?? {}
      if (!secret || !isInvitationId(id)) throw new InvalidLinkError()
      const invitation = await store.get(id, deadline)
      if (!invitation || invitation.outcome || !isHashOf(invitation.hash, secret)) throw new InvalidLinkError()
      const chosen = await details(invitation)
      const mark = randomText(ID_LENGTH)
      if (!(await store.accept(id, hashOneTimeSecret(secret), mark, deadline))) throw new InvalidLinkError()
      const { email, scopes } = invitation
      return users.register({ ...chosen, email, scopes, emailVerified: true }, deadline)
    },

    /**
     * Revokes an invitation; succeeds if it was revoked before. One write.
     * @throws NotFoundError if there is no such invitation. @throws ConflictError if it was accepted.
     */
    async revoke(id: InvitationId, deadline: Deadline): Promise<void> {
      const outcome = await store.revoke(id, randomText(ID_LENGTH), deadline)
      if (outcome === undefined) throw new NotFoundError('No invitation has this id, or it has expired.')
      if (outcome === 'accepted')
        throw new ConflictError('The invitation was accepted. Find the user by the email, and disable or delete it.')
    },

    /** Returns a page of invitations; see `InvitationStore.list`. */
    list(page: { limit: number; after?: InvitationId | undefined }, deadline: Deadline): Promise<InvitationPage> {
      return store.list(page, deadline)
    },
  }
}
