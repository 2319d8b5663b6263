import type { Deadline } from '../deadline.ts'
import type { AttemptBudget, AttemptKey } from '../ports.ts'
import { systemClock } from '../system.ts'
import type { Email, UserId } from '../user.ts'
import { type Count, type CountingParts, createCounting } from './counting.ts'
import { lockOf, type ReservedAttempt } from './reserved-attempt.ts'
import { sourcesOf } from './sources.ts'

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
export function createAttempts(parts: CountingParts) {
  const { store, limits, clock = systemClock, log: defaultLog = () => {} } = parts
  const { windowSeconds } = limits
  const perAccount: AttemptBudget = { limit: limits.perAccount, windowSeconds, windowDoubles: true }

  const counting = createCounting(parts)
  const { keyOf, accountKey, knownSourceKey, reauthenticationKey, secondFactorKey, countersOf } = counting
  const { accountTag: logTag, reserve, reserveAll, sourceCounts, settle } = counting

  /** One attempt of a user in a budget of its own. */
  async function reserveOwn(key: AttemptKey, facts: Record<string, string>, deadline: Deadline) {
    const outcome = await reserve(key, perAccount, { ...facts, budget: 'account' }, deadline)
    const succeed: ReservedAttempt['succeed'] = (_, later, log = defaultLog) => settle([store.reset(key, later)], log)
    return { lockedUntil: lockOf(outcome), succeed }
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
      return reserveOwn(reauthenticationKey(userId), { at: 'reauthentication', actor: userId }, deadline)
    },

    /**
     * Reserves an attempt at a user's second factor, whatever the challenge: parallel sign-ins share the budget. One write.
     * @throws TooManyAttemptsError if the budget is used up.
     */
    async reserveSecondFactor(userId: UserId, deadline: Deadline): Promise<Omit<ReservedAttempt, 'release'>> {
      return reserveOwn(secondFactorKey(userId), { at: 'second_factor', actor: userId }, deadline)
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
