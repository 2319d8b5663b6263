import type { RevocationReason } from '../audit-events.ts'
import type { Proof } from '../factor.ts'
import type { UserChange } from '../ports.ts'
import type { Scope } from '../scope.ts'
import type { Session, SessionId } from '../session.ts'
import type { CreatedSession } from '../sessions/create-session.ts'
import type { User } from '../user.ts'
import type { Cause } from './epochs.ts'

// The inputs and results of `revocations.ts`.

/** Where a request comes from, as a session row stores it. */
export type Device = Pick<Session, 'ip' | 'userAgent'>

/** A session that replaced another, and the live sessions that were revoked with that. */
export interface Replacement extends CreatedSession {
  readonly user: User
  readonly revoked: SessionId[]
}

/** The user before and after a change, and the live sessions that were revoked. */
export interface RevocationResult {
  readonly before: User
  readonly user: User
  readonly revoked: SessionId[]
}

/** Callbacks around the write that changes the user, and what that write keeps about its cause. */
export interface RevocationHooks extends Cause {
  /** Receives the user that is about to be changed; if it throws, nothing changes. */
  readonly beforeChange?: ((before: User) => void) | undefined
  /** Called once the change is written, before the sweep, which may fail. */
  readonly afterChange?: ((before: User, user: User) => void) | undefined
}

/** A new password. */
export interface NewPassword {
  /** The stored hash of the current password, which was just verified. */
  readonly verified: string | undefined
  readonly passwordHash: string
  /** Scopes that only sessions of two factors have. */
  readonly strongScopes?: readonly Scope[] | undefined
  /** Called once the new password is stored, before the sessions are revoked. */
  readonly afterChange?: (() => void) | undefined
}

/** The session to be replaced while all others are revoked, and the change of the user that goes with it. */
export interface ReplacementRequest {
  readonly session: Session
  /** Receives the user before anything is written; if it throws, nothing changes. */
  readonly beforeChange?: (user: User) => void
  /** The change, or what makes it of the user as read; if that throws, nothing changes. */
  readonly change: UserChange | ((user: User) => UserChange | Promise<UserChange>)
  /** Why all sessions end. Default: what the change says. */
  readonly reason?: RevocationReason
  readonly afterChange?: (() => void) | undefined
}

/** A change of the second factors. */
export interface FactorsChange {
  /** Makes the change of the user as read; if it throws, nothing changes. */
  readonly change: (user: User) => UserChange
  /** What the successor of the session has proven. */
  readonly proof: Proof
  /** Scopes that only sessions of two factors have. */
  readonly strongScopes: readonly Scope[]
  /** Called once the change is written, before the sessions are revoked. */
  readonly afterChange?: (() => void) | undefined
}
