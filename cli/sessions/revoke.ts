import { startDeadline } from '../../lib/deadline.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { isSessionId, type SessionId } from '../../lib/session.ts'
import type { User } from '../../lib/user.ts'
import { type Context, type Destructive, type ExitCode, type StackOptions, UsageError } from '../command.ts'
import { confirm } from '../confirm.ts'
import { COMMAND_SECONDS, ENDING_SECONDS, type Stack, withStack } from '../open.ts'
import { count } from '../progress.ts'
import { nameOf } from '../user-text.ts'
import { findUser } from '../whom.ts'

interface Options extends StackOptions, Destructive {
  readonly all?: boolean
}

/** `sessions revoke <user> [session]`: one session, or all of a user's. Their very next request is refused. */
export function revokeSessions(
  context: Context,
  whom: string,
  session: string | undefined,
  options: Options,
): Promise<ExitCode> {
  const { terminal } = context
  const { all = session === undefined, json } = options
  if (all && session !== undefined) throw new UsageError('Give the id of a session or --all, not both.')
  if (session !== undefined && !isSessionId(session))
    throw new UsageError(
      `${JSON.stringify(session)} is not the id of a session: look with \`coatcheck sessions list\`.`,
    )
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(whom, stack)
    if (session !== undefined) {
      await revokeOne(user, session, stack)
      terminal.print(json ? JSON.stringify({ revoked: 1 }) : `The session ${session} of ${nameOf(user)} has ended.`)
      return 0
    }
    if (!(await confirm(`End all sessions of ${nameOf(user)}?`, options, terminal))) return 1
    const { revoked } = await stack.revocations.revokeAllSessions(user.id, {}, startDeadline(ENDING_SECONDS))
    terminal.print(
      json
        ? JSON.stringify({ revoked: revoked.length })
        : `${count(revoked.length, 'session')} of ${nameOf(user)} ended.`,
    )
    return 0
  })
}

/** @throws NotFoundError when there is none. */
async function revokeOne({ id }: User, session: SessionId, { sessions }: Stack): Promise<void> {
  const outcome = await sessions.revoke(id, session, startDeadline(COMMAND_SECONDS))
  if (outcome === 'absent') throw new NotFoundError('There is no such session: it may have ended already.')
}
