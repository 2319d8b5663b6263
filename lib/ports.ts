import type { AuditEvent, LogLevel } from './audit-events.ts'
import type { Deadline } from './deadline.ts'
import type { Secret } from './secret.ts'
import type { Session, SessionId, SessionRow } from './session.ts'
import type { EpochSeconds } from './system.ts'
import type { Email, Totp, User, UserId } from './user.ts'
import type { DatedChange, EpochChange } from './user-change.ts'

declare const brand: unique symbol

// Every seam of Coatcheck: stores, password hasher and log. Time and randomness, two functions, are in `system.ts`.
//
// Every method of a store throws UnavailableError if the datastore fails, exceeds the deadline or returns a foreign
// response; it never reports such a failure as "absent". Every read is strongly consistent unless stated otherwise.
// Every write is one atomic, conditional or unconditional, write of a single item. Costs count reads and writes of items.

/** The consistency of a read. An eventually consistent read costs half and may return a row that was just deleted. */
export type Consistency = 'strong' | 'eventual'

/** `gone`: no row, or an expired one. `superseded`: another request has already renewed the session. */
export type RenewalOutcome = 'renewed' | 'superseded' | 'gone'

/** `absent`: there was no row. `unknown`: a retry found no row, and the first attempt may have deleted it. */
export type DeletionOutcome = 'deleted' | 'absent' | 'unknown'

/**
 * Stores session rows, keyed by user and session. Every implementation passes the contract in
 * `tests/contract/session-store.ts`.
 * @example
 * ```ts
 * import type { SessionStore } from 'coatcheck'
 *
 * const readOnly = (store: SessionStore): Pick<SessionStore, 'get' | 'list'> => ({
 *   get: (...args) => store.get(...args),
 *   list: (...args) => store.list(...args),
 * })
 * ```
 */
export interface SessionStore {
  /**
   * Creates a row; never overwrites one. Makes a single attempt, because a retry that takes effect late could restore a
   * deleted session: after a failure, including an id already in use, the caller tries again with a new id. One write.
   * @throws UnavailableError if the id is in use, too.
   */
  create(row: SessionRow, deadline: Deadline): Promise<void>
  /** Returns the row, even if it has expired; `undefined` if there is none. One read. */
  get(
    userId: UserId,
    sessionId: SessionId,
    deadline: Deadline,
    consistency?: Consistency,
  ): Promise<SessionRow | undefined>
  /**
   * Sets `lastSeenAt` and `expiresAt` if the row exists, has not expired at `to.lastSeenAt` and was last seen before
   * that; never creates a row. Makes a single attempt. One write; one read more if the condition fails and the engine
   * does not return the stored row.
   */
  renew(
    session: Session,
    to: { lastSeenAt: EpochSeconds; expiresAt: EpochSeconds },
    deadline: Deadline,
  ): Promise<RenewalOutcome>
  /** Deletes the row if it exists; exactly one of several concurrent deletes of a row reports `deleted`. One write. */
  delete(userId: UserId, sessionId: SessionId, deadline: Deadline): Promise<DeletionOutcome>
  /** Returns all rows of the user, including expired ones and those of older epochs. One Query per megabyte. */
  list(userId: UserId, deadline: Deadline): Promise<SessionRow[]>
  /**
   * Deletes the user's rows whose `userEpoch` is below `epoch`, until a complete Query finds none. Each delete is atomic,
   * the whole is not. One write per row in batches of 25, and one Query per megabyte and pass.
   * @returns the ids of the deleted rows that had not expired at `now`
   */
  deleteBelowEpoch(userId: UserId, epoch: number, now: EpochSeconds, deadline: Deadline): Promise<SessionId[]>
}

export type { DatedChange, EpochChange, UserChange } from './user-change.ts'

/**
 * What the pointer of an email says. The user item decides: a pointer whose `claim` its user does not know leads to nobody,
 * and its email is free (docs/decisions/030).
 */
export interface PointerTarget {
  readonly userId: UserId
  /** A random text, new with each claim. Absent: a pointer of before there were claims. */
  readonly claim?: string | undefined
}

/** One page of users; `next` is the email that the next page starts after, absent on the last page. */
export interface UserPage {
  readonly users: User[]
  readonly next?: Email
}

