import type { Deadline } from '../deadline.ts'
import type { AttemptStore, Log } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { type Clock, systemClock } from '../system.ts'
import { createAttemptKeys } from './attempt-keys.ts'
import type { AttemptLimits } from './attempt-limits.ts'
import { createCounting } from './counting.ts'
import { sourcesOf } from './sources.ts'

/** The budget of sign-ins with a passkey; see `createPasskeyBudget`. */
export type PasskeyBudget = ReturnType<typeof createPasskeyBudget>

/**
 * Creates the budget of the routes that begin and make a sign-in with a passkey, which anyone can call. Nobody can guess a
 * signature: the budget limits what strangers can make the tables write.
 */
export function createPasskeyBudget({
  store,
  limits: { windowSeconds, passkeysPerSource },
  pepper,
  clock = systemClock,
  log = () => {},
}: {
  store: AttemptStore
  limits: AttemptLimits
  pepper: Secret
  clock?: Clock
  log?: Log
}) {
  const { keyOf } = createAttemptKeys(pepper)
  const { reserveAll, sourceCounts } = createCounting({ store, keyOf, windowSeconds, clock, log })
  return {
    /**
     * Counts a request; it is never released. One write; two for IPv6.
     * @throws TooManyAttemptsError if the source's budget is used up.
     */
    async reserve(ip: string, deadline: Deadline): Promise<void> {
      // Stryker disable next-line StringLiteral: any text works if no two kinds of key share it
      await reserveAll(sourceCounts('passkey', passkeysPerSource, sourcesOf(ip)), { at: 'passkey' }, deadline)
    },
  }
}
