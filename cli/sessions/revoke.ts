import { startDeadline } from '../../lib/deadline.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { isSessionId, type SessionId } from '../../lib/session.ts'
import type { User } from '../../lib/user.ts'
import { type Context, type Destructive, type ExitCode, type StackOptions, UsageError } from '../command.ts'
import { confirm } from '../confirm.ts'
import { findUser } from '../find-user.ts'
import { count } from '../progress.ts'
import { COMMAND_SECONDS, REVOCATION_SECONDS, type Stack, withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'
import { describeUser } from '../user-text.ts'

interface Options extends StackOptions, Destructive {
  readonly all?: boolean
}

/** `sessions revoke <user> [session]`: revokes one session or all sessions of a user. */
export function revokeSessions(
  context: Context,
  emailOrId: string,
  session: string | undefined,
  options: Options,
): Promise<ExitCode> {
  const { terminal } = context
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
async function revokeOne({ id }: User, session: SessionId, { sessions }: Stack): Promise<void> {
  const outcome = await sessions.revoke(id, session, startDeadline(COMMAND_SECONDS))
  if (outcome === 'absent')
    throw new NotFoundError('There is no such session: it may have expired or been revoked already.')
}
