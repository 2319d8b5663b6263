import type { Deadline } from '../deadline.ts'
import { type CountingParts, createCounting } from './counting.ts'
import { sourcesOf } from './sources.ts'

/** What a budget counts: sign-ins that people make, and what providers send by themselves. */
export type ProviderRequestKind = 'sign_in' | 'notice'

/** The budget of routes that a provider or its users call; see `createProviderBudget`. */
export type ProviderBudget = ReturnType<typeof createProviderBudget>

/**
 * Creates the budget of the routes about providers, which anyone can call: it limits what strangers can make the service
 * verify, write and ask providers for.
 */
export function createProviderBudget(parts: CountingParts) {
  const { reserveAll, sourceCounts } = createCounting(parts)
  const { providerRequestsPerSource } = parts.limits
  return {
    /**
     * Counts a request; it is never released. One write; two for IPv6.
     * @throws TooManyAttemptsError if the source's budget is used up.
     */
    async reserve(kind: ProviderRequestKind, ip: string, deadline: Deadline): Promise<void> {
      const counts = sourceCounts(`provider_${kind}`, providerRequestsPerSource, sourcesOf(ip))
      await reserveAll(counts, { at: `provider_${kind}` }, deadline)
    },
  }
}
