import type { Instant, Operation } from '../history/operation.ts'
import type { Sighting } from './effect.ts'
import { deadSince, type Life } from './life.ts'

// A route that allows staleness may respond from a row that its process read up to that long ago, counted from the start
// of the read. A read that began after a revocation was acknowledged cannot see the row. Therefore:
//
// - K1 and K3 bind requests that are invoked more than the staleness after the acknowledgement. No margin for clocks is
//   needed: one clock measures the age.
// - K1 binds timeouts without allowance: the cached row holds them.
// - K2 binds without allowance: a cached row is used, the absence of a row is never cached.
// - K4 binds other processes after the staleness, since another process may have read the row just before it was deleted.
//   The process that refused handles one event at a time and has dropped its copy: it is bound at once.
// - K5 is bound by this K4. K6, K7 and K8 bind without allowance, and so do all rules on routes that allow none.

/** Whether routes made use of the staleness that they allow: otherwise nothing was tried. */
export interface Staleness {
  /** Acceptances invoked after an acknowledged revocation, within the staleness; and the latest of them after it. */
  late: number
  longest: Instant
  /** Requests to a strict route in a process whose lenient route would still have accepted the session. */
  tempted: number
}

export const noStaleness = (): Staleness => ({ late: 0, longest: 0, tempted: 0 })

export const allowedBy = ({ allowed = 0 }: Operation): Instant => allowed

/** By process, its first refusal of a session whose row was gone. */
export function refusalsByWorker(sightings: readonly Sighting[]): Map<string, Operation> {
  const first = new Map<string, Operation>()
  for (const { operation, accepted, byRow } of sightings) {
    const { worker, status, returned } = operation
    if (worker === undefined || accepted || !byRow || status === 403) continue
    if (returned < (first.get(worker)?.returned ?? Infinity)) first.set(worker, operation)
  }
  return first
}

export function noteStaleness(life: Life, staleness: Staleness): void {
  const since = deadSince(life)
  if (since === Infinity) return
  /** Until when each process may use its cached row. */
  const kept = new Map<string, Instant>()
  const after = life.sightings.filter(({ operation }) => operation.invoked > since)
  for (const { operation, accepted } of after.sort((a, b) => a.operation.invoked - b.operation.invoked)) {
    const { worker = '', invoked } = operation
    const until = since + allowedBy(operation)
    if (operation.allowed === undefined) {
      if (invoked <= (kept.get(worker) ?? -Infinity)) staleness.tempted++
      kept.delete(worker)
    } else if (accepted && invoked <= until) {
      staleness.late++
      staleness.longest = Math.max(staleness.longest, invoked - since)
      if (worker !== '') kept.set(worker, until)
    }
  }
}
