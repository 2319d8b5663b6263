import type { Users } from '../accounts/users.ts'
import type { ActivityEntry, ActivityStore } from '../activity/activity-store.ts'
import type { Deadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import { NotFoundError } from '../errors.ts'
import type { SessionStore } from '../ports.ts'
import type { Session } from '../session.ts'
import { toSession } from '../sessions/to-session.ts'
import { type Clock, systemClock } from '../system.ts'
import type { AttemptKeys } from '../throttling/attempt-keys.ts'
import { type RateLimit, type RateLimitSource, readRateLimits } from '../throttling/rate-limits.ts'
import type { User, UserId } from '../user.ts'

/** A part of what is stored about a user: the first page has all but the rest of the activity, the others have that. */
export interface ExportPage {
  /** Absent after the first page, and for a user who was deleted. */
  readonly user?: User
  /** The rows of the table, expired ones too. Absent after the first page. */
  readonly sessions?: readonly Session[]
  /** Absent after the first page, for a user who was deleted, and without a pepper. */
  readonly rateLimits?: readonly RateLimit[]
  /** The newest first. */
  readonly activity: readonly ActivityEntry[]
  /** Leads to the next page; absent on the last one. */
  readonly cursor?: string
}

/** The tables that an export reads. */
export interface ExportSources {
  readonly users: Pick<Users, 'get'>
  readonly sessions: Pick<SessionStore, 'list'>
  readonly activity: Pick<ActivityStore, 'listOfUser'>
  /** Absent without a pepper: neither counters nor failed sign-ins are found then, whose keys are made with it. */
  readonly attempts?: RateLimitSource & { readonly keys: Pick<AttemptKeys, 'accountTag'> }
}

/** The most entries of a page, each at most about 15 KB. */
const PAGE_SIZE = 100
/** The most addresses whose counters are read. */
const MAX_ADDRESSES = 100

/**
 * Reads one page of what is stored about a user. The first page costs one read, one Query of the sessions per megabyte, two
 * Queries of the activity, and one read for each counter; the others one read and two Queries.
 * @param cursor of the page before
 * @throws NotFoundError if there is neither a user nor anything else under this id
 */
export async function exportUser(
  { users, sessions, activity, attempts }: ExportSources,
  userId: UserId,
  cursor: string | undefined,
  deadline: Deadline,
  clock: Clock = systemClock,
): Promise<ExportPage> {
  const user = await users.get(userId, deadline)
  const accountTag = user && attempts?.keys.accountTag(user.email)
  const request = { limit: PAGE_SIZE, ...defined({ cursor, accountTag }) }
  const [rows, page] = await Promise.all([
    cursor === undefined ? sessions.list(userId, deadline) : undefined,
    activity.listOfUser(userId, request, deadline),
  ])
  const found = { activity: page.entries, ...defined({ cursor: page.cursor }) }
  if (!rows) return found
  if (!user && rows.length === 0 && page.entries.length === 0)
    throw new NotFoundError('Nothing is stored about a user with this id. List the users to see their ids.')
  const ips = [...new Set(rows.map(({ ip }) => ip))].slice(0, MAX_ADDRESSES)
  const rateLimits = user && attempts && (await readRateLimits(attempts, user, ips, clock(), deadline))
  return { ...defined({ user, rateLimits }), sessions: rows.map(toSession), ...found }
}
