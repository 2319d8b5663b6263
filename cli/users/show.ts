import type { Context, ExitCode, StackOptions } from '../command.ts'
import { parseAddresses } from '../fields.ts'
import { findUser } from '../find-user.ts'
import { rateLimitFields, rateLimitsOf } from '../rate-limits.ts'
import { withStack } from '../stack.ts'
import { formatFields } from '../table.ts'
import { userDocument, userFields } from '../user-text.ts'

interface Options extends StackOptions {
  /** IP addresses that have signed in to the account before and have no session of it any more. */
  readonly source?: readonly string[] | undefined
}

/** `users show <user>`: prints one user and the rate limits in force, a line for each field. */
export function showUser(context: Context, emailOrId: string, options: Options): Promise<ExitCode> {
  const { print, complain } = context.terminal
  const sources = parseAddresses(options.source)
  return withStack(context, options, {}, async (stack) => {
    const user = await findUser(emailOrId, stack)
    const limits = await rateLimitsOf(user, sources, stack)
    if (options.json) {
      const isUnknown = typeof limits === 'string'
      print(JSON.stringify({ ...userDocument(user), rateLimits: isUnknown ? null : limits }))
      if (isUnknown) complain(`The rate limits are unknown: ${limits}.`)
    } else for (const line of formatFields([...userFields(user), ...rateLimitFields(limits)])) print(line)
    return 0
  })
}
