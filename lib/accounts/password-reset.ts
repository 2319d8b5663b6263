import type { Deadline } from '../deadline.ts'
import { InvalidLinkError } from '../errors.ts'
import { FACTOR_FIELDS } from '../factors/methods.ts'
import { MAIL_SECRET_SECONDS } from '../mail/mail-message.ts'
import type { UserStore } from '../ports.ts'
import type { SessionId } from '../session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { type Clock, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { Email, User } from '../user.ts'
import type { UserChange } from '../user-change.ts'
import { type ArmedLink, armLink } from './arm-link.ts'
import { createEpochs } from './epochs.ts'
import { isOpen, makeLink, parseLinkToken } from './mailed-link.ts'
import type { Users } from './users.ts'

/** What a user item has about identities at providers. */
const IDENTITIES = ['identities'] as const

/** The operations that reset a password by a mailed link; see `createPasswordReset`. */
export type PasswordReset = ReturnType<typeof createPasswordReset>

/**
 * Creates the operations that reset a forgotten password by a mailed link (OWASP Forgot Password; docs/decisions/028).
 * The user item keeps the hash of the latest link's secret. One conditional write uses the link up, sets the password,
 * proves the email and advances the epoch, so that a link takes effect once and every session that was there ends.
 */
export function createPasswordReset({
  store,
  users,
  sessions,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: UserStore
  users: Users
  sessions: Sessions
  clock?: Clock
  randomText?: RandomText
}) {
  const { advance, sweepAfterChange } = createEpochs({ store, sessions, randomText, clock })

  return {
    /**
     * Makes a link for the user with this email; the links before it are void. Two reads and a write; as many more with
     * each further try. Repeating it makes another link, so that the link of the latest mail works.
     * @returns `undefined` if no active user has the email
     * @throws ConflictError if other requests kept changing the user.
     */
    arm(email: Email, deadline: Deadline): Promise<ArmedLink | undefined> {
      const linkOf = (user: User) => {
        if (user.status !== 'active') return undefined
        const { link, token } = makeLink(user, clock() + MAIL_SECRET_SECONDS.password_reset, randomText)
        return { change: { reset: link }, token }
      }
      return armLink({ store, randomText }, () => users.findByEmail(email, deadline), linkOf, deadline)
    },

    /**
     * Sets a new password and revokes all sessions; the user signs in with it afterwards. One read, two writes and a sweep;
     * one read if the link is void.
     * @param hashNew checks the rules for the new password and hashes it; if it throws, the link stays good
     * @throws InvalidLinkError if the link was used, has expired, or a later one was mailed.
     * @throws ConflictError if other requests kept changing the user; the link may still be good.
     * @throws RevocationPendingError if the datastore fails once the password is set.
     */
    async complete(
      tokenText: string,
      hashNew: (user: User) => Promise<string>,
      deadline: Deadline,
      { afterChange = () => {} }: { afterChange?: (user: User) => void } = {},
    ): Promise<{ user: User; revoked: SessionId[] }> {
      const token = parseLinkToken(tokenText)
      if (!token) throw new InvalidLinkError()
      const readUser = async () => {
        const user = await users.get(token.userId, deadline)
        if (!user || !isOpen(user.reset, token.secret, user, clock())) throw new InvalidLinkError()
        return user
      }
      const known = await readUser()
      const passwordHash = await hashNew(known)
      /** The first proof of the email removes what somebody else may have set before it (docs/decisions/028). */
      const change = ({ emailVerified }: User): UserChange => ({
        passwordHash,
        emailVerified: true,
        removes: [
          'reset',
          'verification',
          ...(emailVerified ? [] : FACTOR_FIELDS),
          ...(emailVerified ? [] : IDENTITIES),
        ],
      })
      const cause = { reason: 'password_reset', by: known.id } as const
      const { user } = await advance(readUser, change, deadline, cause, known)
      afterChange(user)
      return { user, revoked: await sweepAfterChange(user, deadline) }
    },
  }
}
