export { type RequireSessionOptions, requireSession, type SessionContext } from './require-session.ts'
