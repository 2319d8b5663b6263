import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import { TooManyAttemptsError } from '../errors.ts'
import type { AttemptBudget, AttemptKey, AttemptOutcome, AttemptStore, Log } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { type Clock, systemClock } from '../system.ts'
import { createAttemptKeys } from './attempt-keys.ts'
import type { AttemptLimits } from './attempt-limits.ts'
import type { Source } from './sources.ts'

/** One attempt to be counted by one counter; `kind` names the budget in the log. */
export interface Count {
  readonly key: AttemptKey
  readonly budget: AttemptBudget
  readonly kind: 'source' | 'account'
  /** The attempt is made even if this budget is used up. */
  readonly isOptional?: boolean
}

/** The parts of everything that counts attempts. */
export interface CountingParts {
  readonly store: AttemptStore
  readonly limits: AttemptLimits
  /** The keys of counters are HMACs under it. */
  readonly pepper: Secret
  readonly clock?: Clock
  readonly log?: Log
}

/** Counts attempts in one or more budgets; a budget that is used up refuses. Also returns the keys of its counters. */
export function createCounting({
  store,
  limits: { windowSeconds },
  pepper,
  clock = systemClock,
  log: defaultLog = () => {},
}: CountingParts) {
  const keys = createAttemptKeys(pepper)

  async function reserve(key: AttemptKey, budget: AttemptBudget, facts: Record<string, string>, deadline: Deadline) {
    const now = clock()
    const outcome = await store.reserve(key, budget, now, deadline)
    if (!outcome.isGranted) throw new TooManyAttemptsError(outcome.opensAt - now, facts)
    return outcome
  }

  /**
   * Counts in all budgets or in none: if one is used up that is not optional, the counts in the others are released.
   * @returns the budgets that count the attempt, by their keys
   */
  async function reserveAll(
    counts: Count[],
    facts: Record<string, string>,
    deadline: Deadline,
  ): Promise<ReadonlyMap<AttemptKey, AttemptOutcome>> {
    const reserved = new Map<AttemptKey, AttemptOutcome>()
    for (const { key, budget, kind, isOptional } of counts)
      try {
        reserved.set(key, await reserve(key, budget, { ...facts, budget: kind }, deadline))
      } catch (error) {
        if (isOptional && error instanceof TooManyAttemptsError) continue
        await settle(
          [...reserved.keys()].map((each) => store.release(each, deadline)),
          defaultLog,
        )
        throw error
      }
    return reserved
  }

  function sourceCounts(kind: string, limit: number, sources: readonly Source[]): Count[] {
    return sources.map(({ name, limitFactor }) => ({
      key: keys.keyOf(kind, name),
      budget: { limit: limit * limitFactor, windowSeconds, windowDoubles: false },
      kind: 'source',
    }))
  }

  async function settle(writes: Promise<unknown>[], log: Log): Promise<void> {
    for (const outcome of await Promise.allSettled(writes))
      if (outcome.status === 'rejected') log(logEntry('attempts_not_settled', { error: outcome.reason }))
  }

  return { ...keys, reserve, reserveAll, sourceCounts, settle }
}
