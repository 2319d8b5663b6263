import { COMMAND_LINE } from '../activity/actor.ts'
import { logEntry, SESSION_IDS } from '../audit.ts'
import type { Log } from '../ports.ts'
import type { SessionId } from '../session.ts'
import type { User } from '../user.ts'

/** Logs that an interrupted revoke-all is complete, with its reason and who requested it, as the user item keeps them. */
export function logSweep(log: Log, user: User, revoked: readonly SessionId[]): void {
  const cause = user.lastChanges?.find(({ epoch }) => epoch === user.epoch)
  const found = { target: user.id, sessions: revoked.length, [SESSION_IDS]: revoked }
  const why = cause && { reason: cause.reason, by: cause.by ?? COMMAND_LINE }
  log(logEntry('sweep_finished', { ...found, ...why }))
}
