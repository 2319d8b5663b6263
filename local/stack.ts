import { parseConfig } from '../lib/config.ts'
import { createClient, dynamodbUserStore } from '../lib/dynamodb/index.ts'
import { bcryptHasher } from '../lib/password.ts'
import { Secret } from '../lib/secret.ts'
import { createUsers } from '../lib/users.ts'
import { type Administrator, createAdministrator } from './administrator.ts'
import { startEmbeddedEngine } from './engine.ts'
import { startFront } from './front.ts'
import { localPepper } from './pepper.ts'
import { readService } from './service.ts'
import { createMissingTables } from './tables.ts'

export interface StackOptions {
  /** The environment the configuration is read from, `PORT` and `DYNAMODB_ENDPOINT` included. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Holds tables and pepper. */
  readonly dataFolder: string
  /** Folders with a serverless.yml, served side by side; the first one's tables are made. */
  readonly services: readonly string[]
  readonly log?: (line: string) => void
}

export interface Stack {
  readonly url: string
  /** The engine's, embedded or given. */
  readonly endpoint: string
  /** Present on the first start only. */
  readonly administrator: Administrator | undefined
  close(): Promise<void>
}

/**
 * Everything `npm start` starts: engine, tables, first administrator, front. Resolves when it really answers.
 * @throws Error in one sentence, with nothing left running, when something is in the way.
 */
export async function startStack({
  environment,
  dataFolder,
  services,
  log = console.log,
}: StackOptions): Promise<Stack> {
  const pepper = environment.PASSWORD_PEPPER || (await localPepper(dataFolder))
  const settings: StackOptions['environment'] = { ...environment, STAGE: 'local', PASSWORD_PEPPER: pepper }
  const config = parseConfig(settings, { pepper: true })
  const engine = config.endpoint ? undefined : await startEmbeddedEngine(dataFolder)
  try {
    const endpoint = config.endpoint ?? (engine?.endpoint as string)
    const client = createClient({ endpoint, timeoutMs: config.datastoreTimeoutMs })
    const { sessions: sessionsTable, users: usersTable } = config.tables
    const params = { sessionsTable, usersTable }
    const read = await Promise.all(services.map((folder) => readService(folder, { stage: 'local', params })))
    for (const service of read) await createMissingTables(client, service.resources)

    const users = createUsers({ store: dynamodbUserStore({ client, tableName: config.tables.users }) })
    const hasher = bcryptHasher({ cost: config.password.bcryptCost, pepper: new Secret(pepper) })
    const forFunctions = Object.fromEntries(
      Object.entries({ ...settings, ORIGIN: config.origin, DYNAMODB_ENDPOINT: endpoint }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    )
    // The front first: a port in use must not cost the only sight of a password.
    const front = await startFront({
      services: read,
      environment: forFunctions,
      port: Number(settings.PORT || 4000),
      log,
    })
    try {
      const administrator = await createAdministrator(users, hasher)
      client.destroy()
      const close = async () => {
        await front.close()
        await engine?.close()
      }
      return { url: front.url, endpoint, administrator, close }
    } catch (error) {
      await front.close()
      throw error
    }
  } catch (error) {
    await engine?.close()
    throw error
  }
}
