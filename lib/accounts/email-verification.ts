import type { Deadline } from '../deadline.ts'
import { ConflictError, InvalidLinkError } from '../errors.ts'
import { MAIL_SECRET_SECONDS } from '../mail/mail-message.ts'
import type { UserStore } from '../ports.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { User, UserId } from '../user.ts'
import { type ArmedLink, armLink } from './arm-link.ts'
import { isOpen, makeLink, parseLinkToken } from './mailed-link.ts'
import type { Users } from './users.ts'

const MAX_TRIES = 5

/** The operations that prove the email of an account by a mailed link; see `createEmailVerification`. */
export type EmailVerification = ReturnType<typeof createEmailVerification>

/**
 * Creates the operations that prove an account's email by a mailed link. The link alone proves nothing: whoever receives
 * the mail may never have asked for the account, and the one who made it would keep the password. So the user must be
 * signed in as well (docs/decisions/028).
 */
export function createEmailVerification({
  store,
  users,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: UserStore
  users: Users
  clock?: Clock
  randomText?: RandomText
}) {
  return {
    /**
     * Makes a link for a user whose email is not proven; the links before it are void. One read and a write; as many more
     * with each further try.
     * @returns `undefined` if the user is gone or disabled, or the email is proven
     * @throws ConflictError if other requests kept changing the user.
     */
    arm(userId: UserId, deadline: Deadline): Promise<ArmedLink | undefined> {
      const linkOf = (user: User) => {
        if (user.status !== 'active' || user.emailVerified) return undefined
        const { link, token } = makeLink(user, clock() + MAIL_SECRET_SECONDS.verification, randomText)
        return { change: { verification: link }, token }
      }
      return armLink({ store, randomText }, () => users.get(userId, deadline), linkOf, deadline)
    },

    /**
     * Records that the email of a signed-in user is proven. One write; as many reads and writes more with each further try.
     * @param user as read for this request
     * @throws InvalidLinkError if the link is another user's, was used, has expired, or a later one was mailed.
     * @throws ConflictError if other requests kept changing the user.
     */
    async complete(user: User, tokenText: string, deadline: Deadline): Promise<void> {
      const token = parseLinkToken(tokenText)
      let current: User | undefined = user
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        if (!token || !current || token.userId !== current.id) throw new InvalidLinkError()
        if (!isOpen(current.verification, token.secret, current, clock())) throw new InvalidLinkError()
        const change = { emailVerified: true, removes: ['verification'] } as const
        if (await store.update(current.id, current.changeId, randomText(ID_LENGTH), change, deadline)) return
        current = await users.get(user.id, deadline)
        if (current?.emailVerified) return // an earlier attempt was applied, or the email was proven otherwise
      }
      throw new ConflictError()
    },
  }
}
