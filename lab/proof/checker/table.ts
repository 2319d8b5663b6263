import { type Instant, type Operation, precedes, type Sid } from '../history/operation.ts'
import { type Life, type Lives, refusals } from './life.ts'
import type { Tally } from './verdict.ts'

interface Known {
  readonly lives: Lives
  /** From when on a session may have ended in any way, and from when on by itself. */
  readonly mayEnd: (life: Life) => Instant
  readonly mayExpire: (life: Life) => Instant
  readonly tally: Tally
}

/**
 * K8. What a user's rows at quiescence must be, and how many are nobody's: those that a create left whose answer was
 * lost. An expired row may stay; the table's TTL takes it away.
 * @returns the orphans
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
      tally.trial('K6 principal', snapshot)
      if (life.owner !== snapshot.user)
        tally.violation('K6 principal', snapshot, [life.creation], `${row.sid} of ${life.owner} is ${snapshot.user}'s`)
      checkRow(life, row.epoch, snapshot, mayExpire(life), tally)
    }
    for (const life of byOwner.get(snapshot.user) ?? []) {
      if (life.disputed || !precedes(life.creation, snapshot) || mayEnd(life) <= snapshot.returned) continue
      tally.trial('K8 missing', snapshot)
      if (!present.has(life.sid))
        tally.violation('K8 missing', snapshot, [life.creation], `${life.sid} has no row, though nobody ended it`)
    }
  }
  return orphans
}

function checkRow(life: Life, epoch: number | undefined, snapshot: Operation, mayExpire: Instant, tally: Tally): void {
  const { sid, end, doom, sightings } = life
  const left = (why: Operation, how: string) =>
    tally.violation('K8 left', snapshot, [why], `the row of ${sid} is there, though ${how}`)
  // A session that has expired is refused while its row waits for the TTL.
  const { byRow } = refusals(sightings)
  const refused = byRow && byRow.returned < mayExpire ? byRow : undefined
  tally.trial('K8 left', snapshot)
  // A login and a logout end a session that is live, and look no further where it has expired.
  const isDeleted = end && (end.returned < mayExpire || !['login', 'logout'].includes(end.op))
  if (end && isDeleted && precedes(end, snapshot)) left(end, 'its end was acknowledged')
  else if (doom && doom.at < snapshot.invoked) left(doom.operation, 'all sessions of before had been ended')
  else if (refused && precedes(refused, snapshot)) left(refused, 'it had been refused')

  const { userStatus, sweepPending } = snapshot
  if (userStatus === undefined || sweepPending === undefined) return
  tally.trial('K8 half', snapshot)
  if (sweepPending) return // whoever next reads the user completes it
  const isOld = epoch !== undefined && snapshot.epoch !== undefined && epoch < snapshot.epoch
  if (userStatus !== 'active' || isOld)
    tally.violation('K8 half', snapshot, [], `the row of ${sid} outlived the ${isOld ? 'epoch' : 'user'}`)
}
