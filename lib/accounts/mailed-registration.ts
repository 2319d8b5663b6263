import type { Deadline } from '../deadline.ts'
import { InvalidLinkError } from '../errors.ts'
import { MAIL_SECRET_SECONDS } from '../mail/mail-message.ts'
import { newOneTimeSecret } from '../one-time-secret.ts'
import { Secret } from '../secret.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { Email, User } from '../user.ts'
import type { TicketStore } from './tickets.ts'
import type { NewUser, Users } from './users.ts'

/** The operations that register users by a mailed link; see `createMailedRegistration`. */
export type MailedRegistration = ReturnType<typeof createMailedRegistration>

/**
 * Creates the operations that register a user by a mailed link: nobody learns whether an address has an account, and
 * nobody registers another person's address (docs/decisions/028). Whoever opens the link chooses the password.
 */
export function createMailedRegistration({
  tickets,
  users,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  tickets: TicketStore
  users: Users
  clock?: Clock
  randomText?: RandomText
}) {
  return {
    /**
     * Makes a link for an address without an account. Two reads and a write.
     * @returns the user if the address has an account, whatever its status
     */
    async arm(email: Email, deadline: Deadline): Promise<{ user: User } | { token: Secret }> {
      const user = await users.findByEmail(email, deadline)
      if (user) return { user }
      const token = newOneTimeSecret(randomText)
      await tickets.put(token, { email, expiresAt: clock() + MAIL_SECRET_SECONDS.registration }, deadline)
      return { token }
    },

    /**
     * Registers the user of a link, with a proven email. One read and three writes; one read if the link is void. The link
     * is used up before the user is created: after a failure in between, the user requests another one.
     * @param details checks the rules for the password and hashes it; if it throws, the link stays good
     * @throws InvalidLinkError if the link was used or has expired.
     * @throws EmailTakenError if the address got an account meanwhile. @throws ConflictError as `Users.register`.
     */
    async complete(
      tokenText: string,
      details: (email: Email) => Promise<Pick<NewUser, 'name' | 'passwordHash'>>,
      deadline: Deadline,
    ): Promise<User> {
      const token = new Secret(tokenText)
      const ticket = await tickets.get(token, clock(), deadline)
      if (!ticket) throw new InvalidLinkError()
      const { email } = ticket
      const chosen = await details(email)
      if (!(await tickets.use(token, randomText(ID_LENGTH), deadline))) throw new InvalidLinkError()
      return users.register({ ...chosen, email, emailVerified: true }, deadline)
    },
  }
}
