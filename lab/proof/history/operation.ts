// The record of one operation: what a generator writes down, and all that the checker and the figures go by.

/**
 * Whole microseconds of CLOCK_MONOTONIC, which all processes of one machine share: `hrtime` in nanoseconds would leave
 * the safe integers after a hundred days of uptime. Rounded down, so that of two instants that are equal here the order
 * is unknown: they count as overlapping, and `precedes` asks for strictly earlier. The checker never accuses on a tie.
 */
export type Instant = number

/** The public handle the service gave, so that one given twice shows. */
export type Sid = string | number

/** The routes, by what they mean for sessions; and what the harness itself does. */
export const OPERATIONS = [
  'register',
  'login',
  'me', // a guarded check: the row alone decides, and it may renew
  'look', // any other read by a session's holder: the user is read as well
  'introspect', // by the holder of `sid`, about `target`
  'list',
  'logout',
  'revoke', // one session, `target`, by its owner or an administrator
  'end-all', // of `user`, by an administrator
  'end-own',
  'end-others', // `?keep=current`
  'password-change',
  'reauthenticate',
  'disable',
  'enable',
  'scope-removal',
  'scope-grant',
  'delete-user',
  'table-snapshot', // of one user's rows, at quiescence
  'kill', // of `worker`
] as const
export type OperationName = (typeof OPERATIONS)[number]

/**
 * `ok`: 2xx. `deny`: any other 4xx. `unavailable`: 503. `limited`: 429. `ambiguous`: any other 5xx, a timeout, a reset,
 * an answer cut short. The last but one changes nothing; `unavailable` and `ambiguous` may have taken effect.
 */
export const OUTCOMES = ['ok', 'deny', 'unavailable', 'limited', 'ambiguous'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** A session's row in a snapshot, whether or not it has expired. */
export interface Row {
  readonly sid: Sid
  readonly epoch?: number | undefined
}

export interface Operation {
  /** Which generator's, of which run; with `seq` it names the operation. */
  readonly run: string
  readonly seq: number
  readonly op: OperationName
  /** The id of the user it is about: whose session this is, or whose sessions may end. Not the administrator. */
  readonly user: string
  /** Open loop: when it should have been sent. Latencies count from here. */
  readonly intended: Instant
  readonly invoked: Instant
  readonly returned: Instant
  readonly outcome: Outcome
  /** 0 where there was none. */
  readonly status: number
  /** The session presented, an administrator's own too. */
  readonly sid?: Sid | undefined
  /** The session to be ended by `revoke`, or asked about by `introspect`. */
  readonly target?: Sid | undefined
  /** Whose the service said the session is. */
  readonly principal?: string | undefined
  /** Which process answered, where it said so; or which one was killed. */
  readonly worker?: string | undefined
  /** Of a check: how old what its answer goes by may be, where that is more than nothing. */
  readonly allowed?: Instant | undefined

  /** The session that an `ok` login, reauthenticate, password-change or end-others answered with, and what it said of it. */
  readonly created?: Sid | undefined
  readonly scopes?: readonly string[] | undefined
  readonly expiresAt?: Instant | undefined
  readonly endsAt?: Instant | undefined

  /** A name for the password sent, right or wrong: one name a password, and no user has the same one twice. */
  readonly password?: string | undefined
  readonly newPassword?: string | undefined
  /** What a scope-removal takes or a scope-grant gives. */
  readonly scope?: string | undefined
  /** `false` where a scope-removal may find that the user does not hold it: then it need not end any session. */
  readonly held?: boolean | undefined
  /** What an introspection said of `target`. */
  readonly active?: boolean | undefined

  /** Whose budget a verification counts against, where that is not the user's own one for logins or reauthentications. */
  readonly account?: string | undefined
  /** Passwords compared, where the service was made to count; else one is assumed where the answer implies it. */
  readonly verifications?: number | undefined

  /** A snapshot's rows, all of the user's, and what the user's item said. */
  readonly rows?: readonly Row[] | undefined
  readonly epoch?: number | undefined
  readonly userStatus?: 'active' | 'disabled' | 'absent' | undefined
  readonly sweepPending?: boolean | undefined

  /** `false` for a request that was made to be refused: it says nothing about availability. */
  readonly valid?: boolean | undefined
  /** Secrets planted by the generator that it found where they must not be. */
  readonly canaries?: number | undefined
}

/** Now. */
export const instant = (): Instant => Number(process.hrtime.bigint() / 1000n)

/** An epoch second, as the service tells the end of a session, on this clock; good to a millisecond. */
export function instantOf(epochSeconds: number, epochMs = Date.now(), at: Instant = instant()): Instant {
  return Math.round(epochSeconds * 1_000_000 - epochMs * 1000 + at)
}

/** Whether `first` had been answered before `second` was asked. */
export function precedes(first: Pick<Operation, 'returned'>, second: Pick<Operation, 'invoked'>): boolean {
  return first.returned < second.invoked
}

/** How a sentence names it. */
export const nameOf = ({ op, run, seq }: Operation): string => `${op} ${run}#${seq}`
