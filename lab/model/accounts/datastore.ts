import type { Answer, Play, Write } from './call.ts'
import { type Condition, holds, type Item, updated } from './item.ts'
import type { Seen } from './seen.ts'

// What a step does to a state.

/** Two levels deep: what lies deeper is never changed. */
const copyOf = (seen: Seen): Seen => {
  const copy: Record<string, unknown> = { ...seen }
  for (const [name, value] of Object.entries(seen))
    if (Array.isArray(value)) copy[name] = value.slice()
    else if (typeof value === 'object') copy[name] = { ...value }
  return copy as unknown as Seen
}

/** States share what the observer knows until one of them changes it. */
export function own(play: Play): Seen {
  play.seenText = ''
  play.seen = copyOf(play.seen)
  return play.seen
}

/** Applies a write if its conditions hold. */
export function applyWrite(play: Play, write: Write): Answer {
  const old = play.store[write.key]
  if (!write.only.every((condition) => holds(condition, old))) return { applied: false, old }
  let now: Item | undefined
  if (write.kind === 'put') now = write.item
  else if (write.kind === 'update') now = updated(old, write.parts)
  const { [write.key]: _, ...others } = play.store
  play.storeText = ''
  play.store = now ? { ...others, [write.key]: now } : others
  if (write.landed) write.landed(own(play), now, old, play)
  return { applied: true }
}

/** No `changeId` ever comes back. */
const isUnique = (condition: Condition) => 'equals' in condition && condition.path === 'changeId'
/** Whether a late write can never have an effect any more. */
export const isSpent = ({ store }: Play, { key, only }: Write) =>
  only.some((condition) => isUnique(condition) && !holds(condition, store[key]))
