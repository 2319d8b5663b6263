import { type Instant, type Operation, precedes, type Sid } from '../history/operation.ts'
import type { Account } from './account.ts'
import { firstWhere } from './ends.ts'
import { deadSince, type Lives, refusals } from './life.ts'
import type { Tally } from './verdict.ts'

type Creation = Account['creations'][number]

interface Candidate {
  readonly creation: Operation
  /** The latest instant at which its row was written. */
  readonly written: Instant
  /** The instant at which its row has certainly been deleted. */
  readonly gone: Instant
  readonly rows: number
}

/**
 * Notes on each session of a user when it may first have given way to the session cap: when another session was created
 * while `cap` others may have existed that are not certainly older.
 * @param rows the rows that one creation may leave: more than one only if a write can be applied and reported as failed
 * @param slack two rows whose creations are at least this far apart are ordered by `createdAt`
 */
export function noteCap(
  account: Account,
  lives: Lives,
  { cap, rows, slack }: { cap: number; rows: number; slack: Instant },
): void {
  const { creations, revokedAll } = account
  if (cap === 0 || creations.length * rows <= cap) return
  const candidates = creations
    .map(({ operation, end }): Candidate => {
      const life = operation.created === undefined ? undefined : lives.get(operation.created)
      const isPut = operation.outcome === 'ok'
      const lost = Number.isFinite(end) ? (revokedAll.after(end)?.at ?? Infinity) : Infinity
      const gone = life
        ? Math.min(deadSince(life), refusals(life.sightings).byRow?.returned ?? Infinity)
        : operation.outcome === 'deny'
          ? end
          : lost
      return { creation: operation, written: end, gone, rows: isPut && rows === 1 ? 1 : rows }
    })
    .sort((a, b) => a.creation.invoked - b.creation.invoked)

  /** Rows that may exist, sorted by `written`. */
  let present: Candidate[] = []
  for (const candidate of candidates) {
    const now = candidate.creation.invoked
    present = present.filter(({ gone }) => gone >= now)
    present.splice(
      firstWhere(present, ({ written }) => written > candidate.written),
      0,
      candidate,
    )
    const newest = nthNewest(present, cap + 1)
    if (newest === undefined) continue
    for (const { creation } of present) {
      const life = creation.created === undefined ? undefined : lives.get(creation.created)
      if (life?.creation === creation && creation.invoked <= newest + slack) life.mayEnd = Math.min(life.mayEnd, now)
    }
    // The oldest may give way already, and no longer count for newer ones.
    if (present.length > 4 * (cap + 1)) present.splice(0, present.length - 3 * (cap + 1))
  }
}

/** The latest instant at which the nth newest row was written. */
function nthNewest(present: readonly Candidate[], n: number): Instant | undefined {
  let rows = 0
  for (let i = present.length - 1; i >= 0; i--) {
    const candidate = present[i]
    rows += candidate?.rows ?? 0
    if (rows >= n) return candidate?.written
  }
  return undefined
}

/** K8: a creation that overlaps no other leaves no more rows than the cap, also of rows that earlier creations left over. */
export function judgeCap(
  snapshot: Operation,
  { creations }: Account,
  { cap, isLive, tally }: { cap: number; isLive: (sid: Sid) => boolean; tally: Tally },
): void {
  const rows = (snapshot.rows ?? []).filter(({ sid }) => isLive(sid))
  const before = creations.filter(({ operation }) => operation.invoked < snapshot.returned)
  const last = before.reduce((a, b) => (a.operation.invoked < b.operation.invoked ? b : a), before[0] as Creation)
  if (cap === 0 || !last || last.operation.outcome !== 'ok' || !precedes(last.operation, snapshot)) return
  if (before.some(({ operation, end }) => operation !== last.operation && end >= last.operation.invoked)) return
  tally.trial('K8 cap')
  if (rows.length > cap)
    tally.violation('K8 cap', snapshot, [last.operation], `${rows.length} rows, with a session cap of ${cap}`)
}
