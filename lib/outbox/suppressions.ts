import type { Deadline } from '../deadline.ts'
import type { AttemptStore } from '../ports.ts'
import { type Clock, systemClock } from '../system.ts'
import type { AttemptKeys } from '../throttling/attempt-keys.ts'
import type { Email } from '../user.ts'

/** How long no mail is sent to an address that refuses mail: 90 days. */
const SUPPRESSED_SECONDS = 90 * 86_400

/** The addresses that no mail is sent to; see `createSuppressions`. */
export type Suppressions = ReturnType<typeof createSuppressions>

/**
 * Creates the operations on addresses that refuse mail for good or whose owner reported mail as spam. Sending on would
 * cost the sender its reputation. Keys are HMACs under the pepper, so that the table lists no address.
 */
export function createSuppressions({
  store,
  keys,
  clock = systemClock,
}: {
  store: Pick<AttemptStore, 'getMark' | 'setMark'>
  keys: Pick<AttemptKeys, 'keyOf'>
  clock?: Clock
}) {
  // Stryker disable next-line StringLiteral: any text works if no two kinds of key share it
  const keyOf = (email: Email) => keys.keyOf('suppressed', email)
  return {
    /** Whether mail to the address is suppressed. One read. */
    async has(email: Email, deadline: Deadline): Promise<boolean> {
      return (await store.getMark(keyOf(email), deadline)) > clock()
    },

    /** Suppresses mail to an address for 90 days. One write. */
    async add(email: Email, deadline: Deadline): Promise<void> {
      await store.setMark(keyOf(email), clock() + SUPPRESSED_SECONDS, deadline)
    },
  }
}
