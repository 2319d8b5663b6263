export { AUDIT_EVENTS, type AuditEvent, type EndReason } from './audit.ts'
export * from './deadline.ts'
export { createEndOfSessions, type EndOfSessions } from './end-of-sessions.ts'
export * from './errors.ts'
export type { CreatedSession, NewSession } from './new-session.ts'
export type * from './ports.ts'
export { ACCOUNT_SCOPE, isScope, missingScopes, type Scope } from './scope.ts'
export { Secret } from './secret.ts'
export {
  DEFAULT_POLICY,
  isSessionId,
  type Session,
  type SessionId,
  type SessionPolicy,
  type SessionRow,
} from './session.ts'
export { createSessions, type Sessions, type SessionsOptions } from './sessions.ts'
export type { Clock, EpochSeconds, RandomText } from './system.ts'
export { type Email, isUserId, parseEmail, type User, type UserId } from './user.ts'
export { createUsers, type NewUser, type Users } from './users.ts'
