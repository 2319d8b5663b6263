import type { ActivityEntry, ActivityPage, ActivityPageRequest } from './activity-store.ts'

/** The newest entries before an id, and the id before which the next ones are; without it there are no others. */
export interface NewestEntries {
  readonly entries: readonly ActivityEntry[]
  readonly next?: string | undefined
}

/** Reads up to `limit` entries before an id, or the newest of all. */
export type ReadNewest = (before: string | undefined, limit: number) => Promise<NewestEntries>

/** The newest of several sorted lists, of each of which as many were read as are wanted. */
export function mergeNewest(
  lists: readonly { readonly entries: readonly ActivityEntry[]; readonly hasMore: boolean }[],
  limit: number,
): { entries: ActivityEntry[]; hasMore: boolean } {
  const all = lists.flatMap(({ entries }) => entries).sort((a, b) => (a.id < b.id ? 1 : -1))
  return { entries: all.slice(0, limit), hasMore: all.length > limit || lists.some(({ hasMore }) => hasMore) }
}

/**
 * Collects one page, reading at most `maxReads` times: with a filter, a page may end before it is full, and its cursor
 * leads on.
 */
export async function collectPage(
  read: ReadNewest,
  { limit, event, cursor }: ActivityPageRequest,
  maxReads: number,
): Promise<ActivityPage> {
  const collected: ActivityEntry[] = []
  let before = cursor
  for (let reads = 0; reads < maxReads; reads++) {
    const { entries, next } = await read(before, limit)
    for (const [index, entry] of entries.entries()) {
      const facts = event === undefined ? entry.facts : entry.facts.filter((fact) => fact.event === event)
      if (facts.length === 0) continue
      collected.push({ ...entry, facts })
      if (collected.length < limit) continue
      const isLast = index === entries.length - 1 && next === undefined
      return isLast ? { entries: collected } : { entries: collected, cursor: entry.id }
    }
    if (next === undefined) return { entries: collected }
    before = next
  }
  return before === undefined ? { entries: collected } : { entries: collected, cursor: before }
}

const CURSOR = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z(#[\w-]{8})?$/

/** Whether a text can be the cursor of a page. */
export function isCursor(text: string): boolean {
  return CURSOR.test(text) && !Number.isNaN(Date.parse(text.slice(0, 24)))
}
