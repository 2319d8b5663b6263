import type { ListedSession } from '../client/index.ts'
import { formatExact } from './clock.ts'
import { sessionName } from './device.ts'
import { text } from './text.ts'

/**
 * The names of sessions for buttons that are read aloud without their row: with the address, and then the time of the
 * sign-in, where others have the same.
 */
export function distinctNames(sessions: readonly ListedSession[]): ReadonlyMap<string, string> {
  const levels: readonly ((session: ListedSession) => string)[] = [
    sessionName,
    (session) => text.list([sessionName(session), session.ip]),
    (session) => text.list([sessionName(session), session.ip, formatExact(session.createdAt)]),
  ]
  const names = new Map<string, string>()
  for (const nameOf of levels) {
    const counts = new Map<string, number>()
    for (const session of sessions) counts.set(nameOf(session), (counts.get(nameOf(session)) ?? 0) + 1)
    for (const session of sessions)
      if (!names.has(session.id) && (counts.get(nameOf(session)) === 1 || nameOf === levels.at(-1)))
        names.set(session.id, nameOf(session))
  }
  return names
}
