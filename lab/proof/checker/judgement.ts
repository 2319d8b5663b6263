import { type Instant, type Operation, precedes } from '../history/operation.ts'
import type { Account } from './account.ts'
import { isAmbiguous, type Sighting } from './effect.ts'
import { deadSince, type Life, refusals } from './life.ts'
import { allowedBy, refusalsByWorker } from './staleness.ts'
import type { Clause, Count, Tally } from './verdict.ts'

interface Times {
  readonly skew: Instant
  readonly idle: Instant | undefined
}

/**
 * K1 to K6 for one session: every response about it, against what had been acknowledged before the request was invoked,
 * less the staleness that its route allows.
 * @returns the requests that presented the session after it had certainly ended
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
    const trial = (clause: Clause, why: Operation, what: string) => {
      isDead = true
      tally.trial(clause)
      if (accepted) tally.violation(clause, operation, [why], `accepted session ${sid} ${what}`)
    }
    const allowed = allowedBy(operation)
    const isStale = allowed > 0
    const late = isStale ? `more than ${allowed / 1000} ms after` : 'after'
    const since = operation.invoked - allowed
    if (end && end.returned < since)
      trial(isStale ? 'K1 stale' : 'K1 revoked', end, `${late} its revocation had been acknowledged`)
    const succession = life.revokedWithPredecessor
    if (succession && succession.at < since)
      trial('K1 successor', succession.operation, `${late} the session that it replaced had been revoked`)
    if (doom && doom.at < since)
      trial(isStale ? 'K3 stale' : doom.clause, doom.operation, `${late} all sessions of its user had been revoked`)
    if (expired.has(sighting)) trial('K1 expired', creation, 'after its timeout')
    const refusal = byRow ? refused.byRow : refused.any
    if (refusal && refusal.returned < since)
      trial(isStale ? 'K4 stale' : 'K4 resurrected', refusal, `${late} it had been refused`)
    const own = isStale ? refusedBy.get(operation.worker ?? '') : undefined
    if (own && precedes(own, operation)) trial('K4 process', own, 'in the process that had refused it')
    if (operation.returned < creation.invoked) trial('K6 unknown', creation, 'before it was given')
    if (ambiguous && precedes(ambiguous, operation)) tally.trial('K5 ambiguous')

    const principal = accepted ? principalOf(sighting) : undefined
    if (principal !== undefined) {
      tally.trial('K6 principal')
      if (principal !== owner)
        tally.violation('K6 principal', operation, [creation], `accepted session ${sid} of ${owner} as ${principal}'s`)
    }
    if (precedes(creation, operation) && operation.returned < liveUntil) {
      tally.trial('K2 denied')
      if (!accepted)
        tally.violation('K2 denied', operation, [creation], `refused session ${sid}, which no operation had revoked`)
    }
    if (!isDead) continue
    dead.trials++
    if (accepted) dead.violations++
  }
  return dead
}

/** The user that the response names as the session's owner: that of an introspection's target, and of all listed ones. */
function principalOf({ sid, operation }: Sighting): string | undefined {
  const { op, target, listed, user, principal } = operation
  if (listed?.includes(sid)) return user
  return (op === 'introspect' ? target : operation.sid) === sid ? principal : undefined
}

/** When a session may first have expired, without any renewal. */
export function mayExpire({ creation }: Life, skew: Instant): Instant {
  return Math.min(creation.expiresAt ?? Infinity, creation.endsAt ?? Infinity) - skew
}

/** Sightings of a session that had certainly expired, whatever renewed it before. */
function expiredSightings({ creation, sightings, touches }: Life, { skew, idle }: Times): Set<Sighting> {
  const { expiresAt = Infinity, endsAt = Infinity } = creation
  if (Math.min(expiresAt, endsAt) === Infinity) return new Set()
  const renewals = idle === undefined ? [] : touches.toSorted((a, b) => a.invoked - b.invoked)
  const expired = new Set<Sighting>()
  let [idleEnd, next] = [idle === undefined ? Infinity : expiresAt, 0]
  for (const sighting of sightings.toSorted((a, b) => a.operation.invoked - b.operation.invoked)) {
    const { invoked } = sighting.operation
    // A renewal invoked after the timeout does not count: it should have been refused.
    for (let touch = renewals[next]; touch && touch.invoked < invoked; touch = renewals[++next]) {
      if (touch.invoked > idleEnd + skew) continue
      idleEnd = Math.max(idleEnd, isAmbiguous(touch) ? Infinity : touch.returned + (idle ?? Infinity))
    }
    if (invoked > Math.min(idleEnd, endsAt) + skew) expired.add(sighting)
  }
  return expired
}

/** K3 for the operation that created a session, and K6 for its principal. */
export function judgeCreation({ owner, creation, doom }: Life, tally: Tally): void {
  const { principal, sid } = creation
  if (principal !== undefined) {
    tally.trial('K6 principal')
    if (principal !== owner)
      tally.violation('K6 principal', creation, [], `gave ${owner} a session of ${principal} for ${sid ?? 'a login'}`)
  }
  if (!doom || doom.at >= creation.invoked) return
  if (creation.op !== 'login') tally.trial(doom.clause)
  tally.violation(doom.clause, creation, [doom.operation], 'succeeded with an authority that had been removed before')
}

/** K2 and K3 for a login: the password in force signs in, an earlier password does not. */
export function judgeLogin(login: Operation, account: Account, tally: Tally): void {
  const { outcome, status, password, returned, invoked } = login
  const refused = outcome === 'deny' && status === 401
  if (outcome !== 'ok' && !refused) return
  const doom = account.doomOf(outcome === 'ok' ? login : { password }, returned)
  if (doom && doom.at < invoked) tally.trial(doom.clause)
  const proof = account.proofFor(login)
  if (!proof) return
  tally.trial('K2 login')
  if (refused) tally.violation('K2 login', login, [proof], 'refused the password in force')
}

/** R2, in microseconds. */
export interface Lag {
  /** Sessions that were certainly revoked. */
  sessions: number
  /** Those of them that a response accepted after that; and those where all such requests were in flight. */
  late: number
  inFlight: number
  longest: number
  /** The longest of requests that were invoked after it: 0, or I1 is violated. */
  beyondInFlight: number
}

/**
 * Adds a session to the lag, as seen by routes that allow no staleness.
 * @returns whether a request presented it after its revocation
 */
export function addLag(life: Life, lag: Lag): boolean {
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
