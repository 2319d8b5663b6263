import type { Deadline } from '../deadline.ts'
import { WrongPasskeyError } from '../errors.ts'
import type { UserStore } from '../ports.ts'
import { type Clock, type EpochSeconds, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { User } from '../user.ts'
import { type Assertion, isSignedBy } from './assertion.ts'

/** A last use is written again once the stored one is this old. */
const USED_AT_SECONDS = 86_400

/** An assertion that a user's passkey has signed. */
export interface SignedAssertion {
  readonly passkeyId: string
  readonly count: number
  readonly usedAt: EpochSeconds
}

/** The operations that verify passkeys; see `createPasskeys`. */
export type Passkeys = ReturnType<typeof createPasskeys>

/** Creates the verification of assertions by the passkeys of users. */
export function createPasskeys({
  store,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: Pick<UserStore, 'usePasskey'>
  clock?: Clock
  randomText?: RandomText
}) {
  return {
    /**
     * Verifies the signature of an assertion by a passkey of the user, and that its counter went up. No call.
     * @throws WrongPasskeyError
     */
    verify(user: User, assertion: Assertion): SignedAssertion {
      const { credentialId, userHandle, count } = assertion
      const refusal = (reason: string) => new WrongPasskeyError({ reason, target: user.id })
      if (userHandle !== undefined && userHandle !== user.id) throw refusal('passkey_of_another_user')
      const found = Object.entries(user.passkeys ?? {}).find(([, passkey]) => passkey.credentialId === credentialId)
      if (!found) throw refusal('unknown_passkey')
      const [passkeyId, passkey] = found
      if (!isSignedBy(passkey, assertion)) throw refusal('wrong_signature')
      const stored = Math.max(passkey.firstCount, user.passkeyCounts?.[passkeyId] ?? 0)
      // Compared only if both are above zero: most authenticators do not count (WebAuthn §6.1.1).
      if (count > 0 && count <= stored) throw refusal('copied_passkey')
      return { passkeyId, count, usedAt: user.passkeyUsedAt?.[passkeyId] ?? 0 }
    },

    /**
     * Records the use of a passkey, once its challenge is used up: one write if the authenticator counts, else one write on
     * the first use of a day.
     * @throws WrongPasskeyError if the authenticator counts, and the passkey was removed meanwhile or another use had the
     *   same counter or a later one.
     */
    async use(user: User, { passkeyId, count, usedAt }: SignedAssertion, deadline: Deadline): Promise<void> {
      const at = clock()
      if (count === 0 && at - usedAt < USED_AT_SECONDS) return
      const isUsed = await store.usePasskey(user.id, passkeyId, { count, at }, randomText(ID_LENGTH), deadline)
      // Without a counter only the date is missing: a removal also ends the session that is about to be made.
      if (!isUsed && count > 0) throw new WrongPasskeyError({ reason: 'copied_passkey', target: user.id })
    },
  }
}
