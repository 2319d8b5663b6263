import { isIP } from 'node:net'
import { ConfigError } from '../../lib/config.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/attempt-store.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import { type Context, type ExitCode, type StackOptions, UsageError } from '../command.ts'
import { findUser } from '../find-user.ts'
import { COMMAND_SECONDS, withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'
import { describeUser } from '../user-text.ts'

interface Options extends StackOptions {
  /** IP addresses that have signed in to the account before and have no session of it any more. */
  readonly source?: readonly string[] | undefined
}

/** `users unlock <user>`: unlocks an account that was rate-limited after too many wrong passwords. */
export function unlockUser(context: Context, emailOrId: string, options: Options): Promise<ExitCode> {
  const { source = [] } = options
  const invalid = source.find((address) => isIP(address) === 0)
  if (invalid !== undefined)
    throw new UsageError(`Invalid --source ${JSON.stringify(invalid)}.`, 'Expected an IP address.')
  return withStack(context, options, { pepper: true }, async (stack) => {
    const { config, client, sessions } = stack
    const { pepper } = config.password
    if (!pepper)
      throw new ConfigError(['`PASSWORD_PEPPER`: required, because it is part of the names of the attempt counters'])
    const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
    const attempts = createAttempts({ store, limits: config.attempts, pepper })
    const user = await findUser(emailOrId, stack)
    const deadline = startDeadline(COMMAND_SECONDS)
    const ips = (await sessions.list(user, deadline)).map(({ ip }) => ip)
    const cleared = await attempts.unlock(user, [...source, ...ips], deadline)
    const message =
      cleared > 0
        ? `Unlocked ${describeUser(user)}.`
        : `${describeUser(user)} was not locked: no attempts are counted with this pepper.`
    await conclude(context.terminal, options.json ? JSON.stringify({ unlocked: user.id, counters: cleared }) : message)
    return 0
  })
}
