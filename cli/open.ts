import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Accounts, createAccounts } from '../lib/accounts/accounts.ts'
import { type Config, parseConfig } from '../lib/config.ts'
import { dynamodbSessionStore, dynamodbUserStore } from '../lib/dynamodb/index.ts'
import type { Log } from '../lib/ports.ts'
import { createSessions, type Sessions } from '../lib/sessions/sessions.ts'
import { clientOptions } from './aws.ts'
import type { Context, ExitCode, StackOptions } from './command.ts'
import { withLocalStage } from './local-stage.ts'
import { count, openProgress } from './progress.ts'

/** Datastore time a command may take: somebody waits for it. */
export const COMMAND_SECONDS = 30
/** The same where sessions end, of which there may be very many. */
export const ENDING_SECONDS = 3600

/** What the commands work on: the services of the functions, over the same tables. */
export interface Stack extends Accounts {
  readonly config: Config
  readonly client: DynamoDBClient
  readonly sessions: Sessions
}

/**
 * Opens a stack by the service's own configuration, for as long as the work takes.
 * @param needs `pepper` where passwords are hashed or counters named.
 * @throws ConfigError listing every problem. @throws UsageError when no stack is named.
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
  watchDeletions(client, (deleted) => progress.update(() => `${count(deleted, 'session')} ended`))
  const log: Log = ({ event }) => {
    if (event === 'corrupt_item')
      terminal.complain('An item that Coatcheck cannot have written was passed over: look with `coatcheck doctor`.')
  }
  try {
    const store = dynamodbUserStore({ client, tableName: config.tables.users, log })
    const sessionStore = dynamodbSessionStore({ client, tableName: config.tables.sessions, log })
    const sessions = createSessions({ ...config.policy, store: sessionStore })
    return await work({ config, client, sessions, ...createAccounts({ store, sessions }) })
  } finally {
    progress.clear()
    client.destroy()
  }
}

/** Ending all sessions is one call of the domain; the batches that it deletes show how far it is. */
function watchDeletions(client: DynamoDBClient, tell: (deleted: number) => void): void {
  let deleted = 0
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args)
      const { RequestItems = {} } = args.input as { RequestItems?: Record<string, readonly object[]> }
      for (const request of Object.values(RequestItems).flat()) if ('DeleteRequest' in request) deleted++
      if (deleted > 0) tell(deleted)
      return answer
    },
    { step: 'initialize', name: 'coatcheckDeletions' },
  )
}
