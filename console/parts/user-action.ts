import type { User } from '../../client/index.ts'

export type UserAction =
  | 'edit'
  | 'enable'
  | 'disable'
  | 'delete'
  | 'revoke-all'
  | 'send-reset'
  | 'set-password'
  | 'reset-factors'
  | 'unlock'

export interface UserActionProps {
  readonly user: User
  /** Whether the administrator is this user. */
  readonly isSelf: boolean
  /** The number of active sessions. */
  readonly sessions: number
  readonly onClose: () => void
  /** Called before the change, and `onDone` after it. */
  readonly onStart: () => void
  readonly onDone: () => Promise<void>
}
