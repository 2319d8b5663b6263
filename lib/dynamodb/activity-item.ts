import { createHash } from 'node:crypto'
import { isActivityEvent } from '../activity/activity-events.ts'
import type { ActivityEntry, ActivityFact, ActivitySubject } from '../activity/activity-store.ts'
import { COMMAND_LINE, isActor } from '../activity/actor.ts'
import { isCursor } from '../activity/pages.ts'
import { defined } from '../defined.ts'
import { numberAttribute } from './attribute.ts'
import type { Item } from './item.ts'

/** Partitions of the index for each day, so that none has to take all writes: each takes 1000 a second. */
export const SHARDS = 4

const DAY_LENGTH = '2026-11-30'.length
const INSTANT_LENGTH = '2026-11-30T00:00:00.000Z'.length
const DAY_SECONDS = 86_400

/** The index's partition of a day: `2026-11-30#2`. */
export const shardOf = (day: string, shard: number): string => `${day}#${shard}`

/** The day of an entry's id, in UTC. */
export const dayOf = (id: string): string => id.slice(0, DAY_LENGTH)

/** Encodes an entry, which expires after `days`. */
export function toActivityItem({ subject, id, at, by, ip, userAgent, facts }: ActivityEntry, days: number): Item {
  const [hash = 0] = createHash('sha256').update(`${subject} ${id}`).digest()
  return {
    subject: { S: subject },
    id: { S: id },
    shard: { S: shardOf(dayOf(id), hash % SHARDS) },
    expiresAt: numberAttribute(Math.floor(at / 1000) + days * DAY_SECONDS),
    ...(by === undefined ? {} : { by: { S: by } }),
    ...(ip === undefined ? {} : { ip: { S: ip } }),
    ...(userAgent === undefined ? {} : { userAgent: { S: userAgent } }),
    facts: { S: JSON.stringify(facts) },
  }
}

/** Decodes an entry; `undefined` for an item that Coatcheck cannot have written. */
export function fromActivityItem(item: Item): ActivityEntry | undefined {
  const subject = item.subject?.S
  const id = item.id?.S
  const by = item.by?.S
  const facts = parseFacts(item.facts?.S)
  if (subject === undefined || !isSubject(subject) || id === undefined || !id.includes('#') || !isCursor(id))
    return undefined
  if (facts === undefined || (by !== undefined && !isActor(by))) return undefined
  const source = defined({ by, ip: item.ip?.S, userAgent: item.userAgent?.S })
  return { subject, id, at: Date.parse(id.slice(0, INSTANT_LENGTH)), ...source, facts }
}

const isSubject = (text: string): text is ActivitySubject => /^(user|account)#[\w-]{1,64}$/.test(text)

function parseFacts(text = ''): ActivityFact[] | undefined {
  try {
    const facts: unknown = JSON.parse(text)
    return Array.isArray(facts) ? facts.filter(isFact) : undefined
  } catch {
    return undefined
  }
}

/** Another version of Coatcheck may have written facts that this one does not know. */
function isFact(value: unknown): value is ActivityFact {
  if (typeof value !== 'object' || value === null) return false
  const { event, sessionIds = [], by = COMMAND_LINE } = value as Record<string, unknown>
  if (!isActivityEvent(event) || typeof by !== 'string' || !isActor(by)) return false
  return Array.isArray(sessionIds) && sessionIds.every((id) => typeof id === 'string')
}
