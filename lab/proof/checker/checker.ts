import type { Instant, Operation, Sid } from '../history/operation.ts'
import { type Account, accountOf, listIn } from './account.ts'
import { type Budget, checkBudgets } from './budget.ts'
import { judgeCap, noteCap } from './cap.ts'
import { isCreating, mayRenew, type Sighting, sightingsOf } from './effect.ts'
import { judge, judgeCreation, judgeLogin, type Lag, longestLag, mayExpire } from './judgement.ts'
import { doomOf, type Lives, livesOf, noteEnd } from './life.ts'
import { noStaleness, noteStaleness, type Staleness } from './staleness.ts'
import { checkTable } from './table.ts'
import { type Count, type Counts, type FaultWindow, startTally, type Violation } from './verdict.ts'

export { type Clause, type Counts, type FaultWindow, type Rule, sum, type Violation } from './verdict.ts'

export interface CheckerOptions {
  /** `SESSION_MAX_PER_USER`; 0, the default, is none. */
  readonly cap?: number
  /** Rows that one creation may leave, 1 by default: 6 where a write may be applied and reported failed. */
  readonly rowsPerCreation?: number
  /** What clocks differ by, and what an end may be early or late by. A second by default. */
  readonly skew?: Instant
  /** How long after its end an operation without an answer may still take effect. For ever by default. */
  readonly settle?: Instant
  /** `SESSION_IDLE_SECONDS`: without it only absolute ends are known. */
  readonly idle?: Instant
  /** Without it K7 is not judged. */
  readonly budget?: Budget
  /** Each counts for itself. */
  readonly windows?: readonly FaultWindow[]
  /** How many violations of one clause are told in full, 100 by default; all are counted. */
  readonly kept?: number
}

export interface Verdict {
  readonly violations: readonly Violation[]
  readonly counts: Counts
  readonly byWindow: readonly { readonly window: FaultWindow; readonly counts: Counts }[]
  /** Checks of sessions that were surely not live, by whatever rule, and how many were accepted. */
  readonly failOpen: Count
  /** R2: how long after its end a session was last accepted. */
  readonly lag: Lag
  readonly staleness: Staleness
  /** Ids that were given to somebody. */
  readonly ids: number
  /** Sessions whose end was acknowledged and which were checked after it. */
  readonly ended: number
  /** Rows that are nobody's. */
  readonly orphans: number
  /** The operations that violate something, for whoever counts right answers. */
  readonly offenders: ReadonlySet<Operation>
}

/**
 * Judges a history by K1 to K8 of `research/security.md` §6.4, and by what `staleness.ts` makes of them for routes that
 * allow one. Operations may come in any order and from any number of generators; operations that overlap, or touch, may
 * have acted in either order. O(n log n).
 *
 * It accuses only where no order of effects could explain an answer. What it takes for granted: a password has one name
 * and no user has one twice; a scope-removal with `held` is of a scope held for sure.
 * @throws RangeError where a history breaks that.
 */
