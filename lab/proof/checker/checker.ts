import { type Instant, type Operation, precedes, type Sid } from '../history/operation.ts'
import { type Account, accountOf, listIn } from './account.ts'
import { type Budget, checkBudgets } from './budget.ts'
import { judgeCap, noteCap } from './cap.ts'
import { isCreating, mayRenew, type Sighting, sightingsOf } from './effect.ts'
import { addLag, judge, judgeCreation, judgeLogin, type Lag, mayExpire } from './judgement.ts'
import { doomOf, type Lives, livesOf, noteEnd } from './life.ts'
import { checkOnce } from './once.ts'
import { noStaleness, noteStaleness, type Staleness } from './staleness.ts'
import { checkSpared, endWithPredecessor, mayEndWithPredecessor } from './succession.ts'
import { checkTable } from './table.ts'
import { type Count, type Counts, startTally, type Violation } from './verdict.ts'

export type { Clause } from './verdict.ts'

export interface CheckerOptions {
  /** `SESSION_MAX_PER_USER`; 0, the default, for no cap. */
  readonly cap?: number
  /** Rows that one creation may leave, 1 by default; more if a write can be applied and reported as failed. */
  readonly rowsPerCreation?: number
  /** The largest difference between clocks, by which a timeout may be early or late. A second by default. */
  readonly skew?: Instant
  /** How long an operation without a response may still take effect. For ever by default. */
  readonly settle?: Instant
  /** `SESSION_IDLE_SECONDS`; without it only the absolute timeout is judged. */
  readonly idle?: Instant
  /** Without it K7 is not judged. */
  readonly budget?: Budget
}

export interface Verdict {
  readonly violations: readonly Violation[]
  readonly counts: Counts
  /** R5: requests with sessions that were certainly not valid, by any rule, and how many were accepted. */
  readonly failOpen: Count
  readonly lag: Lag
  readonly staleness: Staleness
  /** Sessions that were presented after their revocation had been acknowledged. */
  readonly revoked: number
  /** R13: rows of sessions that no response named. */
  readonly orphans: number
  /** The operations that violate a rule. */
  readonly offenders: ReadonlySet<Operation>
}

/**
 * Judges a history by the rules K1 to K9 (`docs/invariants.md`). Operations may come in any order and from any number of
 * generators; operations that overlap or touch may have taken effect in either order. O(n log n).
 *
 * It reports a violation only if no order of effects explains a response. It takes for granted that a password has one
 * name, that no user has a password twice, and that a user holds the scope that a scope-removal with `held` removes.
 * @throws RangeError if a user has a password twice
 */
export function check(history: readonly Operation[], options: CheckerOptions = {}): Verdict {
  const { cap = 0, rowsPerCreation: rows = 1, skew = 1_000_000, settle = Infinity, budget } = options
  const tally = startTally()

  const lives = readLives(history, tally)
  const accounts = readAccounts(history, settle)
  const accountFor = (user: string): Account => accounts.get(user) ?? accountOf(user, [], settle)
  const unknown = readSightings(history, lives)
  for (const life of lives.values()) {
    const account = accountFor(life.owner)
    life.doom = doomOf(life, lives, account)
    life.revokedWithPredecessor = endWithPredecessor(life, skew)
    life.mayEnd = Math.min(life.mayEnd, account.mayEnd.firstFor(life.creation), mayEndWithPredecessor(life))
  }
  for (const account of accounts.values()) noteCap(account, lives, { cap, rows, slack: skew + 1_000_000 })

  const failOpen = { trials: 0, violations: 0 }
  const lag: Lag = { sessions: 0, late: 0, inFlight: 0, longest: 0, beyondInFlight: 0 }
  const staleness = noStaleness()
  let revoked = 0
  for (const { operation, accepted } of unknown) {
    failOpen.trials++
    tally.trial('K6 unknown')
    if (!accepted) continue
    failOpen.violations++
    tally.violation('K6 unknown', operation, [], 'accepted a session that was given to no user')
  }
  for (const life of lives.values()) {
    if (life.disputed) continue
    judgeCreation(life, tally)
    const dead = judge(life, { skew, idle: options.idle }, tally)
    failOpen.trials += dead.trials
    failOpen.violations += dead.violations
    if (addLag(life, lag)) revoked++
    noteStaleness(life, staleness)
  }
  for (const operation of history)
    if (operation.op === 'login') judgeLogin(operation, accountFor(operation.user), tally)
  checkOnce(history, accountFor, tally)
  if (budget) checkBudgets(history, budget, skew, tally)
  checkSpared(history, lives, (life) => mayExpire(life, skew), tally)
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
  const { violations, counts, offenders } = tally
  return { violations, counts, failOpen, lag, staleness, revoked, orphans, offenders }
}

function readLives(history: readonly Operation[], tally: ReturnType<typeof startTally>): Lives {
  const creations = history.filter((each) => isCreating(each) && each.outcome === 'ok' && each.created !== undefined)
  for (const _ of creations) tally.trial('K6 duplicate')
  const lives = livesOf(creations, (again, first) =>
    tally.violation(
      'K6 duplicate',
      again,
      [first],
      `responded with session ${again.created}, which had been given before`,
    ),
  )
  for (const operation of history)
    noteEnd(lives, operation, (second, first) =>
      tally.violation('K1 twice', second, [first], `replaced session ${second.sid} a second time`),
    )
  return lives
}

function readAccounts(history: readonly Operation[], settle: number): Map<string, Account> {
  const byUser = new Map<string, Operation[]>()
  for (const operation of history) if (!SILENT.has(operation.op)) listIn(byUser, operation.user).push(operation)
  return new Map([...byUser].map(([user, operations]) => [user, accountOf(user, operations, settle)]))
}

/** Operations that change no user: most of a history. */
const SILENT: ReadonlySet<string> = new Set(['me', 'look', 'introspect', 'list', 'logout', 'revoke', 'table-snapshot'])

/** Adds the sightings to each session; a list that leaves a session out refuses it. @returns sightings of sessions that were given to no user */
function readSightings(history: readonly Operation[], lives: Lives): Pick<Sighting, 'operation' | 'accepted'>[] {
  const unknown: Pick<Sighting, 'operation' | 'accepted'>[] = []
  for (const operation of history) {
    const { op, sid, outcome } = operation
    if (op === 'me' && sid === undefined && (outcome === 'ok' || outcome === 'deny'))
      unknown.push({ operation, accepted: outcome === 'ok' })
    for (const sighting of sightingsOf(operation)) {
      const life = lives.get(sighting.sid)
      // 404 is also the response about another user's session.
      const isOthers = sighting.sid !== sid && op === 'revoke' && life?.owner !== operation.user
      // A list shows rows of logins whose responses were lost.
      const isOrphan = op === 'list' && sighting.sid !== sid
      if (!life) unknown.push(...(isOrphan ? [] : [sighting]))
      else if (!isOthers) life.sightings.push(sighting)
    }
    const life = sid === undefined ? undefined : lives.get(sid)
    if (life && mayRenew(operation)) life.touches.push(operation)
  }
  const byOwner = Map.groupBy(lives.values(), ({ owner }) => owner)
  for (const operation of history)
    for (const life of operation.listed ? (byOwner.get(operation.user) ?? []) : [])
      if (!operation.listed?.includes(life.sid) && precedes(life.creation, operation))
        life.sightings.push({ operation, sid: life.sid, accepted: false, byRow: false })
  return unknown
}
