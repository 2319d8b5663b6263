import type { AttemptKey, AttemptStore } from '../lib/ports.ts'
import type { EpochSeconds } from '../lib/system.ts'
import { type AttemptRound, granted, keptUntil, nextRound, refused } from '../lib/throttling/attempt-round.ts'

/**
 * Creates an attempt store in memory, with the same contract as the DynamoDB store. It ignores deadlines.
 * @example
 * ```ts
 * import { startDeadline, type AttemptKey } from 'coatcheck'
 * import { memoryAttemptStore } from 'coatcheck/testing'
 *
 * const attempts = memoryAttemptStore()
 * const budget = { limit: 5, windowSeconds: 900, windowDoubles: false }
 * await attempts.reserve('ip:192.0.2.1' as AttemptKey, budget, 1_800_000_000, startDeadline()) // isGranted: true, left: 4
 * ```
 */
export function memoryAttemptStore(): AttemptStore {
  const rounds = new Map<AttemptKey, AttemptRound>()
  const marks = new Map<AttemptKey, EpochSeconds>()

  return {
    async reserve(key, budget, now) {
      const round = rounds.get(key)
      if (!round || round.opensAt <= now) {
        const next = nextRound(round, budget, now)
        rounds.set(key, next)
        return granted(next, budget)
      }
      if (round.taken >= budget.limit) return refused(round)
      const opensAt = budget.windowDoubles ? now + round.windowSeconds : round.opensAt
      const counted = { ...round, taken: round.taken + 1, opensAt, expiresAt: keptUntil(now) }
      rounds.set(key, counted)
      return granted(counted, budget)
    },

    async release(key) {
      const round = rounds.get(key)
      if (round && round.taken > 0) rounds.set(key, { ...round, taken: round.taken - 1 })
    },

    async reset(key) {
      const [wasCounted, wasMarked] = [rounds.delete(key), marks.delete(key)]
      return wasCounted || wasMarked
    },

    async getMark(key) {
      return marks.get(key) ?? 0
    },

    async setMark(key, until) {
      marks.set(key, until)
    },
  }
}
