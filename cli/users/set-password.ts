import { logEntry, logRevoked } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { findUser } from '../find-user.ts'
import { hashPassword, newPassword, type PasswordOptions } from '../password.ts'
import { count } from '../progress.ts'
import { assertVisible, changeAfterShowing } from '../show-password.ts'
import { REVOCATION_SECONDS, withStack } from '../stack.ts'
import { describeUser, userDocument } from '../user-text.ts'

type Options = StackOptions & Destructive & PasswordOptions

/** `users set-password <user>`: replaces the password of a user and revokes all their sessions. */
export function setPassword(context: Context, emailOrId: string, options: Options): Promise<ExitCode> {
  const { terminal } = context
  return withStack(context, options, { pepper: true }, async (stack) => {
    const { config, administration } = stack
    const found = await findUser(emailOrId, stack)
    if (!options.passwordStdin) assertVisible(terminal)
    const chosen = await newPassword(options, found, { config, terminal })
    await confirm(`Replace the password of ${describeUser(found)} and revoke all their sessions?`, options, terminal)
    const passwordHash = await hashPassword(chosen.password, config)
    await changeAfterShowing(
      chosen,
      async () => {
        const changed = await administration.setPassword(found.id, passwordHash, startDeadline(REVOCATION_SECONDS))
        stack.log(logEntry('authz_admin', { target: found.id, action: 'set_password' }))
        stack.log(logEntry('authn_password_change', { target: found.id }))
        logRevoked(stack.log, found.id, changed.revoked, 'password_change')
        return changed
      },
      ({ user, revoked }) => ({
        lines: `Replaced the password of ${describeUser(user)}. Revoked ${count(revoked.length, 'session')}.`,
        document: { user: userDocument(user), revoked: revoked.length },
      }),
      options,
      terminal,
    )
    return 0
  })
}
