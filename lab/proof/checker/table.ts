import { type Instant, type Operation, precedes, type Sid } from '../history/operation.ts'
import { type Life, type Lives, refusals } from './life.ts'
import type { Tally } from './verdict.ts'

interface Known {
  readonly lives: Lives
  /** When a session may first have ended, in any way, and by a timeout. */
  readonly mayEnd: (life: Life) => Instant
  readonly mayExpire: (life: Life) => Instant
  readonly tally: Tally
}

/**
 * K8: the rows of a user when nothing runs any more. The row of an expired session may stay until the TTL deletes it.
 * @returns the number of orphans: rows of sessions that no response named
 */
export function checkTable(snapshots: readonly Operation[], { lives, mayEnd, mayExpire, tally }: Known): number {
  const byOwner = new Map<string, Life[]>()
  for (const life of lives.values()) {
    const own = byOwner.get(life.owner)
    if (own) own.push(life)
    else byOwner.set(life.owner, [life])
  }
  let orphans = 0
  for (const snapshot of snapshots) {
    const present = new Set<Sid>()
    for (const row of snapshot.rows ?? []) {
      const life = lives.get(row.sid)
      present.add(row.sid)
      if (!life) {
        orphans++
        continue
      }
      if (life.disputed) continue
      tally.trial('K6 principal')
      if (life.owner !== snapshot.user)
        tally.violation(
          'K6 principal',
          snapshot,
          [life.creation],
          `session ${row.sid} of ${life.owner} is among the rows of ${snapshot.user}`,
        )
      checkRow(life, row.epoch, snapshot, mayExpire(life), tally)
    }
    for (const life of byOwner.get(snapshot.user) ?? []) {
      if (life.disputed || !precedes(life.creation, snapshot) || mayEnd(life) <= snapshot.returned) continue
      tally.trial('K8 missing')
      if (!present.has(life.sid))
        tally.violation(
          'K8 missing',
          snapshot,
          [life.creation],
          `session ${life.sid} has no row, although no operation revoked it`,
        )
    }
  }
  return orphans
}

function checkRow(life: Life, epoch: number | undefined, snapshot: Operation, mayExpire: Instant, tally: Tally): void {
  const { sid, end, doom, revokedWithPredecessor, sightings } = life
  const left = (why: Operation, how: string) =>
    tally.violation('K8 left', snapshot, [why], `session ${sid} has a row, although ${how}`)
  const { byRow } = refusals(sightings)
  const refused = byRow && byRow.returned < mayExpire ? byRow : undefined
  tally.trial('K8 left')
  // A login and a logout do not delete the row of an expired session.
  const isDeleted = end && (end.returned < mayExpire || !['login', 'logout'].includes(end.op))
  if (end && isDeleted && precedes(end, snapshot)) left(end, 'its revocation was acknowledged')
  else if (revokedWithPredecessor && revokedWithPredecessor.at < snapshot.invoked)
    left(revokedWithPredecessor.operation, 'the session that it replaced had been revoked')
  else if (doom && doom.at < snapshot.invoked) left(doom.operation, 'all sessions of its user had been revoked')
  else if (refused && precedes(refused, snapshot)) left(refused, 'it had been refused')

  const { userStatus, sweepPending } = snapshot
  if (userStatus === undefined || sweepPending === undefined) return
  tally.trial('K8 half')
  if (sweepPending) return // the next login completes it
  const isOld = epoch !== undefined && snapshot.epoch !== undefined && epoch < snapshot.epoch
  if (userStatus !== 'active' || isOld)
    tally.violation('K8 half', snapshot, [], `the row of session ${sid} outlived the ${isOld ? 'epoch' : 'user'}`)
}
