import type { Deadline } from '../deadline.ts'
import type { AttemptStore, Log } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { type Clock, systemClock } from '../system.ts'
import type { UserId } from '../user.ts'
import { createAttemptKeys } from './attempt-keys.ts'
import type { AttemptLimits } from './attempt-limits.ts'
import { createCounting } from './counting.ts'

/** Creates the budget of signed tokens: each costs a signature, and the account in AWS has a rate of them. */
export function createTokenBudget({
  store,
  limits: { windowSeconds, tokensPerUser },
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
  const { reserve } = createCounting({ store, keyOf, windowSeconds, clock, log })
  const budget = { limit: tokensPerUser, windowSeconds, windowDoubles: false }
  return {
    /**
     * Counts a token; it is never released. One write.
     * @throws TooManyAttemptsError if the user's budget is used up.
     */
    async reserve(userId: UserId, deadline: Deadline): Promise<void> {
      // Stryker disable next-line StringLiteral: any text works if no two kinds of key share it
      await reserve(keyOf('token', userId), budget, { at: 'token', budget: 'account', actor: userId }, deadline)
    },
  }
}
