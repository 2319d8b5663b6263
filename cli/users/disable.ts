import { startDeadline } from '../../lib/deadline.ts'
import { tellChange } from '../change.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { ENDING_SECONDS, withStack } from '../open.ts'
import { nameOf } from '../user-text.ts'
import { findUser } from '../whom.ts'

/** `users disable <user>`: they cannot sign in any more, and all their sessions end. */
export function disableUser(context: Context, whom: string, options: StackOptions & Destructive): Promise<ExitCode> {
  const { terminal } = context
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(whom, stack)
    if (!(await confirm(`Disable ${nameOf(user)} and end all their sessions?`, options, terminal))) return 1
    const changed = await stack.administration.change(user.id, { status: 'disabled' }, startDeadline(ENDING_SECONDS))
    tellChange(`Disabled ${nameOf(user)}.`, changed, options, terminal)
    return 0
  })
}
