import type { Deadline } from '../deadline.ts'
import type { Consistency, Log, SessionStore } from '../ports.ts'
import type { ProviderSessionStore } from '../provider-session.ts'
import type { SessionPolicy } from '../session.ts'
import type { Clock, RandomText } from '../system.ts'

/** Options of `createSessionChecks`. */
export interface SessionChecksOptions extends Partial<SessionPolicy> {
  readonly store: Pick<SessionStore, 'get' | 'renew'>
  readonly clock?: Clock
  readonly log?: Log
}

/** Options of `createSessions`; timeouts default to `DEFAULT_POLICY`. */
export interface SessionsOptions extends Partial<SessionPolicy> {
  readonly store: SessionStore
  /** What providers say about the end of their sessions, for functions that make sessions of a provider. */
  readonly providerSessions?: ProviderSessionStore
  /** The most live sessions per user. Default 0: no cap. */
  readonly cap?: number
  /** Default: the system clock. */
  readonly clock?: Clock
  /** Default: a cryptographic source. */
  readonly randomText?: RandomText
  /** The log for calls without a log of their own. Default: no log. */
  readonly log?: Log
}

/** Options of `Sessions.check` and `Sessions.find`. */
export interface CheckOptions {
  /** Default: a new deadline of `REQUEST_DEADLINE_SECONDS`. */
  readonly deadline?: Deadline
  /** Default: `strong`. */
  readonly consistency?: Consistency | undefined
  /**
   * How old a read of this process may be to be used instead of a new one, in whole seconds: the delay with which a
   * revocation takes effect. Default 0: each check reads.
   */
  readonly maxStalenessSeconds?: number
  /** The log of the request. */
  readonly log?: Log
}
