import type { Context, ExitCode, StackOptions } from '../command.ts'
import { withStack } from '../open.ts'
import { userDocument, userLines } from '../user-text.ts'
import { findUser } from '../whom.ts'

/** `users show <user>`: one user, a line a field. */
export function showUser(context: Context, whom: string, options: StackOptions): Promise<ExitCode> {
  const { print } = context.terminal
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(whom, stack)
    for (const line of options.json ? [JSON.stringify(userDocument(user))] : userLines(user)) print(line)
    return 0
  })
}
