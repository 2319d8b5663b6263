import { logEntry, logRevoked } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { findUser } from '../find-user.ts'
import { count } from '../progress.ts'
import { REVOCATION_SECONDS, withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'
import { describeUser } from '../user-text.ts'

/** `users delete <user>`: deletes a user permanently; the email can then be registered again. */
export function deleteUser(
  context: Context,
  emailOrId: string,
  options: StackOptions & Destructive,
): Promise<ExitCode> {
  const { terminal } = context
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(emailOrId, stack)
    await confirm(`Delete ${describeUser(user)} permanently and revoke all their sessions?`, options, terminal)
    const { revoked } = await stack.administration.delete(user.id, startDeadline(REVOCATION_SECONDS))
    stack.log(logEntry('authz_admin', { target: user.id, action: 'delete_user' }))
    logRevoked(stack.log, user.id, revoked, 'user_deleted')
    stack.log(logEntry('user_deleted', { target: user.id }))
    await conclude(
      terminal,
      options.json
        ? JSON.stringify({ deleted: user.id, revoked: revoked.length })
        : `Deleted ${describeUser(user)}. Revoked ${count(revoked.length, 'session')}.`,
    )
    return 0
  })
}
