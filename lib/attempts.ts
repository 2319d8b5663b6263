import { createHmac } from 'node:crypto'
import { logEntry } from './audit.ts'
import type { AttemptLimits } from './config.ts'
import type { Deadline } from './deadline.ts'
import { TooManyAttemptsError } from './errors.ts'
import type { AttemptBudget, AttemptKey, AttemptStore, Log } from './ports.ts'
import type { Secret } from './secret.ts'
import { type Source, sourcesOf } from './source.ts'
import { type Clock, systemClock } from './system.ts'
import type { Email, UserId } from './user.ts'

/** One verification that may be made, reserved before it is. */
export interface AttemptSlot {
  /**
   * The password was right: the count begins anew. Never throws; what fails here only leaves the count as it is, and
   * `log`, bound to the request, says so.
   */
  succeed(deadline: Deadline, log?: Log): Promise<void>
}

export type Attempts = ReturnType<typeof createAttempts>

/** So long after a sign-in a source counts as known to the account. */
const KNOWN_SECONDS = 90 * 86_400

/**
 * Throttling: a slot of each budget is taken before any verification, in one atomic write each, so that no burst of
 * parallel guesses gets more verifications than there are slots (NIST SP 800-63B §3.2.2; OWASP Authentication, "Account
 * Lockout"). Accounts are counted by what was typed, whether or not there is such a user. A source that has signed in
 * to an account before has a budget of its own there, and so have confirmation and password change: a stranger cannot
 * use them up. Keys are HMACs under the pepper: people type passwords into the field for the email.
 */
export function createAttempts({
  store,
  limits,
  pepper,
  clock = systemClock,
  log: ownLog = () => {},
}: {
  store: AttemptStore
  limits: AttemptLimits
  pepper: Secret
  clock?: Clock
  log?: Log
}) {
  const { windowSeconds } = limits
  const perAccount: AttemptBudget = { slots: limits.perAccount, windowSeconds, grows: true }
  const perSource = (slots: number): AttemptBudget => ({ slots, windowSeconds, grows: false })

  function keyOf(kind: string, ...subject: string[]): AttemptKey {
    const text = JSON.stringify([kind, ...subject])
    return createHmac('sha256', pepper.reveal()).update(text).digest('base64url') as AttemptKey
  }
  /** What a log may say of an email: its keyed hash, which is no key of the table. */
  const tagOf = (email: Email): string => keyOf('log', email).slice(0, 22)
  const account = (email: Email) => keyOf('account', email)
  const known = (email: Email, source: Source) => keyOf('known', email, source.name)
  const confirmation = (userId: UserId) => keyOf('confirmation', userId)

  async function take(key: AttemptKey, budget: AttemptBudget, facts: Record<string, string>, deadline: Deadline) {
    const wait = await store.take(key, budget, clock(), deadline)
    if (wait > 0) throw new TooManyAttemptsError(wait, facts)
  }

  async function takeFromSources(kind: string, slots: number, ip: string, facts: object, deadline: Deadline) {
    const keys: AttemptKey[] = []
    for (const { name, share } of sourcesOf(ip)) {
      const key = keyOf(kind, name)
      await take(key, perSource(slots * share), { ...facts, budget: 'source' }, deadline)
      keys.push(key)
    }
    return keys
  }

  async function settle(writes: Promise<void>[], log: Log): Promise<void> {
    for (const outcome of await Promise.allSettled(writes))
      if (outcome.status === 'rejected') log(logEntry('attempts_not_settled', { error: outcome.reason }))
  }

  return {
    tagOf,

    /**
     * Reserves one verification of a login: a slot of the source's budget (of both its networks for IPv6), then one of
     * the account's, or of the source's own on this account. One read, two writes; three for IPv6.
     * @throws TooManyAttemptsError when there is none left. @throws UnavailableError when they cannot be counted.
     */
    async takeLogin(email: Email, ip: string, deadline: Deadline): Promise<AttemptSlot> {
      const [source] = sourcesOf(ip)
      const mark = keyOf('mark', email, source.name)
      const knownUntil = await store.markedUntil(mark, deadline)
      const facts = { at: 'login', account: tagOf(email) }
      const sources = await takeFromSources('source', limits.perSource, ip, facts, deadline)
      const own = knownUntil > clock() ? known(email, source) : account(email)
      await take(own, perAccount, { ...facts, budget: 'account' }, deadline)
      return {
        succeed: (later, log = ownLog) => {
          const now = clock()
          const isFresh = knownUntil - now > KNOWN_SECONDS / 2
          const renewal = isFresh ? [] : [store.mark(mark, now + KNOWN_SECONDS, later)]
          const returns = sources.map((key) => store.giveBack(key, later))
          return settle([store.clear(own, later), ...returns, ...renewal], log)
        },
      }
    },

    /** Reserves one verification for somebody who is signed in: a budget that no stranger reaches. One write. */
    async takeConfirmation(userId: UserId, deadline: Deadline): Promise<AttemptSlot> {
      const key = confirmation(userId)
      await take(key, perAccount, { at: 'confirmation', budget: 'account', actor: userId }, deadline)
      return { succeed: (later, log = ownLog) => settle([store.clear(key, later)], log) }
    },

    /** Reserves one registration, which is never given back. One write; two for IPv6. */
    async takeRegistration(ip: string, deadline: Deadline): Promise<void> {
      await takeFromSources('registration', limits.registrationsPerSource, ip, { at: 'registration' }, deadline)
    },

    /**
     * Gives an account all its slots back, those of confirmation and of these known sources too. A write for each.
     * @throws UnavailableError when one of them fails.
     */
    async unlock(user: { email: Email; id: UserId }, ips: readonly string[], deadline: Deadline): Promise<void> {
      const sources = ips.map((ip) => known(user.email, sourcesOf(ip)[0]))
      for (const key of new Set([account(user.email), confirmation(user.id), ...sources]))
        await store.clear(key, deadline)
    },
  }
}
