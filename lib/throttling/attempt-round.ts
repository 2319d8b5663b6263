import type { AttemptBudget } from '../ports.ts'
import type { EpochSeconds } from '../system.ts'

/** A counter as every store keeps it: the slots taken in a round, and when the round is over. */
export interface AttemptRound {
  readonly taken: number
  /** How long this round lasts, from its first slot or from its last. */
  readonly windowSeconds: number
  /** From this second on the round is over. */
  readonly opensAt: EpochSeconds
  /** From this second on the round is forgotten, whether or not the datastore has deleted it. */
  readonly expiresAt: EpochSeconds
}

/** A day: nobody is locked out for longer by a single counter. */
export const LONGEST_WINDOW_SECONDS = 86_400

// The longest window, and one quiet day after it.
const KEPT_SECONDS = 2 * LONGEST_WINDOW_SECONDS

/** Until when a counter is kept whose last slot is taken now: only a quiet day after its round makes it forgiven. */
export const keptUntil = (now: EpochSeconds): EpochSeconds => now + KEPT_SECONDS

/** The first round of a counter, or the one after `last`, with one slot taken. */
export function nextRound(last: AttemptRound | undefined, budget: AttemptBudget, now: EpochSeconds): AttemptRound {
  const doubled = budget.grows && last && last.expiresAt > now ? 2 * last.windowSeconds : 0
  const windowSeconds = Math.min(Math.max(budget.windowSeconds, doubled), LONGEST_WINDOW_SECONDS)
  return { taken: 1, windowSeconds, opensAt: now + windowSeconds, expiresAt: keptUntil(now) }
}
