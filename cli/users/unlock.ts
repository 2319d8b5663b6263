import { isIP } from 'node:net'
import { ConfigError } from '../../lib/config.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbAttemptStore } from '../../lib/dynamodb/attempt-store.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import { type Context, type ExitCode, type StackOptions, UsageError } from '../command.ts'
import { COMMAND_SECONDS, withStack } from '../open.ts'
import { nameOf } from '../user-text.ts'
import { findUser } from '../whom.ts'

interface Unlocking extends StackOptions {
  /** Addresses that are known to the account and have none of its sessions any more. */
  readonly source?: readonly string[] | undefined
}

/** `users unlock <user>`: gives an account that has seen too many wrong passwords its attempts back. */
export function unlockUser(context: Context, whom: string, options: Unlocking): Promise<ExitCode> {
  const { source = [] } = options
  const wrong = source.find((address) => isIP(address) === 0)
  if (wrong !== undefined) throw new UsageError(`--source takes an IP address, and ${JSON.stringify(wrong)} is none.`)
  return withStack(context, options, { pepper: true }, async (stack) => {
    const { config, client, sessions } = stack
    const { pepper } = config.password
    if (!pepper) throw new ConfigError(['`PASSWORD_PEPPER`: required, since counters are kept under it'])
    const store = dynamodbAttemptStore({ client, tableName: config.tables.attempts })
    const attempts = createAttempts({ store, limits: config.attempts, pepper })
    const user = await findUser(whom, stack)
    const deadline = startDeadline(COMMAND_SECONDS)
    const ips = (await sessions.list(user, deadline)).map(({ ip }) => ip)
    const cleared = await attempts.unlock(user, [...source, ...ips], deadline)
    const said =
      cleared > 0
        ? `${nameOf(user)} has all attempts again.`
        : `${nameOf(user)} was not locked: no attempts are counted under this pepper.`
    context.terminal.print(options.json ? JSON.stringify({ unlocked: user.id, counters: cleared }) : said)
    return 0
  })
}
