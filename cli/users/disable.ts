import { logRevoked } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { findUser } from '../find-user.ts'
import { printChange } from '../print-change.ts'
import { REVOCATION_SECONDS, recorded, withStack } from '../stack.ts'
import { describeUser } from '../user-text.ts'

/** `users disable <user>`: rejects logins of the user and revokes all their sessions. */
export function disableUser(
  context: Context,
  emailOrId: string,
  options: StackOptions & Destructive,
): Promise<ExitCode> {
  const { terminal } = context
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(emailOrId, stack)
    await confirm(`Disable ${describeUser(user)} and revoke all their sessions?`, options, terminal)
    const changed = await stack.administration.change(
      user.id,
      { status: 'disabled' },
      startDeadline(REVOCATION_SECONDS),
      recorded(stack),
    )
    logRevoked(stack.log, user.id, changed.revoked, 'user_disabled')
    await printChange(`Disabled ${describeUser(user)}.`, changed, options, terminal)
    return 0
  })
}