export function check(history: readonly Operation[], options: CheckerOptions = {}): Verdict {
  const { cap = 0, rowsPerCreation: rows = 1, skew = 1_000_000, settle = Infinity, budget } = options
  const { windows = [], kept = 100 } = options
  const tally = startTally(windows, kept)

  const lives = readLives(history, tally)
  const accounts = readAccounts(history, settle)
  const accountFor = (user: string): Account => accounts.get(user) ?? accountOf(user, [], settle)
  const unknown = readSightings(history, lives)
  for (const life of lives.values()) {
    const account = accountFor(life.owner)
    life.doom = doomOf(life, lives, account)
    life.mayEnd = Math.min(life.mayEnd, account.mayEnd.firstFor(life.creation))
  }
  for (const account of accounts.values()) noteCap(account, lives, { cap, rows, slack: skew + 1_000_000 })

  const failOpen = { trials: 0, violations: 0 }
  const lag: Lag = { sessions: 0, late: 0, inFlight: 0, longest: 0, beyondInFlight: 0 }
  const staleness = noStaleness()
  let ended = 0
  for (const { operation, accepted } of unknown) {
    failOpen.trials++
    tally.trial('K6 unknown', operation)
    if (!accepted) continue
    failOpen.violations++
    tally.violation('K6 unknown', operation, [], 'accepted a session that nobody was given')
  }
  for (const life of lives.values()) {
    if (life.disputed) continue
    judgeCreation(life, tally)
    const dead = judge(life, { skew, idle: options.idle }, tally)
    failOpen.trials += dead.trials
    failOpen.violations += dead.violations
    if (longestLag(life, lag)) ended++
    noteStaleness(life, staleness)
  }
  for (const operation of history)
    if (operation.op === 'login') judgeLogin(operation, accountFor(operation.user), tally)
  if (budget) checkBudgets(history, budget, skew, tally)
  const snapshots = history.filter(({ op }) => op === 'table-snapshot')
  for (const snapshot of snapshots) {
    const isLive = (sid: Sid) => {
      const life = lives.get(sid)
      return life !== undefined && mayExpire(life, skew) > snapshot.returned
    }
    judgeCap(snapshot, accountFor(snapshot.user), { cap, isLive, tally })
  }
  const orphans = checkTable(snapshots, {
    lives,
    mayEnd: (life) => Math.min(life.mayEnd, mayExpire(life, skew)),
    mayExpire: (life) => mayExpire(life, skew),
    tally,
  })
  const { violations, counts, byWindow, offenders } = tally
  return { violations, counts, byWindow, failOpen, lag, staleness, ids: lives.size, ended, orphans, offenders }
}

function readLives(history: readonly Operation[], tally: ReturnType<typeof startTally>): Lives {
  const creations = history.filter((each) => isCreating(each) && each.outcome === 'ok' && each.created !== undefined)
  for (const creation of creations) tally.trial('K6 duplicate', creation)
  const lives = livesOf(creations, (again, first) =>
    tally.violation('K6 duplicate', again, [first], `answered with ${again.created}, which had been given before`),
  )
  for (const operation of history)
    noteEnd(lives, operation, (second, first) =>
      tally.violation('K1 twice', second, [first], `${second.sid} was replaced twice`),
    )
  return lives
}

function readAccounts(history: readonly Operation[], settle: number): Map<string, Account> {
  const byUser = new Map<string, Operation[]>()
  for (const operation of history) if (!SILENT.has(operation.op)) listIn(byUser, operation.user).push(operation)
  return new Map([...byUser].map(([user, operations]) => [user, accountOf(user, operations, settle)]))
}

/** Most of a history, and none of it changes a user. */
const SILENT: ReadonlySet<string> = new Set(['me', 'look', 'introspect', 'list', 'logout', 'revoke', 'table-snapshot'])

/** Hands each session what was seen of it. @returns what was seen of those that nobody was given */
function readSightings(history: readonly Operation[], lives: Lives): Pick<Sighting, 'operation' | 'accepted'>[] {
  const unknown: Pick<Sighting, 'operation' | 'accepted'>[] = []
  for (const operation of history) {
    const { op, sid, outcome } = operation
    if (op === 'me' && sid === undefined && (outcome === 'ok' || outcome === 'deny'))
      unknown.push({ operation, accepted: outcome === 'ok' })
    for (const sighting of sightingsOf(operation)) {
      const life = lives.get(sighting.sid)
      // 404 is also the answer about another user's session.
      const isOthers = sighting.sid !== sid && op === 'revoke' && life?.owner !== operation.user
      if (!life) unknown.push(sighting)
      else if (!isOthers) life.sightings.push(sighting)
    }
    const life = sid === undefined ? undefined : lives.get(sid)
    if (life && mayRenew(operation)) life.touches.push(operation)
  }
  return unknown
}
