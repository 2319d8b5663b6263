import type { RevocationReason } from '../audit-events.ts'
import type { Deadline } from '../deadline.ts'
import type { SessionId } from '../session.ts'
import type { EpochSeconds } from '../system.ts'
import type { UserId } from '../user.ts'
import type { ActivityEvent } from './activity-events.ts'

/** Why a session ended: it was revoked, or one of its timeouts has passed. */
export type EndReason = RevocationReason | 'idle_timeout' | 'absolute_timeout'

/** Who acted: a user, or the command line, which does not know the person who uses it. */
export type Actor = UserId | 'command_line'

/** One thing that happened, named as in the log; `docs/activity.md` lists the events and their fields. */
export interface ActivityFact {
  readonly event: ActivityEvent
  /** Why: of `session_expired` an `EndReason`, of a failed sign-in the cause. */
  readonly reason?: string | undefined
  /** The sessions that were created or that ended. */
  readonly sessionIds?: readonly SessionId[] | undefined
  /** How many sessions ended, if that is more than `sessionIds` names. */
  readonly sessions?: number | undefined
  /** What an administrator did. */
  readonly action?: string | undefined
  /** The scopes before and after a change, separated by spaces. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** The user's status after a change. */
  readonly status?: string | undefined
  /** When an account that was locked is available again (RFC 3339). */
  readonly until?: string | undefined
  /** Who acted, if it was not the one who made the request: a later request finishes what an earlier one left. */
  readonly by?: Actor | undefined
}

/** Whose activity it is: a user's, or that of an account by its tag, which stands for an email address as it was typed. */
export type ActivitySubject = `user#${string}` | `account#${string}`

/** What one request did to one subject. It contains no secret, no hash of one and no email address. */
export interface ActivityEntry {
  readonly subject: ActivitySubject
  /** Orders the entries of a subject: the time, then random characters. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** Who acted, if it was not the subject. */
  readonly by?: Actor | undefined
  readonly ip?: string | undefined
  readonly userAgent?: string | undefined
  readonly facts: readonly ActivityFact[]
}

/** The part of a list that is asked for: the newest entries first. */
export interface ActivityPageRequest {
  /** The most entries of the page, 1 to 100. */
  readonly limit: number
  /** Only entries of this time or later. */
  readonly since?: EpochSeconds | undefined
  /** Only entries with facts of this event, with these alone. */
  readonly event?: ActivityEvent | undefined
  /** Where the page before has ended. */
  readonly cursor?: string | undefined
}

/** One page. With a filter it may have fewer entries than asked for; it is the last one if it has no `cursor`. */
export interface ActivityPage {
  readonly entries: readonly ActivityEntry[]
  readonly cursor?: string
}

/** How a session ended. */
export interface SessionEnd {
  readonly reason: EndReason
  /** Who revoked it, if it was not the user. */
  readonly by?: Actor
  readonly at: EpochSeconds
}

/**
 * Keeps what happened to users, for people to read; no decision rests on it. Entries expire. Every method throws
 * UnavailableError if the datastore fails or exceeds the deadline. Every implementation passes the contract in
 * `tests/contract/activity-store.ts`.
 */
export interface ActivityStore {
  /** Writes entries, each once: a retry writes the same item. One write an entry, in parallel. */
  record(entries: readonly ActivityEntry[], deadline: Deadline): Promise<void>
  /**
   * Lists a user's activity and, with `accountTag`, the failed sign-ins to the user's email address. One eventually
   * consistent Query for each of the two; with a filter up to five for each.
   */
  listOfUser(
    userId: UserId,
    page: ActivityPageRequest & { readonly accountTag?: string | undefined },
    deadline: Deadline,
  ): Promise<ActivityPage>
  /** Lists the activity of all users, through an eventually consistent index. Four Queries for a day, up to 14 days. */
  listRecent(page: ActivityPageRequest, deadline: Deadline): Promise<ActivityPage>
  /**
   * Returns how a session ended, if it was recorded after `since`; `undefined` otherwise. A Query for each megabyte
   * recorded since.
   */
  endOf(userId: UserId, sessionId: SessionId, since: EpochSeconds, deadline: Deadline): Promise<SessionEnd | undefined>
}

/** Erases the activity of one user; apart from `ActivityStore`, because no function but one may delete any. */
export interface ActivityEraser {
  /**
   * Deletes all entries of these subjects, until a strongly consistent Query finds none. A Query for each megabyte and
   * one more, and one delete an entry, in batches of 25. If it fails, what was deleted stays deleted.
   * @returns the number of deleted entries
   */
  erase(subjects: readonly ActivitySubject[], deadline: Deadline): Promise<number>
}
