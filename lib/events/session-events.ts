import { rfc3339 } from '../instant.ts'
import { timeoutOf } from '../session.ts'
import type { SessionChange } from './change.ts'
import { type Ending, endingFields, type PublishedEvent, publishedEvent } from './published-event.ts'

/** Whether the row was deleted after its end: by TTL, or by a request that cleans up. */
export function isExpired({ session, at, isExpiry }: SessionChange): boolean {
  return isExpiry || timeoutOf(session).at <= at
}

/** The event of a session row that was created. */
export function sessionCreated({ session, at }: SessionChange, stage: string): PublishedEvent {
  const { id, userId, scopes, endsAt, replaced } = session
  return publishedEvent(
    'session.created',
    { userId, at, stage, happened: id },
    { sessionId: id, scopes, endsAt: rfc3339(endsAt), replaces: replaced[0] },
  )
}

/** The event of a session row that was deleted before its end. */
export function sessionRevoked({ session, at }: SessionChange, ending: Ending, stage: string): PublishedEvent {
  const { id, userId } = session
  const fields = { sessionId: id, ...endingFields(ending, userId) }
  return publishedEvent('session.revoked', { userId, at, stage, happened: id }, fields)
}

/** The event of a session row that was deleted after its end; dated by its end, because TTL deletes days late. */
export function sessionExpired({ session }: SessionChange, stage: string): PublishedEvent {
  const { id, userId } = session
  const { reason, at } = timeoutOf(session)
  return publishedEvent('session.expired', { userId, at, stage, happened: id }, { sessionId: id, reason })
}
