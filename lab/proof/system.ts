import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { nanoid } from 'nanoid'
import { createUsers } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { createClient, type DynamoDBClient, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { bcryptHasher } from '../../lib/passwords/password-hasher.ts'
import type { Scope } from '../../lib/scope.ts'
import { Secret } from '../../lib/secret.ts'
import { parseEmail, type User } from '../../lib/user.ts'
import type { FrontOptions } from '../../local/front.ts'
import type { Pool } from '../../local/pool.ts'
import { startStack } from '../../local/stack.ts'
import { freePort } from '../../tests/support/free-port.ts'
import { type FaultProxy, startFaultProxy } from './faults/fault-proxy.ts'
import { leaksIn, PASSWORD, PEPPER } from './secrets.ts'

/** What a user may do: what both doors ask for, and what may be taken away without either of them noticing. */
export const SCOPES = { kept: ['greeting:read', 'orders:read'], taken: 'orders:write' } as const
const TABLES = { sessions: 'coatcheck-local-sessions', users: 'coatcheck-local-users' }

/** The service as it is shipped, in processes that can be killed, behind a proxy that can spoil every datastore call. */
export interface System {
  readonly url: string
  readonly proxy: FaultProxy
  readonly log: Log
  pids: Pool['pids']
  /** A user written past the service, and so past its faults. */
  user(scopes?: readonly string[], passwordHash?: string): Promise<User>
  hash(password: string, cost?: number): Promise<string>
  /** Past the service: an item as it is. */
  rows(userId: string): Promise<Row[]>
  item(userId: string): Promise<Record<string, { S?: string; N?: string; BOOL?: boolean }> | undefined>
  /** Makes the renewal of a user's sessions due. */
  age(userId: string, seconds: number): Promise<void>
  /** Lets a user's sessions end at an epoch second. */
  expire(userId: string, at: number): Promise<void>
  close(): Promise<void>
}

export type Bundling = NonNullable<FrontOptions['bundle']>

/** What front and functions have printed: how many lines, and those that held a credential. */
export interface Log {
  lines: number
  readonly leaks: string[]
}

/** A wall clock that is wrong. */
export interface Clock {
  /** By so many seconds. */
  readonly ahead: number
  /** Seconds after its worker's start, when somebody sets it right. */
  readonly until?: number
}

/** What all systems of one run have in common. */
export type Setting = Pick<SystemOptions, 'engine' | 'seed' | 'bundle' | 'log'>

export interface SystemOptions {
  /** An engine that runs already. */
  readonly engine: string
  readonly seed: number
  readonly environment?: Record<string, string>
  /** For what hashes nothing, and for what hashes; 4 by default. */
  readonly lightWorkers?: number
  readonly heavyWorkers?: number
  /** That of the n-th worker. */
  readonly clock?: (index: number) => Clock
  /** Default: as esbuild makes them of the service. */
  readonly bundle?: Bundling | undefined
  /** Where several systems share one. */
  readonly log?: Log
}

/** Cheap hashes, which only a stage that is not deployed can have, let more trials into the same time. */
const SETTINGS = {
  NODE_ENV: 'test',
  BCRYPT_COST: '4',
  PASSWORD_PEPPER: PEPPER,
  SESSION_RENEW_SECONDS: '5',
  SESSION_MAX_PER_USER: '0',
  LOGIN_ATTEMPTS_PER_ACCOUNT: '100',
  LOGIN_ATTEMPTS_PER_SOURCE: '100000',
}

export async function startSystem(options: SystemOptions): Promise<System> {
  const { engine, seed, environment = {}, clock, bundle, log = { lines: 0, leaks: [] } } = options
  const { lightWorkers = 4, heavyWorkers = 4 } = options
  const proxy = await startFaultProxy(engine, seed)
  const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-proof-'))
  const port = { PORT: String(await freePort()), DYNAMODB_ENDPOINT: proxy.endpoint }
  const stack = await startStack({
    environment: { ...SETTINGS, ...port, ...environment },
    dataFolder,
    services: ['.', 'examples/greeting', 'examples/orders-api', 'lab/proof/notices'],
    workers: {
      workers: 'processes',
      light: lightWorkers,
      heavy: heavyWorkers,
      ...(clock && { nodeOptions: (index: number) => ['--import', shiftedClock(clock(index))] }),
    },
    ...(bundle ? { bundle } : {}),
    log(line) {
      log.lines++
      if (leaksIn(line) > 0) log.leaks.push(line)
    },
  })
  const client = createClient({ endpoint: engine, timeoutMs: 10_000 })
  const users = createUsers({ store: dynamodbUserStore({ client, tableName: TABLES.users }) })
  const hash = (password: string, cost = 4) =>
    bcryptHasher({ cost, pepper: new Secret(PEPPER) }).hash(new Secret(password))
  const common = await hash(PASSWORD)

  return {
    url: stack.url,
    proxy,
    log,
    pids: stack.pids,
    hash,
    user: (scopes = [...SCOPES.kept, SCOPES.taken], passwordHash = common) =>
      patiently(() => {
        const email = parseEmail(`${nanoid(12)}@example.com`)
        if (!email) throw new Error('unreachable')
        return users.register({ email, passwordHash, scopes: scopes as Scope[] }, startDeadline(30))
      }),
    rows: (userId) => rowsOf(client, userId),
    async item(userId) {
      const input = {
        TableName: TABLES.users,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: `user#${userId}` } },
        ConsistentRead: true,
      }
      return (await patiently(() => client.send(new QueryCommand(input)))).Items?.[0] as never
    },
    age: (userId, seconds) =>
      rewrite(userId, ({ lastSeenAt }) => ({ lastSeenAt: { N: String(Number(lastSeenAt?.N) - seconds) } })),
    expire: (userId, at) => rewrite(userId, () => ({ endsAt: { N: String(at) }, expiresAt: { N: String(at) } })),
    async close() {
      await stack.close()
      await proxy.close()
      client.destroy()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }

  async function rewrite(userId: string, change: (row: Row) => Row): Promise<void> {
    for (const row of await rowsOf(client, userId)) {
      const Item = { ...row, ...change(row) } as Record<string, never>
      await patiently(() => client.send(new PutItemCommand({ TableName: TABLES.sessions, Item })))
    }
  }
}

type Row = Record<string, { S?: string; N?: string }>

async function rowsOf(client: DynamoDBClient, userId: string) {
  const input = {
    TableName: TABLES.sessions,
    KeyConditionExpression: 'userId = :userId',
    ExpressionAttributeValues: { ':userId': { S: userId } },
    ConsistentRead: true,
  }
  return ((await patiently(() => client.send(new QueryCommand(input)))).Items ?? []) as Row[]
}

/** Past the service the proof asks the engine itself, which may just be starting anew. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await work()
    } catch (error) {
      if (tries === 60) throw error
      await sleep(500)
    }
}

/** A module that moves a process's wall clock; its monotonic one goes on as it was. */
function shiftedClock({ ahead, until = Infinity }: Clock): string {
  const code = `const { now } = Date; Date.now = () => now() + (performance.now() < ${until * 1000} ? ${ahead * 1000} : 0)`
  return `data:text/javascript,${encodeURIComponent(code)}`
}
