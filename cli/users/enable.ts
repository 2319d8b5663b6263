import { startDeadline } from '../../lib/deadline.ts'
import { tellChange } from '../change.ts'
import type { Context, ExitCode, StackOptions } from '../command.ts'
import { COMMAND_SECONDS, withStack } from '../open.ts'
import { nameOf } from '../user-text.ts'
import { findUser } from '../whom.ts'

/** `users enable <user>`: they can sign in again. */
export function enableUser(context: Context, whom: string, options: StackOptions): Promise<ExitCode> {
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(whom, stack)
    const changed = await stack.administration.change(user.id, { status: 'active' }, startDeadline(COMMAND_SECONDS))
    tellChange(`Enabled ${nameOf(user)}.`, changed, options, context.terminal)
    return 0
  })
}
