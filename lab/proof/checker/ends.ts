import type { Instant, Operation } from '../history/operation.ts'

// Operations that revoke many sessions, sorted so that those which concern one session are found in logarithmic time.

/** A revocation that has certainly taken effect at an instant, and the operation that proves it. */
export interface End {
  readonly invoked: Instant
  readonly at: Instant
  readonly operation: Operation
}

export type SureEnds = ReturnType<typeof sureEnds>

export function sureEnds(ends: readonly End[]) {
  const sorted = ends.toSorted((a, b) => a.invoked - b.invoked)
  const soonest = [...sorted]
  for (let i = soonest.length - 2; i >= 0; i--) {
    const [own, later] = [soonest[i], soonest[i + 1]]
    if (own && later && later.at < own.at) soonest[i] = later
  }
  const firstAfter = (instant: Instant) => firstWhere(sorted, ({ invoked }) => invoked > instant)
  return {
    /** The first to be acknowledged of those invoked after an instant. */
    after: (instant: Instant): End | undefined => soonest[firstAfter(instant)],
    /** Those invoked after `from` and not after `to`. */
    between: (from: Instant, to: Instant): readonly End[] => sorted.slice(firstAfter(from), firstAfter(to)),
  }
}

/** The time in which an operation may have taken effect. */
export interface Span {
  readonly invoked: Instant
  readonly end: Instant
  readonly operation: Operation
}

export type Spans = ReturnType<typeof spans>

export function spans(all: readonly Span[]) {
  const sorted = all.toSorted((a, b) => a.invoked - b.invoked)
  // At each index, the latest end up to it.
  const latest: Instant[] = []
  for (const { end } of sorted) latest.push(Math.max(latest.at(-1) ?? -Infinity, end))
  return {
    /** The latest end of the spans that began at an instant or before. */
    latestEnd: (instant: Instant): Instant =>
      latest[firstWhere(sorted, ({ invoked }) => invoked > instant) - 1] ?? -Infinity,

    /** When the first other operation began that may have acted on what `creation` made: -Infinity if it overlaps. */
    firstFor(creation: Operation): Instant {
      let next = firstWhere(sorted, ({ invoked }) => invoked >= creation.invoked)
      if ((latest[next - 1] ?? -Infinity) >= creation.invoked) return -Infinity
      while (sorted[next]?.operation === creation) next++
      return sorted[next]?.invoked ?? Infinity
    },
  }
}

/** Binary search: the first index from which the test holds, or the length. */
export function firstWhere<Item>(sorted: readonly Item[], test: (item: Item) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (test(sorted[middle] as Item)) high = middle
    else low = middle + 1
  }
  return low
}
