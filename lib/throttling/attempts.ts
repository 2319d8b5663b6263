import { logEntry } from '../audit.ts'
import type { AttemptLimits } from '../config.ts'
import type { Deadline } from '../deadline.ts'
import { TooManyAttemptsError } from '../errors.ts'
import type { AttemptBudget, AttemptKey, AttemptOutcome, AttemptStore, Log } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { type Clock, systemClock } from '../system.ts'
import type { Email, UserId } from '../user.ts'
import { createAttemptKeys } from './attempt-keys.ts'
import { lockOf, type ReservedAttempt } from './reserved-attempt.ts'
import { type Source, sourcesOf } from './sources.ts'

/** One attempt to be counted by one counter; `kind` names the budget in the log. */
interface Count {
  readonly key: AttemptKey
  readonly budget: AttemptBudget
  readonly kind: 'source' | 'account'
  /** The attempt is made even if this budget is used up. */
  readonly isOptional?: boolean
}

/** The operations that limit attempts; see `createAttempts`. */
export type Attempts = ReturnType<typeof createAttempts>

/** How long after a sign-in a source counts as known to the account. */
const KNOWN_SECONDS = 90 * 86_400

/**
 * Creates the rate limits and the lockout of password verifications (NIST SP 800-63B §3.2.2; OWASP Authentication,
 * "Account Lockout"). An attempt is counted in every budget before the verification, by one atomic write each, so that
 * parallel guesses never exceed a budget. Accounts are counted by the email as typed, whether or not it has an account. A
 * source that has signed in to an account before has a budget of its own there, and so have reauthentication and password
 * change: neither strangers nor others at the same address can use these up. Keys are HMACs under the pepper, because
 * people type passwords into email fields.
 */
export function createAttempts({
  store,
  limits,
  pepper,
  clock = systemClock,
  log: defaultLog = () => {},
}: {
  store: AttemptStore
  limits: AttemptLimits
  pepper: Secret
  clock?: Clock
  log?: Log
}) {
  const { windowSeconds } = limits
  const perAccount: AttemptBudget = { limit: limits.perAccount, windowSeconds, windowDoubles: true }
  const perSource = (limit: number): AttemptBudget => ({ limit, windowSeconds, windowDoubles: false })

  const {
    keyOf,
    accountTag: logTag,
    accountKey,
    knownSourceKey,
    reauthenticationKey,
    countersOf,
  } = createAttemptKeys(pepper)

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
      key: keyOf(kind, name),
      budget: perSource(limit * limitFactor),
      kind: 'source',
    }))
  }

  async function settle(writes: Promise<unknown>[], log: Log): Promise<void> {
    for (const outcome of await Promise.allSettled(writes))
      if (outcome.status === 'rejected') log(logEntry('attempts_not_settled', { error: outcome.reason }))
  }

  return {
    logTag,

    /**
     * Reserves a login attempt: counts it in the source's budget (for IPv6 in those of both networks), then in the
     * account's. A source known to the account has a budget of its own there, and that alone limits it. One read and two
     * writes; three writes for an unknown IPv6 source, and one more per released count if a budget is used up.
     * @throws TooManyAttemptsError if a budget is used up.
     * @throws UnavailableError if the attempt cannot be counted.
     */
    async reserveLogin(email: Email, ip: string, deadline: Deadline): Promise<ReservedAttempt> {
      const sources = sourcesOf(ip)
      const [source] = sources
      // Stryker disable next-line StringLiteral: any text works if no two kinds of key share it
      const mark = keyOf('mark', email, source.name)
      const knownUntil = await store.getMark(mark, deadline)
      const isKnown = knownUntil > clock()
      const ownKey = isKnown ? knownSourceKey(email, source) : accountKey(email)
      // A user at a known source has a budget of their own, which others at that address or in its /48 must not use up.
      // Their attempts are counted for the source all the same: the number of calls must not tell known users apart.
      // Stryker disable next-line StringLiteral: any text works if no two kinds of key share it
      const networks = sourceCounts('source', limits.perSource, isKnown ? [source] : sources)
      const counts: Count[] = [
        ...networks.map((network) => ({ ...network, isOptional: isKnown })),
        { key: ownKey, budget: perAccount, kind: 'account' },
      ]
      const reserved = await reserveAll(counts, { at: 'login', account: logTag(email) }, deadline)
      const keys = [...reserved.keys()]
      return {
        lockedUntil: lockOf(reserved.get(ownKey)),
        succeed: (userId, later, log = defaultLog) => {
          const now = clock()
          const isFresh = knownUntil - now > KNOWN_SECONDS / 2
          // Stryker disable next-line ArrayDeclaration: awaiting a text that is not a promise does nothing
          const renewal = isFresh ? [] : [store.setMark(mark, now + KNOWN_SECONDS, later)]
          const releases = keys.filter((key) => key !== ownKey).map((key) => store.release(key, later))
          const resets = [ownKey, reauthenticationKey(userId)].map((key) => store.reset(key, later))
          return settle([...resets, ...releases, ...renewal], log)
        },
        release: (later, log = defaultLog) =>
          settle(
            keys.map((key) => store.release(key, later)),
            log,
          ),
      }
    },

    /**
     * Reserves an attempt of a signed-in user, in a budget that strangers cannot reach. One write.
     * @throws TooManyAttemptsError if the budget is used up.
     */
    async reserveReauthentication(userId: UserId, deadline: Deadline): Promise<Omit<ReservedAttempt, 'release'>> {
      const key = reauthenticationKey(userId)
      const facts = { at: 'reauthentication', budget: 'account', actor: userId }
      const outcome = await reserve(key, perAccount, facts, deadline)
      return {
        lockedUntil: lockOf(outcome),
        succeed: (_, later, log = defaultLog) => settle([store.reset(key, later)], log),
      }
    },

    /**
     * Reserves a registration, which is never released. One write; two for IPv6.
     * @throws TooManyAttemptsError if the source's budget is used up.
     */
    async reserveRegistration(ip: string, deadline: Deadline): Promise<void> {
      // Stryker disable next-line StringLiteral: any text works if no two kinds of key share it
      const counts = sourceCounts('registration', limits.registrationsPerSource, sourcesOf(ip))
      await reserveAll(counts, { at: 'registration' }, deadline)
    },

    /**
     * Unlocks an account: resets its counter, that of its reauthentications and those of these known sources. One write per
     * counter.
     * @returns how many counters existed; 0 if no attempt was counted, or under another pepper
     * @throws UnavailableError if a write fails.
     */
    async unlock(user: { email: Email; id: UserId }, ips: readonly string[], deadline: Deadline): Promise<number> {
      let existed = 0
      for (const { key } of countersOf(user, ips)) if (await store.reset(key, deadline)) existed++
      return existed
    },
  }
}
