import type { UserChange } from '../ports.ts'
import type { Session, SessionId } from '../session.ts'
import type { CreatedSession } from '../sessions/create-session.ts'
import type { User } from '../user.ts'

// What `end-of-sessions.ts` takes and gives.

/** Where a request comes from, as a session row keeps it. */
export type Device = Pick<Session, 'ip' | 'userAgent'>

/** A session in the place of another, and the live ones that ended for it. */
export interface Replacement extends CreatedSession {
  readonly user: User
  readonly ended: SessionId[]
}

/** A user before and in the new epoch, and the live sessions that ended. */
export interface Ending {
  readonly before: User
  readonly user: User
  readonly ended: SessionId[]
}

/** What goes with the write that ends an epoch: nothing is changed where `check` throws. */
export interface RevocationHooks {
  readonly check?: ((before: User) => void) | undefined
  readonly changed?: ((before: User, user: User) => void) | undefined
}

/** A password that takes the place of one that has just been verified. */
export interface NewPassword {
  /** The stored hash that has just been verified. */
  readonly verified: string | undefined
  readonly passwordHash: string
  /** Called once the password is stored, before the sessions end. */
  readonly changed?: (() => void) | undefined
}

/** Whose sessions end, and what is written with it. */
export interface Replacing {
  readonly session: Session
  /** Sees the user before anything is written, and may throw. */
  readonly check?: (user: User) => void
  readonly change: UserChange
  readonly changed?: (() => void) | undefined
}
