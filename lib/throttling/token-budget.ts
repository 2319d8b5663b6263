import type { Deadline } from '../deadline.ts'
import type { UserId } from '../user.ts'
import { type CountingParts, createCounting } from './counting.ts'

/** Creates the budget of signed tokens: each costs a signature, and the account in AWS has a rate of them. */
export function createTokenBudget(parts: CountingParts) {
  const { keyOf, reserve } = createCounting(parts)
  const { windowSeconds, tokensPerUser } = parts.limits
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
