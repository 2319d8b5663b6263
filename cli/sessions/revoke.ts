import { logEntry, logRevoked } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { isSessionId, type SessionId } from '../../lib/session.ts'
import type { User } from '../../lib/user.ts'
import { type Context, type ExitCode, UsageError } from '../command.ts'
import { confirm } from '../confirm.ts'
import { findUser } from '../find-user.ts'
import { count } from '../progress.ts'
import { COMMAND_SECONDS, REVOCATION_SECONDS, type Stack, withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'
import { describeUser } from '../user-text.ts'
import { revokeSelected, type SelectionOptions } from './revoke-selected.ts'

/** Options that select sessions of all users. */
const SELECTING = ['createdBefore', 'ip', 'scope', 'idleFor', 'dryRun', 'maxUnits', 'checkpoint'] as const

/** `sessions revoke [user] [session]`: revokes one session or all sessions of a user, or a selection of all sessions. */
export function revokeSessions(
  context: Context,
  emailOrId: string | undefined,
  session: string | undefined,
  options: SelectionOptions,
): Promise<ExitCode> {
  if (emailOrId === undefined) return revokeSelected(context, options)
  const { terminal } = context
  const selecting = SELECTING.find((name) => options[name] !== undefined)
  if (selecting)
    throw new UsageError(
      `A user and --${selecting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} exclude each other.`,
      'Give a user, or select sessions of all users.',
    )
  const { all = session === undefined, json } = options
  if (all && session !== undefined)
    throw new UsageError('A session and --all exclude each other.', 'Give the id of a session or --all, not both.')
  if (session !== undefined && !isSessionId(session))
    throw new UsageError(
      `${JSON.stringify(session)} is not a session id.`,
      '`coatcheck sessions list <user>` shows the ids.',
    )
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(emailOrId, stack)
    if (session !== undefined) {
      await revokeOne(user, session, stack)
      await conclude(
        terminal,
        json ? JSON.stringify({ revoked: 1 }) : `Revoked session ${session} of ${describeUser(user)}.`,
      )
      return 0
    }
    await confirm(`Revoke all sessions of ${describeUser(user)}?`, options, terminal)
    const { revoked } = await stack.revocations.revokeAllSessions(user.id, {}, startDeadline(REVOCATION_SECONDS))
    stack.log(logEntry('authz_admin', { target: user.id, action: 'revoke_all_sessions' }))
    logRevoked(stack.log, user.id, revoked, 'revoked_all')
    await conclude(
      terminal,
      json
        ? JSON.stringify({ revoked: revoked.length })
        : `Revoked ${count(revoked.length, 'session')} of ${describeUser(user)}.`,
    )
    return 0
  })
}

/** @throws NotFoundError for an unknown session. */
async function revokeOne({ id }: User, session: SessionId, { sessions, log }: Stack): Promise<void> {
  const outcome = await sessions.revoke(id, session, startDeadline(COMMAND_SECONDS))
  if (outcome === 'absent')
    throw new NotFoundError('There is no such session: it may have expired or been revoked already.')
  log(logEntry('authz_admin', { target: id, action: 'revoke_session' }))
  logRevoked(log, id, [session], 'revoked')
}
