import type { Instant, Operation } from '../history/operation.ts'
import type { Sighting } from './effect.ts'
import { deadSince, type Life } from './life.ts'

// A route may allow a staleness of so many seconds: its process may then answer from what it read so long ago at most,
// counted from when the read began. Whoever has ended a session and been told so knows that such a read began before;
// so these routes are bound as follows, and the others, of the same process too, as if there were no such route:
//
// - K1 and K3 hold for what is asked for more than the staleness after the acknowledgement. Nothing needs to be added
//   for clocks: the age is measured by one clock, which all processes here share.
// - K1 of a session's own end holds as ever: its instants are in the row that was kept.
// - K2 holds as ever: what has been read is reused, that there was nothing never is.
// - K4 holds past the staleness: there was no row when somebody was refused, but another process may have read it just
//   before. In the process that refused it holds at once: that takes one event at a time, and has
//   forgotten what it kept.
// - K5 is bound by that K4; K6, K7 and K8 hold as ever. A refusal by such a route is a refusal like any other's.

/** Whether the routes that allow a staleness have made use of it: where they have not, nothing has been tried. */
export interface Staleness {
  /** Acceptances asked for after an acknowledged end and within what was allowed, and the latest of them after it. */
  late: number
  longest: Instant
  /** In the same process a route that allows none was asked next, while the other would still have accepted. */
  tempted: number
}

export const noStaleness = (): Staleness => ({ late: 0, longest: 0, tempted: 0 })

/** How old what an answer goes by may be. */
export const allowedBy = ({ allowed = 0 }: Operation): Instant => allowed

/** By process, the first that it refused because there was no row any more. */
export function refusalsByWorker(sightings: readonly Sighting[]): Map<string, Operation> {
  const first = new Map<string, Operation>()
  for (const { operation, accepted, byRow } of sightings) {
    const { worker, status, returned } = operation
    if (worker === undefined || accepted || !byRow || status === 403) continue
    if (returned < (first.get(worker)?.returned ?? Infinity)) first.set(worker, operation)
  }
  return first
}

/** Adds what was seen of a session. */
export function noteStaleness(life: Life, staleness: Staleness): void {
  const since = deadSince(life)
  if (since === Infinity) return
  /** Until when each process may use what it kept. */
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
