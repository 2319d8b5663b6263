import type { Deadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import type { AttemptKey } from '../ports.ts'
import type { EpochSeconds } from '../system.ts'
import type { Email, UserId } from '../user.ts'
import type { AccountCounter, AttemptKeys } from './attempt-keys.ts'
import type { AttemptRound } from './attempt-round.ts'

/** A counter of an account with attempts in its current round. */
export interface RateLimit {
  readonly kind: AccountCounter['kind']
  /** A known address with a counter of its own; absent for all other addresses together. */
  readonly ip?: string
  readonly attempts: number
  readonly limit: number
  /** Whether further attempts are refused. */
  readonly isLocked: boolean
  /** When all attempts are available again. */
  readonly until: EpochSeconds
}

/** The counters of a stack, for administrators to read. */
export interface RateLimitSource {
  readonly keys: Pick<AttemptKeys, 'countersOf'>
  readonly read: (key: AttemptKey, deadline: Deadline) => Promise<AttemptRound | undefined>
  /** Attempts per account and round. */
  readonly limit: number
}

/**
 * Returns the rate limits in force for an account: for unknown addresses, for these known ones, and for its
 * reauthentications. A counter of another address cannot be found, because its key is a hash. Two reads, and one for each
 * address, in parallel.
 */
export async function readRateLimits(
  { keys, read, limit }: RateLimitSource,
  user: { id: UserId; email: Email },
  ips: readonly string[],
  now: EpochSeconds,
  deadline: Deadline,
): Promise<RateLimit[]> {
  const counters = keys.countersOf(user, ips)
  const rounds = await Promise.all(counters.map(({ key }) => read(key, deadline)))
  return counters.flatMap(({ kind, ip }, index) => {
    const round = rounds[index]
    if (!round || round.opensAt <= now || round.taken === 0) return []
    const { taken: attempts, opensAt: until } = round
    return [{ kind, ...defined({ ip }), attempts, limit, isLocked: attempts >= limit, until }]
  })
}
