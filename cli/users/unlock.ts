import { logEntry } from '../../lib/audit.ts'
import { ConfigError } from '../../lib/config-error.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { Context, ExitCode, StackOptions } from '../command.ts'
import { parseAddresses } from '../fields.ts'
import { findUser } from '../find-user.ts'
import { attemptsOf } from '../rate-limits.ts'
import { COMMAND_SECONDS, withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'
import { describeUser } from '../user-text.ts'

interface Options extends StackOptions {
  /** IP addresses that have signed in to the account before and have no session of it any more. */
  readonly source?: readonly string[] | undefined
}

/** `users unlock <user>`: unlocks an account that was rate-limited after too many wrong passwords. */
export function unlockUser(context: Context, emailOrId: string, options: Options): Promise<ExitCode> {
  const sources = parseAddresses(options.source)
  return withStack(context, options, { pepper: true }, async (stack) => {
    const { config, sessions } = stack
    const { pepper } = config.password
    if (!pepper)
      throw new ConfigError(['`PASSWORD_PEPPER`: required, because it is part of the names of the attempt counters'])
    const user = await findUser(emailOrId, stack)
    const deadline = startDeadline(COMMAND_SECONDS)
    const ips = (await sessions.list(user, deadline)).map(({ ip }) => ip)
    const cleared = await attemptsOf(stack, pepper).unlock(user, [...sources, ...ips], deadline)
    if (cleared > 0) stack.log(logEntry('authz_admin', { target: user.id, action: 'unlock_user' }))
    const message =
      cleared > 0
        ? `Unlocked ${describeUser(user)}.`
        : `${describeUser(user)} was not locked: no attempts are counted with this pepper.`
    await conclude(context.terminal, options.json ? JSON.stringify({ unlocked: user.id, counters: cleared }) : message)
    return 0
  })
}
