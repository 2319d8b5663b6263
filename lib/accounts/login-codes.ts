import { createHmac } from 'node:crypto'
import type { Deadline } from '../deadline.ts'
import { ChallengeExpiredError, type Facts, WrongCodeError } from '../errors.ts'
import { MAIL_SECRET_SECONDS } from '../mail/mail-message.ts'
import { equalTexts, hashOneTimeSecret, newOneTimeSecret } from '../one-time-secret.ts'
import { Secret } from '../secret.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { Email, User } from '../user.ts'
import type { CodeChallengeStore } from './login-code.ts'
import type { Users } from './users.ts'

/** Codes that a challenge compares: with five mails an hour, a guesser has 25 of a hundred million an hour. */
const CODE_TRIES = 5
const CODE_DIGITS = 8

/** The operations on mailed codes; see `createLoginCodes`. */
export type LoginCodes = ReturnType<typeof createLoginCodes>

/**
 * Creates the operations on codes that sign a user in by mail (docs/decisions/031). A code counts only with the secret of
 * the browser that asked, so that whoever reads the mail, such as a scanner, cannot sign in with it. It is stored nowhere:
 * it is an HMAC under the pepper over the challenge's salt, the user and the user's epoch, and an end of all sessions
 * voids it.
 */
export function createLoginCodes({
  store,
  users,
  pepper,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: CodeChallengeStore
  users: Pick<Users, 'findByEmail'>
  pepper: Secret
  clock?: Clock
  randomText?: RandomText
}) {
  /** The digits for a user; for no user, a code that counts for nothing and costs the same. */
  function codeOf(salt: string, user: Pick<User, 'id' | 'epoch'> | undefined): string {
    const text = JSON.stringify(['login-code', salt, user?.id, user?.epoch])
    const digest = createHmac('sha256', pepper.reveal()).update(text).digest()
    return String(digest.readBigUInt64BE() % 10n ** BigInt(CODE_DIGITS)).padStart(CODE_DIGITS, '0')
  }

  return {
    /**
     * Begins a sign-in for an address, whether or not it has an account. One write.
     * @returns the secret for the browser's cookie, and the name of the challenge for the order of the mail
     */
    async begin(email: Email, deadline: Deadline): Promise<{ secret: Secret; challenge: string }> {
      const secret = newOneTimeSecret(randomText)
      const expiresAt = clock() + MAIL_SECRET_SECONDS.login_code
      await store.put(secret, { email, salt: randomText(ID_LENGTH), expiresAt }, deadline)
      return { secret, challenge: hashOneTimeSecret(secret) }
    },

    /**
     * Makes the code of a challenge: the same one each time, unless all sessions were revoked. Three reads.
     * @returns `undefined` if the challenge was used or has expired, or no active user has the address
     */
    async arm(challenge: string, deadline: Deadline): Promise<{ user: User; code: Secret } | undefined> {
      const row = await store.get(challenge, clock(), deadline)
      const user = row && (await users.findByEmail(row.email, deadline))
      return row && user?.status === 'active' ? { user, code: new Secret(codeOf(row.salt, user)) } : undefined
    },

    /**
     * Verifies a code in the browser that asked for it, and uses it up. One write and two reads, for unknown addresses
     * too; one write more for the right code.
     * @param tagOf stands for an address in the log
     * @throws ChallengeExpiredError if no try is left, or the challenge was used, has expired or is unknown.
     * @throws WrongCodeError if the code is wrong, or no active user has the address.
     */
    async verify(secret: Secret, typed: string, tagOf: (email: Email) => string, deadline: Deadline): Promise<User> {
      const row = await store.takeTry(secret, CODE_TRIES, clock(), deadline)
      if (!row) throw new ChallengeExpiredError()
      const user = await users.findByEmail(row.email, deadline)
      const isRight = equalTexts(codeOf(row.salt, user), typed.replace(/\s/g, ''))
      if (user?.status !== 'active' || !isRight) throw new WrongCodeError(factsOf(user, isRight, tagOf(row.email)))
      if (!(await store.use(secret, randomText(ID_LENGTH), deadline))) throw new ChallengeExpiredError()
      return user
    },
  }
}

/** Why a code is refused, for the log; the response is the same for all reasons. */
function factsOf(user: User | undefined, isRight: boolean, account: string): Facts {
  if (!user) return { reason: 'unknown_email', account }
  return { reason: isRight ? 'disabled' : 'wrong_mailed_code', account, target: user.id }
}
