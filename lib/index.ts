export type {
  Device,
  NewPassword,
  Replacement,
  RevocationHooks,
  RevocationResult,
} from './accounts/revocation-result.ts'
export { createRevocations, type Revocations } from './accounts/revocations.ts'
export { createUsers, type NewUser, type Users } from './accounts/users.ts'
export { AUDIT_EVENTS, type AuditEvent, type LogLevel, type RevocationReason } from './audit-events.ts'
export * from './deadline.ts'
export { parseEmail } from './email.ts'
export * from './errors.ts'
export type * from './ports.ts'
export { ACCOUNT_SCOPE, isScope, missingScopes, type Scope } from './scope.ts'
export { Secret } from './secret.ts'
export {
  DEFAULT_POLICY,
  isSessionId,
  type Predecessor,
  type Session,
  type SessionId,
  type SessionPolicy,
  type SessionRow,
} from './session.ts'
export type { CreatedSession, NewSession } from './sessions/create-session.ts'
export { createSessions, type Sessions } from './sessions/sessions.ts'
export type { CheckOptions, SessionsOptions } from './sessions/sessions-options.ts'
export type { Clock, EpochSeconds, RandomText } from './system.ts'
export { type Email, isUserId, type User, type UserId } from './user.ts'
