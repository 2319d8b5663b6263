import type { Deadline } from '../deadline.ts'
import { type CountingParts, createCounting } from './counting.ts'
import { sourcesOf } from './sources.ts'

/** The budget of sign-ins with a passkey; see `createPasskeyBudget`. */
export type PasskeyBudget = ReturnType<typeof createPasskeyBudget>

/**
 * Creates the budget of the routes that begin and make a sign-in with a passkey, which anyone can call. Nobody can guess a
 * signature: the budget limits what strangers can make the tables write.
 */
export function createPasskeyBudget(parts: CountingParts) {
  const { reserveAll, sourceCounts } = createCounting(parts)
  const { passkeysPerSource } = parts.limits
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
