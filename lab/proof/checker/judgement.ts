import { type Instant, type Operation, precedes } from '../history/operation.ts'
import type { Account } from './account.ts'
import { isAmbiguous, type Sighting } from './effect.ts'
import { deadSince, type Life, refusals } from './life.ts'
import { allowedBy, refusalsByWorker } from './staleness.ts'
import type { Count, Tally } from './verdict.ts'

interface Times {
  readonly skew: Instant
  readonly idle: Instant | undefined
}

/**
 * K1 to K6 for one session: every answer about it, against what had been acknowledged before it was asked for, by as
 * much before as its route allows (`staleness.ts`).
 * @returns how many of them were about a session surely dead
 */
export function judge(life: Life, times: Times, tally: Tally): Count {
  const { sid, owner, creation, end, doom, ambiguous, mayEnd, sightings } = life
  const refused = refusals(sightings)
  const refusedBy = refusalsByWorker(sightings)
  const expired = expiredSightings(life, times)
  const liveUntil = Math.min(mayEnd, mayExpire(life, times.skew))
  const dead = { trials: 0, violations: 0 }

  for (const sighting of sightings) {
    const { operation, accepted, byRow } = sighting
    let isDead = false
    const trial = (clause: Parameters<Tally['trial']>[0], why: Operation, what: string) => {
      isDead = true
      tally.trial(clause, operation)
      if (accepted) tally.violation(clause, operation, [why], `accepted ${sid} ${what}`)
    }
    const allowed = allowedBy(operation)
    const isStale = allowed > 0
    const late = isStale ? `${allowed / 1000} ms and more after` : 'after'
    const since = operation.invoked - allowed
    if (end && end.returned < since)
      trial(isStale ? 'K1 stale' : 'K1 revoked', end, `${late} its end had been acknowledged`)
    if (doom && doom.at < since)
      trial(isStale ? 'K3 stale' : doom.clause, doom.operation, `${late} it had been ended with others`)
    if (expired.has(sighting)) trial('K1 expired', creation, 'after its time')
    const refusal = byRow ? refused.byRow : refused.any
    if (refusal && refusal.returned < since)
      trial(isStale ? 'K4 stale' : 'K4 resurrected', refusal, `${late} it had been refused`)
    const own = isStale ? refusedBy.get(operation.worker ?? '') : undefined
    if (own && precedes(own, operation)) trial('K4 process', own, 'where it had been refused')
    if (operation.returned < creation.invoked) trial('K6 unknown', creation, 'before there was such a session')
    if (ambiguous && precedes(ambiguous, operation)) tally.trial('K5 ambiguous', operation)

    const principal = accepted ? principalOf(sighting) : undefined
    if (principal !== undefined) {
      tally.trial('K6 principal', operation)
      if (principal !== owner)
        tally.violation('K6 principal', operation, [creation], `took ${owner}'s session ${sid} for ${principal}'s`)
    }
    if (precedes(creation, operation) && operation.returned < liveUntil) {
      tally.trial('K2 denied', operation)
      if (!accepted) tally.violation('K2 denied', operation, [creation], `refused ${sid}, which nobody had ended`)
    }
    if (!isDead) continue
    dead.trials++
    if (accepted) dead.violations++
  }
  return dead
}

/** Whom an answer named as the session's user, where it named one. */
function principalOf({ sid, operation }: Sighting): string | undefined {
  const about = operation.op === 'introspect' ? operation.target : operation.sid
  return about === sid ? operation.principal : undefined
}

/** From when on a session may have ended by itself: nothing is known of its renewals. */
export function mayExpire({ creation }: Life, skew: Instant): Instant {
  return Math.min(creation.expiresAt ?? Infinity, creation.endsAt ?? Infinity) - skew
}

/** What was seen of a session when its time was over for sure, however often it had been renewed. */
function expiredSightings({ creation, sightings, touches }: Life, { skew, idle }: Times): Set<Sighting> {
  const { expiresAt = Infinity, endsAt = Infinity } = creation
  if (Math.min(expiresAt, endsAt) === Infinity) return new Set()
  const renewals = idle === undefined ? [] : touches.toSorted((a, b) => a.invoked - b.invoked)
  const expired = new Set<Sighting>()
  let [idleEnd, next] = [idle === undefined ? Infinity : expiresAt, 0]
  for (const sighting of sightings.toSorted((a, b) => a.operation.invoked - b.operation.invoked)) {
    const { invoked } = sighting.operation
    // Only those asked for earlier: of two that renew a session past its end, the first had no right to.
    for (let touch = renewals[next]; touch && touch.invoked < invoked; touch = renewals[++next]) {
      if (touch.invoked > idleEnd + skew) continue
      idleEnd = Math.max(idleEnd, isAmbiguous(touch) ? Infinity : touch.returned + (idle ?? Infinity))
    }
    if (invoked > Math.min(idleEnd, endsAt) + skew) expired.add(sighting)
  }
  return expired
}

/** K3 for the operation that created a session, and K6 for whom it was given to. */
export function judgeCreation({ owner, creation, doom }: Life, tally: Tally): void {
  const { principal, sid } = creation
  if (principal !== undefined) {
    tally.trial('K6 principal', creation)
    if (principal !== owner)
      tally.violation('K6 principal', creation, [], `gave ${owner} a session of ${principal}'s for ${sid ?? 'a login'}`)
  }
  if (!doom || doom.at >= creation.invoked) return
  if (creation.op !== 'login') tally.trial(doom.clause, creation)
  tally.violation(doom.clause, creation, [doom.operation], 'succeeded with what had been taken away before')
}

/** K2 and K3 for a login: the password in force is not refused, one that was changed lets nobody in. */
export function judgeLogin(login: Operation, account: Account, tally: Tally): void {
  const { outcome, status, password, returned, invoked } = login
  const refused = outcome === 'deny' && status === 401
  if (outcome !== 'ok' && !refused) return
  const doom = account.doomOf(password, outcome === 'ok' ? (login.scopes ?? []) : [], returned)
  if (doom && doom.at < invoked) tally.trial(doom.clause, login)
  const proof = account.proofFor(login)
  if (!proof) return
  tally.trial('K2 login', login)
  if (refused) tally.violation('K2 login', login, [proof], 'refused the password in force')
}

/** R2. Instants are microseconds. */
export interface Lag {
  /** Sessions that were ended for sure. */
  sessions: number
  /** Those of them whose last accepted check was answered after that, and those where all such had been under way. */
  late: number
  inFlight: number
  longest: number
  /** The longest of checks that were asked for after it: 0, or the promise is broken. */
  beyondInFlight: number
}

/**
 * Adds a session to the lag, as it was seen by those that allow none.
 * @returns whether it was checked after its end
 */
export function longestLag(life: Life, lag: Lag): boolean {
  const since = deadSince(life)
  if (since === Infinity) return false
  lag.sessions++
  let [longest, beyond, isChecked] = [0, 0, false]
  for (const { operation, accepted } of life.sightings) {
    const isAfter = operation.invoked > since
    isChecked ||= isAfter
    if (!accepted || allowedBy(operation) > 0) continue
    longest = Math.max(longest, operation.returned - since)
    if (isAfter) beyond = Math.max(beyond, operation.returned - since)
  }
  lag.longest = Math.max(lag.longest, longest)
  lag.beyondInFlight = Math.max(lag.beyondInFlight, beyond)
  if (longest > 0) lag.late++
  if (longest > 0 && beyond === 0) lag.inFlight++
  return isChecked
}
