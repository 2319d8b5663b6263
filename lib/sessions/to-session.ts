import type { Session, SessionRow } from '../session.ts'

/** The session of a row, without what only the store needs. */
export function toSession({ secretHash: _hash, replaced: _replaced, ...session }: SessionRow): Session {
  return session
}
