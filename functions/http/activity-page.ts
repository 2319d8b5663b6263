import { ACTIVITY_EVENTS } from '../../lib/activity/activity-events.ts'
import type { ActivityEntry, ActivityPage, ActivityPageRequest } from '../../lib/activity/activity-store.ts'
import { isCursor } from '../../lib/activity/pages.ts'
import { defined } from '../../lib/defined.ts'
import { InvalidRequestError } from '../../lib/errors.ts'
import { activityJson } from '../../lib/http/activity-json.ts'
import { parseInstant } from '../../lib/instant.ts'
import { json } from './answer.ts'

/** The query parameters of the routes that list activity. */
export const ACTIVITY_QUERY = ['since', 'event', 'limit', 'cursor'] as const

const LIMIT = 50
const MAX_LIMIT = 100

/** @throws InvalidRequestError naming the invalid parameter */
export function activityPageRequest(query: Readonly<Record<string, string | undefined>>): ActivityPageRequest {
  const { since, event, limit = String(LIMIT), cursor } = query
  if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_LIMIT)
    throw invalid('limit', `expected a whole number from 1 to ${MAX_LIMIT}`)
  const sinceSeconds = since === undefined ? undefined : parseInstant(since)
  if (since !== undefined && sinceSeconds === undefined)
    throw invalid('since', 'expected a time with its offset, such as 2026-11-30T12:00:00Z')
  const listed = ACTIVITY_EVENTS.find((each) => each === event)
  if (event !== undefined && !listed) throw invalid('event', `expected one of: ${ACTIVITY_EVENTS.join(', ')}`)
  activityCursor({ cursor })
  return { limit: Number(limit), ...defined({ since: sinceSeconds, event: listed, cursor }) }
}

/** @throws InvalidRequestError for a cursor that no response can have had */
export function activityCursor({ cursor }: Readonly<Record<string, string | undefined>>): string | undefined {
  if (cursor !== undefined && !isCursor(cursor)) throw invalid('cursor', 'expected the cursor of an earlier response')
  return cursor
}

/** The response with one page. */
export function activityAnswer({ entries, cursor }: ActivityPage) {
  return json(200, { activity: entries.flatMap(activityJson), ...defined({ cursor }) })
}

/** The entry without the address and browser of another user, who is an administrator. */
export function withoutOthersSource(entry: ActivityEntry): ActivityEntry {
  if (entry.by === undefined) return entry
  const { ip: _ip, userAgent: _userAgent, ...rest } = entry
  return rest
}

function invalid(pointer: string, detail: string): InvalidRequestError {
  return new InvalidRequestError('The query is invalid. `errors` says what each parameter must be.', [
    { pointer, detail },
  ])
}
