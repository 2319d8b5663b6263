import { startDeadline } from '../../lib/deadline.ts'
import type { Context, ExitCode, StackOptions } from '../command.ts'
import { findUser } from '../find-user.ts'
import { printChange } from '../print-change.ts'
import { COMMAND_SECONDS, recorded, withStack } from '../stack.ts'
import { describeUser } from '../user-text.ts'

/** `users enable <user>`: accepts logins of the user again. */
export function enableUser(context: Context, emailOrId: string, options: StackOptions): Promise<ExitCode> {
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(emailOrId, stack)
    const deadline = startDeadline(COMMAND_SECONDS)
    const changed = await stack.administration.change(user.id, { status: 'active' }, deadline, recorded(stack))
    await printChange(`Enabled ${describeUser(user)}.`, changed, options, context.terminal)
    return 0
  })
}
