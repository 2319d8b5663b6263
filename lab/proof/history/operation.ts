// The record of one operation: what the generator writes down, and all that the checker and the figures know.

/**
 * Whole microseconds of CLOCK_MONOTONIC, which all processes of a machine share. (Nanoseconds leave the safe integers
 * after a hundred days of uptime.) They are rounded down, so two equal instants count as overlapping: `precedes` asks for
 * strictly earlier, and the checker never reports a tie.
 */
export type Instant = number

/** A session's public handle. */
export type Sid = string | number

export type OperationName =
  | 'register' // of `user`; of its email without a success
  | 'login' // revokes the session that it presents, if any
  | 'me' // a guarded check: the row alone decides, and it may renew the session
  | 'look' // an account route that only reads: the user is read as well
  | 'introspect' // a check of `target` by a service; the row alone decides
  | 'list' // of all sessions of `user`, by the user or an administrator
  | 'logout'
  | 'revoke' // one session, `target`, by its owner or an administrator
  | 'revoke-all' // of `user`, by an administrator
  | 'revoke-own'
  | 'revoke-others' // `?keep=current`
  | 'password-change'
  | 'reauthenticate'
  | 'disable'
  | 'enable'
  | 'scope-removal'
  | 'scope-grant'
  | 'delete-user'
  | 'second-factor' // completes a login that was answered with a challenge
  | 'enrol' // makes an authenticator app a second factor
  | 'remove-factor' // by its owner, who keeps a session of one factor
  | 'reset-factors' // by an administrator
  | 'add-passkey' // makes a passkey, which is a second factor too
  | 'remove-passkey' // by its owner
  | 'passkey-login' // by a passkey alone
  | 'code-login' // by a mailed code
  | 'accept' // an invitation: of `user`; of its email without a success
  | 'reset' // of a forgotten password, by a mailed link
  | 'email-change' // completed by a mailed link
  | 'email-undo' // of a change, by a link mailed to the old address
  | 'table-snapshot' // a strongly consistent read of one user's rows when nothing else runs

/**
 * `ok`: 2xx. `deny`: any other 4xx. `unavailable`: 503. `limited`: 429. `ambiguous`: any other 5xx, a timeout, a reset
 * or a truncated response. `limited` changes nothing; `unavailable` and `ambiguous` may have taken effect.
 */
export type Outcome = 'ok' | 'deny' | 'unavailable' | 'limited' | 'ambiguous'

/** A session's row in a snapshot, expired or not. */
export interface Row {
  readonly sid: Sid
  readonly epoch?: number | undefined
}

export interface Operation {
  /** Names the generator; with `seq` it names the operation. */
  readonly run: string
  readonly seq: number
  readonly op: OperationName
  /** The user whose session is presented or whose sessions may be revoked; not the administrator. */
  readonly user: string
  /** When the request was to be sent (open loop). Latencies count from here. */
  readonly intended: Instant
  readonly invoked: Instant
  readonly returned: Instant
  readonly outcome: Outcome
  /** 0 without a response. */
  readonly status: number
  /** The `code` of a problem. */
  readonly code?: string | undefined
  /** The session presented, also an administrator's. */
  readonly sid?: Sid | undefined
  /** The session that `revoke` or `introspect` names. */
  readonly target?: Sid | undefined
  /** The user that the response names as the session's owner. */
  readonly principal?: string | undefined
  /** Of an introspection: whether the target is valid. */
  readonly active?: boolean | undefined
  /** Of a list: the sessions in the response. */
  readonly listed?: readonly Sid[] | undefined
  /** The process that responded, if the response names it. */
  readonly worker?: string | undefined
  /** Of a check: the staleness that its route allows. */
  readonly allowed?: Instant | undefined

  /** The session in the response of a login, reauthenticate, password-change or revoke-others. */
  readonly created?: Sid | undefined
  readonly scopes?: readonly string[] | undefined
  readonly expiresAt?: Instant | undefined
  readonly endsAt?: Instant | undefined

  /** A name for the password sent, right or wrong: one name for each password, and no user has a password twice. */
  readonly password?: string | undefined
  readonly newPassword?: string | undefined
  /** Of the session that the response gave: the number of its factors. */
  readonly assurance?: number | undefined
  /** Names what it presents that works once: a link, a challenge, a step of an authenticator app, a recovery code. */
  readonly uses?: readonly string[] | undefined
  /** Names the passkey that signs in; and the one that is removed. */
  readonly passkey?: string | undefined
  readonly removed?: string | undefined
  /** Whether another browser asked for the mailed code that it presents. */
  readonly foreign?: true | undefined
  /** When the link or challenge that it presents was given: an end of all sessions since then voids it. */
  readonly given?: Instant | undefined
  /** The scope that a scope-removal takes or a scope-grant gives. */
  readonly scope?: string | undefined
  /** `false` if the user may not hold the scope that is removed: then no session need be revoked. */
  readonly held?: boolean | undefined

  /** Of a snapshot: all rows of the user, and attributes of the user's item. */
  readonly rows?: readonly Row[] | undefined
  readonly epoch?: number | undefined
  readonly userStatus?: 'active' | 'disabled' | 'absent' | undefined
  readonly sweepPending?: boolean | undefined

  /** R16: credentials in the response that it must not hold. */
  readonly leaks?: number | undefined
}

export const instant = (): Instant => Number(process.hrtime.bigint() / 1000n)

/** An epoch second, in which the service states timeouts, on the clock of the instants; good to a millisecond. */
export function instantOf(epochSeconds: number, epochMs = Date.now(), at: Instant = instant()): Instant {
  return Math.round(epochSeconds * 1_000_000 - epochMs * 1000 + at)
}

/** Whether `first` had returned before `second` was invoked. */
export function precedes(first: Pick<Operation, 'returned'>, second: Pick<Operation, 'invoked'>): boolean {
  return first.returned < second.invoked
}

export const nameOf = ({ op, run, seq }: Operation): string => `${op} ${run}#${seq}`