/**
 * Stores users, and the email pointers that make an email unique. Every implementation passes the contract in
 * `tests/contract/user-store.ts`.
 */
export interface UserStore {
  // A store may omit `passwordHash` from the users it returns (`UserStoreOptions.omitPasswordHash`).

  /** Returns the user; `undefined` if there is none. One read. */
  get(userId: UserId, deadline: Deadline): Promise<User | undefined>
  /** Returns the user id in the email's pointer, whether or not that user exists or has that email. One read. */
  getPointer(email: Email, deadline: Deadline): Promise<UserId | undefined>
  /**
   * Creates a user, who cannot sign in until a pointer names the user. Makes a single attempt, because a retry that takes
   * effect late could restore a deleted user: after a failure the caller tries again with a new id. One write.
   * @throws UnavailableError if the id is in use, too.
   */
  create(user: User, deadline: Deadline): Promise<void>
  /**
   * Writes the email's pointer if there is none, or it is the same or `dead`. This commits a registration. A retry of an
   * applied write succeeds. One write; one read more if the condition fails and the engine does not return the stored
   * pointer.
   * @returns the pointer that is there now; `undefined` if it was another's a moment ago and is gone
   */
  claimEmail(
    email: Email,
    pointer: PointerTarget,
    dead: PointerTarget | undefined,
    deadline: Deadline,
  ): Promise<PointerTarget | undefined>
  /**
   * Deletes the user if the stored `changeId` is `changeId`, or if there is no such user. One write.
   * @returns `false` if the user was changed since
   */
  delete(userId: UserId, changeId: string, deadline: Deadline): Promise<boolean>
  /**
   * Applies `change`, increments `epoch`, sets `changeId` and marks the sweep as pending, if the stored `changeId` is
   * still `user.changeId`. One write; one read more if the condition fails and the engine does not return the stored
   * user.
   * @returns `false` if the user was changed since; `true` also if an earlier attempt of this write was applied
   */
  advanceEpoch(
    user: Pick<User, 'id' | 'epoch' | 'changeId'>,
    changeId: string,
    change: EpochChange,
    deadline: Deadline,
  ): Promise<boolean>
  /** Marks the sweep as done if the stored epoch is still `epoch`; a later epoch's sweep stays pending. One write. */
  clearSweep(userId: UserId, epoch: number, deadline: Deadline): Promise<void>
  /**
   * Applies a change that revokes no session and sets `changeId` to `to`, if the stored `changeId` is `from`. One write;
   * one read more if the condition fails and the engine does not return the stored user.
   * @returns `false` if the user was changed since; `true` also if an earlier attempt of this write was applied
   */
  update(userId: UserId, from: string, to: string, change: DatedChange, deadline: Deadline): Promise<boolean>
  /**
   * Stores a new hash of the same password if the stored hash is `from`; changes neither `epoch` nor `changeId`. One
   * write; one read more if the condition fails and the engine does not return the stored user.
   * @returns `false` if the password was changed since
   */
  replacePasswordHash(userId: UserId, from: string, to: string, deadline: Deadline): Promise<boolean>
  /**
   * Uses up a step of the user's authenticator app: sets `totpStep`, and the secret as sealed in `totp`, if the app
   * is still `totp` and no later or equal step was used. Changes neither `epoch` nor `changeId`. One write; one read more if the condition fails and the engine
   * does not return the stored user.
   * @param mark a new random text for each request, by which a retry recognizes its own success
   * @returns `false` if the step was used
   */
  useTotpStep(userId: UserId, totp: Totp, step: number, mark: string, deadline: Deadline): Promise<boolean>
  /**
   * Uses up a recovery code: removes its hash if the user has it. Costs and `mark` as `useTotpStep`.
   * @returns `false` if the user has no such code any more
   */
  useRecoveryCode(userId: UserId, codeHash: string, mark: string, deadline: Deadline): Promise<boolean>
  /**
   * Records the use of a passkey that the user has: if `count` is above zero, sets the counter, if none is stored or a
   * lower one; and sets the time of the use. Costs and `mark` as `useTotpStep`.
   * @returns `false` if the user no longer has the passkey, or the counter was not below `count`
   */
  usePasskey(
    userId: UserId,
    passkeyId: string,
    use: { readonly count: number; readonly at: EpochSeconds },
    mark: string,
    deadline: Deadline,
  ): Promise<boolean>
  /** Deletes the email's pointer if it is this one, which frees the email. One write. */
  releaseEmail(email: Email, pointer: PointerTarget, deadline: Deadline): Promise<void>
  /**
   * Returns up to `limit` (1 to 100) users that a pointer names, in the order of the table, starting after the pointer of
   * `after`. Reads page by page: each page is one Scan and one batch of user reads, strongly consistent.
   */
  list(page: { limit: number; after?: Email | undefined }, deadline: Deadline): Promise<UserPage>
}

