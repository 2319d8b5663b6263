import type { AuditEvent } from './audit.ts'
import type { Deadline } from './deadline.ts'
import type { Secret } from './secret.ts'
import type { Session, SessionId, SessionRow } from './session.ts'
import type { EpochSeconds } from './system.ts'
import type { Email, User, UserId } from './user.ts'

declare const brand: unique symbol

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

/** What an administrator, or the user, may change of a user. */
export type UserChange = Partial<Pick<User, 'name' | 'passwordHash' | 'scopes' | 'status'>>

/** Some users, and the email to go on after; none when these are the last. */
export interface UserPage {
  readonly users: User[]
  readonly next?: Email
}

/** Users and the email pointers that make an email unique. */
export interface UserStore {
  /** `undefined` when absent. One read. */
  get(userId: UserId, deadline: Deadline): Promise<User | undefined>
  /** Whom the pointer of this email names, whether or not that user exists. One read. */
  getPointer(email: Email, deadline: Deadline): Promise<UserId | undefined>
  /**
   * Writes a new user item, inert until a pointer leads to it. One write, one attempt: a repeat whose first try lands
   * late could bring a deleted user back, so after a failure the caller tries again under a fresh id.
   */
  create(user: User, deadline: Deadline): Promise<void>
  /**
   * Points the email at the user if it is free or points at `instead`: the commit point of registration. Returns whom
   * it points at in the end; `undefined` when it was somebody's a moment ago and is free again. A repeat of one's own
   * write counts as success. One write; when refused, one read more where the engine does not say why.
   */
  claimEmail(email: Email, userId: UserId, instead: UserId | undefined, deadline: Deadline): Promise<UserId | undefined>
  /**
   * Deletes a user item if its `changeId` still is this one; absent is fine. `false` when somebody has changed the user
   * since. One write.
   */
  delete(userId: UserId, changeId: string, deadline: Deadline): Promise<boolean>
  /**
   * Ends an epoch: applies `change`, sets `epoch` to the next and `changeId` to this one, and marks the sweep as
   * pending, if the stored `changeId` still is the user's: nobody has changed anything of the user since. `false` when
   * it is not, unless it shows that an earlier try of this write made it so. One write; one read more where the engine
   * does not say why a condition failed.
   */
  advanceEpoch(
    user: Pick<User, 'id' | 'epoch' | 'changeId'>,
    changeId: string,
    change: UserChange,
    deadline: Deadline,
  ): Promise<boolean>
  /** Unmarks the sweep if the epoch still is this one; a later epoch's sweep stays marked. One write. */
  clearSweep(userId: UserId, epoch: number, deadline: Deadline): Promise<void>
  /**
   * A change that ends no session: applies it and sets `changeId` to `to`, if `changeId` still is `from`. `false` when
   * it is not, unless the stored one is `to`: then an earlier try of this write made it so. One write; one read more
   * where the engine does not say why a condition failed.
   */
  update(userId: UserId, from: string, to: string, change: UserChange, deadline: Deadline): Promise<boolean>
  /**
   * Stores the same password in another form, if the stored hash still is `from`; touches neither epoch nor `changeId`.
   * A change of password meanwhile wins: then `false`. One write.
   */
  replacePasswordHash(userId: UserId, from: string, to: string, deadline: Deadline): Promise<boolean>
  /** Deletes the pointer of an email if it names this user: the email is free. One write. */
  releaseEmail(email: Email, userId: UserId, deadline: Deadline): Promise<void>
  /**
   * Up to `limit` users, from 1 to 100, that a pointer leads to, in the table's own order, after the pointer of `after`.
   * Reads the table page by page (Scan), and the users of each page in one batch, strongly consistent.
   */
  list(page: { limit: number; after?: Email | undefined }, deadline: Deadline): Promise<UserPage>
}

/** The key of a counter: an HMAC, never what somebody typed. */
export type AttemptKey = string & { readonly [brand]: 'AttemptKey' }

/** How many slots a counter has, and when they come back. */
export interface AttemptBudget {
  readonly slots: number
  /** How long a round of slots lasts. */
  readonly windowSeconds: number
  /**
   * `false`: a round lasts one window from its first slot, then all slots are back. `true`: it lasts one window from its
   * last slot, and the window of each further round without a `clear` is twice as long, up to a day.
   */
  readonly grows: boolean
}

/** Counters of attempts and marks of sources, each an item of its own that expires: nobody's fill evicts another's. */
export interface AttemptStore {
  /**
   * Takes one slot, atomically: of any number of calls at once no more succeed than there are slots. Returns 0, or the
   * seconds until there are slots again, from 1 up. One write; at the end of a round, or when there is none left, one
   * write or read more. A repeat of the write may take two slots, never none.
   */
  take(key: AttemptKey, budget: AttemptBudget, now: EpochSeconds, deadline: Deadline): Promise<number>
  /** Gives one slot back, at most once: one write, one attempt. */
  giveBack(key: AttemptKey, deadline: Deadline): Promise<void>
  /**
   * All slots are there again, and the window is as short as at first. Says whether any had been taken. One write, one
   * attempt.
   */
  clear(key: AttemptKey, deadline: Deadline): Promise<boolean>
  /** Until when a mark holds, 0 when there is none. One read. */
  markedUntil(key: AttemptKey, deadline: Deadline): Promise<EpochSeconds>
  /** Sets a mark that holds until then. One write. */
  mark(key: AttemptKey, until: EpochSeconds, deadline: Deadline): Promise<void>
}

/** `outdated`: right, and stored in a form to be replaced. `unreadable`: nothing that could be verified is stored. */
export type Verification = 'right' | 'outdated' | 'wrong' | 'unreadable'

export interface PasswordHasher {
  /** Format and cost are the hasher's own; the result names them. Takes CPU time, no datastore. */
  hash(password: Secret): Promise<string>
  /**
   * Exactly one verification of the configured cost, also for `undefined` (no such user, or one without a password:
   * `wrong`), for a stored hash of a lower cost, and for one that is not well-formed.
   */
  verify(password: Secret, passwordHash: string | undefined): Promise<Verification>
}

/** What happened, and to whom: one line of JSON, no secret in it, no email in the clear. Vocabulary: `audit.ts`. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error'
  readonly event: AuditEvent
  readonly error?: unknown
  readonly [field: string]: unknown
}

/** Takes one entry; never throws and never waits. */
export type Log = (entry: LogEntry) => void
