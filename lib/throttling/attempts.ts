import { createHmac } from 'node:crypto'
import { logEntry } from '../audit.ts'
import type { AttemptLimits } from '../config.ts'
import type { Deadline } from '../deadline.ts'
import { TooManyAttemptsError } from '../errors.ts'
import type { AttemptBudget, AttemptKey, AttemptStore, Log } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { type Clock, systemClock } from '../system.ts'
import type { Email, UserId } from '../user.ts'
import { type Source, sourcesOf } from './sources.ts'

/**
 * One verification that may be made, reserved before it is. Neither method throws: what fails there leaves the count as
 * it is, and `log`, bound to the request, says so.
 */
export interface AttemptSlot {
  /** The password was right: the count begins anew, and that of this user's reauthentications with it. */
  succeed(userId: UserId, deadline: Deadline, log?: Log): Promise<void>
  /** Nothing could be verified: the slot was not used. */
  release(deadline: Deadline, log?: Log): Promise<void>
}

/** One slot of one budget; `of` says in the log whose. */
interface Wanted {
  readonly key: AttemptKey
  readonly budget: AttemptBudget
  readonly of: 'source' | 'account'
}

export type Attempts = ReturnType<typeof createAttempts>

/** So long after a sign-in a source counts as known to the account. */
const KNOWN_SECONDS = 90 * 86_400

/**
 * Throttling: a slot of each budget is taken before any verification, in one atomic write each, so that no burst of
 * parallel guesses gets more verifications than there are slots (NIST SP 800-63B §3.2.2; OWASP Authentication, "Account
 * Lockout"). Accounts are counted by what was typed, whether or not there is such a user. A source that has signed in
 * to an account before has a budget of its own there, and so have reauthentication and password change: a stranger cannot
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
  const reauthentication = (userId: UserId) => keyOf('reauthentication', userId)

  async function take(key: AttemptKey, budget: AttemptBudget, facts: Record<string, string>, deadline: Deadline) {
    const wait = await store.take(key, budget, clock(), deadline)
    if (wait > 0) throw new TooManyAttemptsError(wait, facts)
  }

  /** All of them or none: what was taken before one that refuses is given back. */
  async function takeAll(wanted: Wanted[], facts: Record<string, string>, deadline: Deadline): Promise<AttemptKey[]> {
    const taken: AttemptKey[] = []
    for (const { key, budget, of } of wanted)
      try {
        await take(key, budget, { ...facts, budget: of }, deadline)
        taken.push(key)
      } catch (error) {
        await settle(
          taken.map((each) => store.giveBack(each, deadline)),
          ownLog,
        )
        throw error
      }
    return taken
  }

  /** The slots of the networks an address is in. */
  function ofSources(kind: string, slots: number, sources: readonly Source[]): Wanted[] {
    return sources.map(({ name, share }) => ({
      key: keyOf(kind, name),
      budget: perSource(slots * share),
      of: 'source',
    }))
  }

  async function settle(writes: Promise<unknown>[], log: Log): Promise<void> {
    for (const outcome of await Promise.allSettled(writes))
      if (outcome.status === 'rejected') log(logEntry('attempts_not_settled', { error: outcome.reason }))
  }

  return {
    tagOf,

    /**
     * Reserves one verification of a login: a slot of the source's budget (of both its networks for IPv6), then one of
     * the account's, or of a known source's own on this account. One read, two writes; three for an unknown IPv6 source,
     * and one more for each slot given back where another refuses.
     * @throws TooManyAttemptsError when there is none left. @throws UnavailableError when they cannot be counted.
     */
    async takeLogin(email: Email, ip: string, deadline: Deadline): Promise<AttemptSlot> {
      const sources = sourcesOf(ip)
      const [source] = sources
      const mark = keyOf('mark', email, source.name)
      const knownUntil = await store.markedUntil(mark, deadline)
      const isKnown = knownUntil > clock()
      const own = isKnown ? known(email, source) : account(email)
      // A known source's own budget bounds it: neighbours in the same /48 cannot use up what it has.
      const networks = ofSources('source', limits.perSource, isKnown ? [source] : sources)
      const wanted: Wanted[] = [...networks, { key: own, budget: perAccount, of: 'account' }]
      const keys = await takeAll(wanted, { at: 'login', account: tagOf(email) }, deadline)
      return {
        succeed: (userId, later, log = ownLog) => {
          const now = clock()
          const isFresh = knownUntil - now > KNOWN_SECONDS / 2
          const renewal = isFresh ? [] : [store.mark(mark, now + KNOWN_SECONDS, later)]
          const returns = networks.map(({ key }) => store.giveBack(key, later))
          const clears = [own, reauthentication(userId)].map((key) => store.clear(key, later))
          return settle([...clears, ...returns, ...renewal], log)
        },
        release: (later, log = ownLog) =>
          settle(
            keys.map((key) => store.giveBack(key, later)),
            log,
          ),
      }
    },

    /** Reserves one verification for somebody who is signed in: a budget that no stranger reaches. One write. */
    async takeReauthentication(userId: UserId, deadline: Deadline): Promise<Pick<AttemptSlot, 'succeed'>> {
      const key = reauthentication(userId)
      await take(key, perAccount, { at: 'reauthentication', budget: 'account', actor: userId }, deadline)
      return { succeed: (_, later, log = ownLog) => settle([store.clear(key, later)], log) }
    },

    /** Reserves one registration, which is never given back. One write; two for IPv6. */
    async takeRegistration(ip: string, deadline: Deadline): Promise<void> {
      const wanted = ofSources('registration', limits.registrationsPerSource, sourcesOf(ip))
      await takeAll(wanted, { at: 'registration' }, deadline)
    },

    /**
     * Gives an account all its slots back, those of reauthentication and of these known sources too. A write for each.
     * @returns how many counters there were: none where nothing was taken, or under another pepper
     * @throws UnavailableError when one of them fails.
     */
    async unlock(user: { email: Email; id: UserId }, ips: readonly string[], deadline: Deadline): Promise<number> {
      const sources = ips.map((ip) => known(user.email, sourcesOf(ip)[0]))
      let cleared = 0
      for (const key of new Set([account(user.email), reauthentication(user.id), ...sources]))
        if (await store.clear(key, deadline)) cleared++
      return cleared
    },
  }
}
