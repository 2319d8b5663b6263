import type { AttemptBudget, AttemptOutcome } from '../ports.ts'
import type { EpochSeconds } from '../system.ts'

/** The state of an attempt counter: the attempts in the current round, and when the round is over. */
export interface AttemptRound {
  readonly taken: number
  /** How long this round lasts from its first or its last attempt; see `AttemptBudget.windowDoubles`. */
  readonly windowSeconds: number
  /** When the round is over. */
  readonly opensAt: EpochSeconds
  /** When the counter is forgotten, whether or not the datastore has deleted it. */
  readonly expiresAt: EpochSeconds
}

/** The longest lockout by a single counter: a day. */
export const LONGEST_WINDOW_SECONDS = 86_400

// The longest window and one day without attempts after it.
const KEPT_SECONDS = 2 * LONGEST_WINDOW_SECONDS

/** When a counter whose last attempt is now expires. */
export const keptUntil = (now: EpochSeconds): EpochSeconds => now + KEPT_SECONDS

/** The first round of a counter, or the round after `last`, with one attempt counted. */
export function nextRound(last: AttemptRound | undefined, budget: AttemptBudget, now: EpochSeconds): AttemptRound {
  const doubled = budget.windowDoubles && last && last.expiresAt > now ? 2 * last.windowSeconds : 0
  const windowSeconds = Math.min(Math.max(budget.windowSeconds, doubled), LONGEST_WINDOW_SECONDS)
  return { taken: 1, windowSeconds, opensAt: now + windowSeconds, expiresAt: keptUntil(now) }
}

/** The outcome of an attempt that was counted in this round. */
export function granted({ taken, opensAt }: Pick<AttemptRound, 'taken' | 'opensAt'>, { limit }: AttemptBudget) {
  return { isGranted: true, left: Math.max(limit - taken, 0), opensAt } satisfies AttemptOutcome
}

/** The outcome of an attempt for which this round has no place. */
export function refused({ opensAt }: Pick<AttemptRound, 'opensAt'>): AttemptOutcome {
  return { isGranted: false, left: 0, opensAt }
}
