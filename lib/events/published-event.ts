import type { RevocationReason } from '../audit-events.ts'
import { defined } from '../defined.ts'
import { rfc3339 } from '../instant.ts'
import type { EpochSeconds } from '../system.ts'
import type { UserId } from '../user.ts'

// What is published, in the shape of docs/events.md, which a test compares.

/** The version of the details below; another one means that a field was removed or has another meaning. */
export const EVENT_VERSION = 1

/** The types of events: `detail-type` on the bus. */
export type EventType =
  | 'session.created'
  | 'session.revoked'
  | 'session.expired'
  | 'user.disabled'
  | 'user.deleted'
  | 'password.changed'

/** An event that is about to be published. */
export interface PublishedEvent {
  readonly type: EventType
  readonly at: EpochSeconds
  readonly detail: EventDetail
}

/** The fields that all events have. */
export interface EventDetail {
  readonly version: typeof EVENT_VERSION
  /** The same for each delivery of the same event. */
  readonly id: string
  readonly stage: string
  readonly at: string
  readonly userId: UserId
  readonly [field: string]: unknown
}

/** Who requested something: a user, or an administrator at the command line, who has no user id. */
export type Actor = UserId | 'command_line'

/** Why a session ended or a user was changed, and who requested it. */
export interface Ending {
  readonly reason: RevocationReason | 'unknown'
  readonly by?: Actor | undefined
}

/** Creates an event; fields that are `undefined` are left out. `happened` names what happened, once and for all. */
export function publishedEvent(
  type: EventType,
  { userId, at, stage, happened }: { userId: UserId; at: EpochSeconds; stage: string; happened: string },
  fields: Readonly<Record<string, unknown>> = {},
): PublishedEvent {
  const id = `${happened}.${type}`
  return { type, at, detail: { version: EVENT_VERSION, id, stage, at: rfc3339(at), userId, ...defined(fields) } }
}

/** The fields that tell why something ended: `by` is left out if nothing tells who requested it. */
export function endingFields({ reason, by }: Ending, userId: UserId) {
  return {
    reason,
    by: by && (by === userId ? 'user' : 'administrator'),
    actorId: by === 'command_line' ? undefined : by,
  }
}
