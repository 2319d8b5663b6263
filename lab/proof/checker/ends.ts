import type { Instant, Operation } from '../history/operation.ts'

// Operations that end many sessions, in an order that answers in logarithmic time which of them concern one session.

/** Something that is over for sure at an instant, by the operation that proves it. */
export interface End {
  readonly invoked: Instant
  readonly at: Instant
  readonly operation: Operation
}

export type SureEnds = ReturnType<typeof sureEnds>

/** Ends that were acknowledged. */
export function sureEnds(ends: readonly End[]) {
  const sorted = ends.toSorted((a, b) => a.invoked - b.invoked)
  const soonest = [...sorted]
  for (let i = soonest.length - 2; i >= 0; i--) {
    const [own, later] = [soonest[i], soonest[i + 1]]
    if (own && later && later.at < own.at) soonest[i] = later
  }
  const firstAfter = (instant: Instant) => firstWhere(sorted, ({ invoked }) => invoked > instant)
  return {
    /** Of those invoked after an instant, the one that was acknowledged first. */
    after: (instant: Instant): End | undefined => soonest[firstAfter(instant)],
    /** Those invoked after `from` and not after `to`. */
    between: (from: Instant, to: Instant): readonly End[] => sorted.slice(firstAfter(from), firstAfter(to)),
  }
}

/** A stretch in which something may have taken effect. */
export interface Span {
  readonly invoked: Instant
  readonly end: Instant
  readonly operation: Operation
}

export type Spans = ReturnType<typeof spans>

/** Operations that may have acted at some time in their span. */
export function spans(all: readonly Span[]) {
  const sorted = all.toSorted((a, b) => a.invoked - b.invoked)
  // The latest end of all up to each.
  const latest: Instant[] = []
  for (const { end } of sorted) latest.push(Math.max(latest.at(-1) ?? -Infinity, end))
  return {
    /** The latest end of those invoked at an instant or before. */
    latestEnd: (instant: Instant): Instant =>
      latest[firstWhere(sorted, ({ invoked }) => invoked > instant) - 1] ?? -Infinity,

    /**
     * When the first of them began that may have acted on what `creation` made; not `creation` itself. One that was
     * under way already may have acted at once.
     */
    firstFor(creation: Operation): Instant {
      let next = firstWhere(sorted, ({ invoked }) => invoked >= creation.invoked)
      if ((latest[next - 1] ?? -Infinity) >= creation.invoked) return -Infinity
      while (sorted[next]?.operation === creation) next++
      return sorted[next]?.invoked ?? Infinity
    },
  }
}

/** The first index at which a test holds that goes on holding from there; the length where it never does. */
export function firstWhere<Item>(sorted: readonly Item[], test: (item: Item) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (test(sorted[middle] as Item)) high = middle
    else low = middle + 1
  }
  return low
}
