import { type Instant, type Operation, precedes, type Sid } from '../history/operation.ts'
import type { Account } from './account.ts'
import { firstWhere } from './ends.ts'
import { deadSince, type Lives, refusals } from './life.ts'
import type { Tally } from './verdict.ts'

type Creation = Account['creations'][number]

interface Candidate {
  readonly creation: Operation
  /** When its row was written at the latest. */
  readonly written: Instant
  /** When its row is gone for sure. */
  readonly gone: Instant
  readonly rows: number
}

/**
 * Notes on each session of a user from when on it may have given way to the cap: so many others that are not surely
 * older may have been there when another was created.
 * @param rows how many rows one creation may leave: more than one only where writes fail after they were applied
 * @param slack how far apart rows must be written so that their `createdAt` tells which is older
 */
export function noteCap(
  account: Account,
  lives: Lives,
  { cap, rows, slack }: { cap: number; rows: number; slack: Instant },
): void {
  const { creations, ended } = account
  if (cap === 0 || creations.length * rows <= cap) return
  const candidates = creations
    .map(({ operation, end }): Candidate => {
      const life = operation.created === undefined ? undefined : lives.get(operation.created)
      const isPut = operation.outcome === 'ok'
      const lost = Number.isFinite(end) ? (ended.after(end)?.at ?? Infinity) : Infinity
      const gone = life
        ? Math.min(deadSince(life), refusals(life.sightings).byRow?.returned ?? Infinity)
        : operation.outcome === 'deny'
          ? end
          : lost
      return { creation: operation, written: end, gone, rows: isPut && rows === 1 ? 1 : rows }
    })
    .sort((a, b) => a.creation.invoked - b.creation.invoked)

  /** What may be there, by `written`. */
  let there: Candidate[] = []
  for (const candidate of candidates) {
    const now = candidate.creation.invoked
    there = there.filter(({ gone }) => gone >= now)
    there.splice(
      firstWhere(there, ({ written }) => written > candidate.written),
      0,
      candidate,
    )
    const newest = nthNewest(there, cap + 1)
    if (newest === undefined) continue
    for (const { creation } of there) {
      const life = creation.created === undefined ? undefined : lives.get(creation.created)
      if (life?.creation === creation && creation.invoked <= newest + slack) life.mayEnd = Math.min(life.mayEnd, now)
    }
    // The oldest of so many have been excused, and count for none of the newer ones.
    if (there.length > 4 * (cap + 1)) there.splice(0, there.length - 3 * (cap + 1))
  }
}

/** When the nth newest row was written at the latest. */
function nthNewest(there: readonly Candidate[], n: number): Instant | undefined {
  let rows = 0
  for (let i = there.length - 1; i >= 0; i--) {
    const candidate = there[i]
    rows += candidate?.rows ?? 0
    if (rows >= n) return candidate?.written
  }
  return undefined
}

/**
 * K8. Whoever creates a session alone, after all others have come to their end, leaves no more rows than the cap: what
 * logins side by side or an interrupted one left over goes with the next.
 */
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
  tally.trial('K8 cap', snapshot)
  if (rows.length > cap)
    tally.violation('K8 cap', snapshot, [last.operation], `${rows.length} rows of ${cap} that there may be`)
}
