import type { Deadline } from './deadline.ts'
import type { Secret } from './secret.ts'
import type { Session, SessionId, SessionRow } from './session.ts'
import type { EpochSeconds } from './system.ts'
import type { Email, User, UserId } from './user.ts'

// Every seam of Coatcheck that a datastore, a hasher or a log stands behind, on one page; time and randomness, two
// functions, are in `system.ts`. All methods throw UnavailableError when the datastore fails, is too slow or
// answers with something that is not its own; none of them ever turns such a failure into "absent". All reads are
// strongly consistent unless said otherwise.

export type Consistency = 'strong' | 'eventual'

/** `gone`: no row, or one past its end. `superseded`: another request has renewed the session already. */
export type RenewalOutcome = 'renewed' | 'superseded' | 'gone'

/** `absent`: there was no row. `unknown`: a repeat of the call found none, and its first try may have deleted it. */
export type DeletionOutcome = 'deleted' | 'absent' | 'unknown'

/** Session rows, keyed by user and session. The adapters pass one contract: `tests/contract/session-store.ts`. */
export interface SessionStore {
  /**
   * Writes a new row and never overwrites one. One write, one attempt: a repeat whose first try lands late could bring
   * a deleted session back, so after a failure, a taken id included, the caller tries again under a fresh one.
   */
  create(row: SessionRow, deadline: Deadline): Promise<void>
  /** `undefined` when absent. May return an expired row: the caller decides. One read. */
  get(
    userId: UserId,
    sessionId: SessionId,
    deadline: Deadline,
    consistency?: Consistency,
  ): Promise<SessionRow | undefined>
  /**
   * Moves `lastSeenAt` and `expiresAt` if the row exists, is live at `lastSeenAt` and was last seen before; creates
   * nothing. One write, one attempt; one read more where the engine does not say why a condition failed.
   */
  renew(
    session: Session,
    to: { lastSeenAt: EpochSeconds; expiresAt: EpochSeconds },
    deadline: Deadline,
  ): Promise<RenewalOutcome>
  /** Deletes the row if there is one. One write. */
  delete(userId: UserId, sessionId: SessionId, deadline: Deadline): Promise<DeletionOutcome>
  /** Every row of the user, expired ones and ones of older epochs included. One Query a megabyte. */
  list(userId: UserId, deadline: Deadline): Promise<SessionRow[]>
  /**
   * Deletes the user's rows whose `userEpoch` is below `epoch`, until a full Query shows none; rows of `epoch` stay.
   * Returns those of them that were live at `now`. One write a row in batches of 25, and one Query a megabyte each pass.
   */
  deleteBelowEpoch(userId: UserId, epoch: number, now: EpochSeconds, deadline: Deadline): Promise<SessionId[]>
}

/** What a change of epoch changes besides. */
export type UserChange = Partial<Pick<User, 'passwordHash' | 'scopes' | 'status'>>

/** Users and the email pointers that make an email unique. */
export interface UserStore {
  /** `undefined` when absent. One read. */
  get(userId: UserId, deadline: Deadline): Promise<User | undefined>
  /** Whom the pointer of this email names, whether or not that user exists. One read. */
  getPointer(email: Email, deadline: Deadline): Promise<UserId | undefined>
  /** Writes a new user item. It is inert until a pointer leads to it. One write. */
  create(user: User, deadline: Deadline): Promise<void>
  /**
   * Points the email at the user if it is free or points at `instead`: the commit point of registration. Returns whom
   * it points at in the end. A repeat of one's own write counts as success. One write; when refused, one read more
   * where the engine does not say why.
   * @throws ConflictError when the email was taken a moment ago and is free again.
   */
  claimEmail(email: Email, userId: UserId, instead: UserId | undefined, deadline: Deadline): Promise<UserId>
  /** Deletes a user item; absent is fine. One write. */
  delete(userId: UserId, deadline: Deadline): Promise<void>
  /**
   * Ends an epoch: applies `change`, sets `epoch` to `from + 1` and marks the sweep as pending, if the epoch still is
   * `from`. `false` when it is not, unless the stored `changeId` shows that an earlier try of this write made it so.
   * One write; one read more where the engine does not say why a condition failed.
   */
  advanceEpoch(userId: UserId, from: number, changeId: string, change: UserChange, deadline: Deadline): Promise<boolean>
  /** Unmarks the sweep if the epoch still is this one; a later epoch's sweep stays marked. One write. */
  clearSweep(userId: UserId, epoch: number, deadline: Deadline): Promise<void>
}

export interface PasswordHasher {
  /** Format and cost are the hasher's own; the result names them. Takes CPU time, no datastore. */
  hash(password: Secret): Promise<string>
  /**
   * Exactly one verification of the configured cost, also for `undefined` (no such user) and for a stored hash that is
   * not well-formed: both are `false` after the same work.
   */
  verify(password: Secret, passwordHash: string | undefined): Promise<boolean>
}

/** Something an operator should know: one line of JSON, no secret in it, no email in the clear. */
export interface LogEntry {
  readonly level: 'warn' | 'error'
  readonly event: 'renewal_missed' | 'corrupt_item' | 'unavailable' | 'unexpected_error'
  readonly error?: unknown
  readonly [field: string]: unknown
}

export type Log = (entry: LogEntry) => void
