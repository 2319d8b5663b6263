import type { Context, ExitCode, StackOptions } from '../command.ts'
import { findUser } from '../find-user.ts'
import { withStack } from '../stack.ts'
import { userDocument, userLines } from '../user-text.ts'

/** `users show <user>`: prints one user, a line for each field. */
export function showUser(context: Context, emailOrId: string, options: StackOptions): Promise<ExitCode> {
  const { print } = context.terminal
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(emailOrId, stack)
    for (const line of options.json ? [JSON.stringify(userDocument(user))] : userLines(user)) print(line)
    return 0
  })
}
