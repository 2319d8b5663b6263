import type { Deadline } from '../deadline.ts'
import type { Facts } from '../errors.ts'
import { rfc3339 } from '../instant.ts'
import type { AttemptOutcome, Log } from '../ports.ts'
import type { EpochSeconds } from '../system.ts'
import type { UserId } from '../user.ts'

/**
 * A reserved attempt: one verification that may be made. Its methods never throw; if a write fails, the count stays too
 * high and `log`, the log of the request, receives `attempts_not_settled`.
 */
export interface ReservedAttempt {
  /** If the attempt was the last one of the account's budget: when the budget is available again. */
  readonly lockedUntil?: EpochSeconds | undefined
  /** Settles a successful verification: resets the account's counter and that of the user's reauthentications. */
  succeed(userId: UserId, deadline: Deadline, log?: Log): Promise<void>
  /** Settles an attempt without a verification: takes it off the count. */
  release(deadline: Deadline, log?: Log): Promise<void>
}

/** When the budget of an attempt is available again, if the attempt was its last one. */
export const lockOf = (outcome: AttemptOutcome | undefined): EpochSeconds | undefined =>
  outcome?.left === 0 ? outcome.opensAt : undefined

/** What the log says about an attempt that has failed and was the last one: `lockedUntil`. */
export function lockFacts({ lockedUntil }: Pick<ReservedAttempt, 'lockedUntil'>): Facts {
  return lockedUntil === undefined ? {} : { lockedUntil: rfc3339(lockedUntil) }
}
