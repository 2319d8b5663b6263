import { startDeadline } from '../../lib/deadline.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { ENDING_SECONDS, withStack } from '../open.ts'
import { count } from '../progress.ts'
import { nameOf } from '../user-text.ts'
import { findUser } from '../whom.ts'

/** `users delete <user>`: for good; the email is free afterwards. */
export function deleteUser(context: Context, whom: string, options: StackOptions & Destructive): Promise<ExitCode> {
  const { terminal } = context
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(whom, stack)
    if (!(await confirm(`Delete ${nameOf(user)} for good and end all their sessions?`, options, terminal))) return 1
    const { revoked } = await stack.administration.delete(user.id, startDeadline(ENDING_SECONDS))
    terminal.print(
      options.json
        ? JSON.stringify({ deleted: user.id, ended: revoked.length })
        : `Deleted ${nameOf(user)}. ${count(revoked.length, 'session')} ended.`,
    )
    return 0
  })
}
