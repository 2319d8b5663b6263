import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Accounts, createAccounts } from '../lib/accounts/accounts.ts'
import { logUserChange } from '../lib/accounts/log-user-change.ts'
import { type Config, parseConfig } from '../lib/config.ts'
import { dynamodbSessionStore, dynamodbUserStore } from '../lib/dynamodb/index.ts'
import type { Log, UserStore } from '../lib/ports.ts'
import { createSessions, type Sessions } from '../lib/sessions/sessions.ts'
import type { User } from '../lib/user.ts'
import { clientOptions } from './aws.ts'
import { assertAwsSettings } from './aws-settings.ts'
import type { Context, ExitCode, StackOptions } from './command.ts'
import { withLocalStage } from './local-stage.ts'
import { count, openProgress } from './progress.ts'
import { openCommandRecorder } from './recorder.ts'

/** Time limit for the datastore calls of one operation. */
export const COMMAND_SECONDS = 30
/** The same for an operation that revokes all sessions of a user, which can be many. */
export const REVOCATION_SECONDS = 3600

/** The services of the functions, on the tables of one stack. */
export interface Stack extends Accounts {
  readonly config: Config
  readonly client: DynamoDBClient
  readonly store: UserStore
  readonly sessions: Sessions
  /** Receives audit entries about what the command does; see `CommandRecorder`. */
  readonly log: Log
  /** Writes them before the end of the command, which does it anyway. */
  record(): Promise<void>
}

/**
 * Opens a stack with the configuration of the service, and closes it after the work.
 * @param needs `pepper` for work that hashes passwords or resets attempt counters
 * @throws ConfigError listing every problem. @throws UsageError if neither a stage nor a local stack is found, or
 *   without a Region or credentials
 */
export async function withStack(
  { environment, terminal }: Context,
  { stage, region }: StackOptions,
  needs: { pepper?: boolean },
  work: (stack: Stack) => Promise<ExitCode>,
): Promise<ExitCode> {
  const settings = await withLocalStage({ ...environment, ...(stage !== undefined && { STAGE: stage }) })
  const config = parseConfig(settings, { ...needs, origin: false })
  const client = new DynamoDBClient(clientOptions({ endpoint: config.endpoint, region }))
  const progress = openProgress(terminal)
  watchDeletions(client, config.tables.sessions, (deleted) =>
    progress.update(() => `${count(deleted, 'session')} revoked`),
  )
  const log: Log = ({ event }) => {
    if (event === 'corrupt_item')
      terminal.complain('Skipped an item that Coatcheck cannot read: run `coatcheck doctor` to locate it.')
  }
  const { log: audit, record } = openCommandRecorder(config, client, terminal)
  try {
    await assertAwsSettings(client)
    const store = dynamodbUserStore({ client, tableName: config.tables.users, log })
    const sessionStore = dynamodbSessionStore({ client, tableName: config.tables.sessions, log })
    const sessions = createSessions({ ...config.policy, store: sessionStore })
    const accounts = createAccounts({ store, sessions, log: audit })
    return await work({ config, client, store, sessions, ...accounts, log: audit, record })
  } finally {
    await record() // also what a command has done before it failed
    progress.clear()
    client.destroy()
  }
}

/** Options of `administration.change` with which the change of a user is recorded. */
export function recorded({ log }: Pick<Stack, 'log'>) {
  return { log, afterChange: (before: User, user: User) => logUserChange(log, before, user) }
}

/** Revoking all sessions is one call of the library: the batches of deletions show its progress. */
function watchDeletions(client: DynamoDBClient, table: string, onDeleted: (deleted: number) => void): void {
  let deleted = 0
  client.middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args)
      const { RequestItems = {} } = args.input as { RequestItems?: Record<string, readonly object[]> }
      for (const request of RequestItems[table] ?? []) if ('DeleteRequest' in request) deleted++
      if (deleted > 0) onDeleted(deleted)
      return output
    },
    { step: 'initialize', name: 'coatcheckDeletions' },
  )
}
