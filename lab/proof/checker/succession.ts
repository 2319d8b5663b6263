import { type Instant, type Operation, precedes, type Sid } from '../history/operation.ts'
import { isReplacing, isRevokeAll, mayHaveActed, revokedBy } from './effect.ts'
import type { End } from './ends.ts'
import type { Life, Lives } from './life.ts'
import type { Tally } from './verdict.ts'

// What a revocation of a session means for the sessions that replaced it, and a failed replacement for the session.

/** A row names so many predecessors, for so long by clocks that differ; the margin is for rounding and delays. */
const MAX_PREDECESSORS = 4
const SUCCESSION: Instant = 720_000_000
const MARGIN: Instant = 20_000_000

/** The sessions that a session replaced, one after the other, each with the session that replaced it. */
function* predecessorsOf(life: Life): Generator<readonly [predecessor: Life, successor: Life]> {
  let successor = life
  for (let depth = 0; depth < MAX_PREDECESSORS && successor.parent; depth++) {
    yield [successor.parent, successor]
    successor = successor.parent
  }
}

/**
 * The first acknowledged logout or revoke of a predecessor that was invoked before the response with this session was
 * received: it revokes this session as well.
 * @param skew the largest difference between two clocks
 */
export function endWithPredecessor(life: Life, skew: Instant): End | undefined {
  let first: End | undefined
  for (const [predecessor, successor] of predecessorsOf(life))
    for (const operation of predecessor.revocations) {
      const { op, outcome, invoked, returned } = operation
      const isLate = returned > successor.creation.invoked + SUCCESSION - MARGIN - skew
      if (op === 'login' || outcome !== 'ok' || invoked >= life.creation.returned || isLate) continue
      if (returned < (first?.at ?? Infinity)) first = { invoked, at: returned, operation }
    }
  return first
}

/** When an operation that names a predecessor may first have revoked this session, even if it had been received. */
export function mayEndWithPredecessor(life: Life): Instant {
  let first = Infinity
  for (const [{ revocations }] of predecessorsOf(life))
    for (const { invoked } of revocations) first = Math.min(first, invoked)
  return first
}

/**
 * K2 for a replacement that failed or found a conflict, and of which a later snapshot shows that it has revoked no other
 * session: the presented session stays valid, unless another operation revoked it.
 */
export function checkSpared(
  history: readonly Operation[],
  lives: Lives,
  mayExpire: (life: Life) => Instant,
  tally: Tally,
) {
  const byUser = Map.groupBy(
    history.filter((each) => each.op === 'table-snapshot' || mayHaveActed(each) || each.status === 409),
    ({ user }) => user,
  )
  for (const failed of history) {
    const isFailed = failed.outcome === 'unavailable' || failed.status === 409
    if (!isFailed || !isReplacing(failed) || !isRevokeAll(failed) || failed.code === 'revocation_pending') continue
    const life = lives.get(failed.sid ?? '')
    const ofUser = byUser.get(failed.user) ?? []
    const snapshot = ofUser.find((each) => precedes(failed, each) && sparedOthers(failed, each, lives))
    if (!life || life.disputed || !snapshot) continue
    const mayRevoke = (other: Operation, until: Instant) =>
      other !== failed && other.invoked <= until && (isRevokeAll(other) || namesIt(revokedBy(other), life))
    const mayBeRevoked = (until: Instant) => ofUser.some((other) => mayHaveActed(other) && mayRevoke(other, until))
    for (const { operation, accepted, byRow } of life.sightings) {
      const isBetween = precedes(failed, operation) && operation.returned < snapshot.invoked
      if (!isBetween || operation.returned >= mayExpire(life) || mayBeRevoked(operation.returned)) continue
      tally.trial('K2 spared')
      if (!accepted && byRow)
        tally.violation('K2 spared', operation, [failed], `refused session ${life.sid}, whose replacement had failed`)
    }
    if (snapshot.returned >= mayExpire(life) || mayBeRevoked(snapshot.returned)) continue
    tally.trial('K2 spared')
    if (!snapshot.rows?.some(({ sid }) => sid === life.sid))
      tally.violation('K2 spared', snapshot, [failed], `session ${life.sid}, whose replacement had failed, has no row`)
  }
}

const namesIt = (sid: Sid | undefined, life: Life): boolean =>
  sid !== undefined && (sid === life.sid || [...predecessorsOf(life)].some(([{ sid: id }]) => id === sid))

/** Whether another session from before the replacement has a row, and no sweep is pending. */
function sparedOthers(failed: Operation, snapshot: Operation, lives: Lives): boolean {
  if (snapshot.op !== 'table-snapshot' || snapshot.sweepPending !== false) return false
  return (snapshot.rows ?? []).some(({ sid }) => {
    const creation = lives.get(sid)?.creation
    return sid !== failed.sid && creation !== undefined && precedes(creation, failed)
  })
}