/** The key of an attempt counter or a mark: an HMAC, never the text a person typed. */
export type AttemptKey = string & { readonly [brand]: 'AttemptKey' }

/** How many attempts a counter allows in a round, and how long a round lasts. */
export interface AttemptBudget {
  /** Attempts per round. */
  readonly limit: number
  /** The length of the first round. */
  readonly windowSeconds: number
  /**
   * `false`: a round lasts one window from its first attempt. `true`: it lasts one window from its last attempt, and each
   * further round without a `reset` doubles the window, up to a day.
   */
  readonly windowDoubles: boolean
}

/** The outcome of `AttemptStore.reserve`. */
export interface AttemptOutcome {
  /** Whether the attempt was counted and may be made. */
  readonly isGranted: boolean
  /** How many further attempts the round allows. */
  readonly left: number
  /** When the round is over and all attempts are available again. */
  readonly opensAt: EpochSeconds
}

/**
 * Stores attempt counters and marks of known sources. Each is an item of its own that expires, so that filling one
 * counter never evicts another. Every implementation passes the contract in `tests/contract/attempt-store.ts`.
 */
export interface AttemptStore {
  /**
   * Counts one attempt, atomically: of any number of parallel calls, at most `budget.limit` succeed in a round. A retry
   * may count the attempt twice, never zero times. One write; one or two writes or reads more when a round is full or
   * over.
   */
  reserve(key: AttemptKey, budget: AttemptBudget, now: EpochSeconds, deadline: Deadline): Promise<AttemptOutcome>
  /** Takes one attempt off the count, at most once: a single attempt at one write. */
  release(key: AttemptKey, deadline: Deadline): Promise<void>
  /**
   * Deletes the counter: all attempts are available and the window has its first length. A single attempt at one write.
   * @returns whether the counter existed
   */
  reset(key: AttemptKey, deadline: Deadline): Promise<boolean>
  /** Returns when the mark expires; 0 if there is none. One read. */
  getMark(key: AttemptKey, deadline: Deadline): Promise<EpochSeconds>
  /** Sets a mark that expires at `until`. One write. */
  setMark(key: AttemptKey, until: EpochSeconds, deadline: Deadline): Promise<void>
}

/**
 * The result of a password verification. `outdated`: right, but the stored hash should be replaced. `unreadable`: the
 * stored hash is malformed.
 */
export type Verification = 'right' | 'outdated' | 'wrong' | 'unreadable'

/** Hashes and verifies passwords. Both methods take CPU time and make no datastore call. */
export interface PasswordHasher {
  /** Hashes a password in NFC; the result names its format and cost. */
  hash(password: Secret): Promise<string>
  /**
   * Verifies a password in the time of one verification at the configured cost, whatever the stored hash: also for
   * `undefined` (no such user, or no password: `wrong`), a hash of a lower cost and a malformed one. A hash of another
   * system may take longer. A password that is not in NFC takes two verifications.
   * @param password as typed
   */
  verify(password: Secret, passwordHash: string | undefined): Promise<Verification>
}

/** One log entry; it contains no secret and no email in clear text. */
export interface LogEntry {
  readonly level: LogLevel
  readonly event: AuditEvent
  readonly error?: unknown
  readonly [field: string]: unknown
}

/**
 * Receives log entries; never throws and never waits.
 * @example
 * ```ts
 * import type { Log } from 'coatcheck'
 *
 * const log: Log = ({ event, level, ...fields }) => console.error(level, event, fields)
 * ```
 */
export type Log = (entry: LogEntry) => void
