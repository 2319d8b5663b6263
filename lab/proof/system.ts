import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { nanoid } from 'nanoid'
import { createUsers } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { createClient, type DynamoDBClient, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { parseEmail } from '../../lib/email.ts'
import { bcryptHasher } from '../../lib/passwords/password-hasher.ts'
import type { Scope } from '../../lib/scope.ts'
import { Secret } from '../../lib/secret.ts'
import type { User } from '../../lib/user.ts'
import type { FrontOptions } from '../../local/front.ts'
import type { Pool } from '../../local/pool.ts'
import { startStack } from '../../local/stack.ts'
import { freePort } from '../../tests/support/free-port.ts'
import type { MailedLink } from './factor-requests.ts'
import { type FaultProxy, startFaultProxy } from './faults/fault-proxy.ts'
import { type MailKind, openMails } from './mails.ts'
import { FACTOR_KEY, leaksIn, PASSWORD, PEPPER } from './secrets.ts'
import type { AskingBrowser, MailedCode } from './sign-in-requests.ts'
import { TABLES } from './tables.ts'

/** The scopes of a user: those that the guarded routes require, and one that an administrator removes. */
export const SCOPES = { kept: ['greeting:read', 'orders:read'], removed: 'orders:write' } as const

/** The service in processes that can be killed, with a proxy that injects faults into its datastore calls. */
export interface System {
  readonly url: string
  readonly proxy: FaultProxy
  readonly log: Log
  pids: Pool['pids']
  /** Creates a user directly in the table, without the faults of the service's calls. */
  createUser(scopes?: readonly string[], passwordHash?: string): Promise<User>
  hash(password: string, cost?: number): Promise<string>
  /** Items as they are in the tables. */
  rows(userId: string): Promise<Row[]>
  item(userId: string): Promise<Record<string, { S?: string; N?: string; BOOL?: boolean }> | undefined>
  /** Makes a renewal of a user's sessions due. */
  makeRenewalDue(userId: string): Promise<void>
  /** Sets both timeouts of a user's sessions. */
  expire(userId: string, atEpochSecond: number): Promise<void>
  /** The link of the latest mail of a kind to an address. */
  linkTo(email: string, kind: MailKind): Promise<MailedLink | undefined>
  /** The mailed code for a browser that asked. */
  codeOf(email: string, browser: AskingBrowser): Promise<MailedCode | undefined>
  close(): Promise<void>
}

export type Bundling = NonNullable<FrontOptions['bundle']>

/** The log of front and functions: the number of lines, and the lines with a credential (R16). */
export interface Log {
  lines: number
  readonly leaks: string[]
}

/** A wrong wall clock. */
export interface Clock {
  readonly aheadSeconds: number
  /** Seconds after the worker's start, when the clock jumps to the right time. */
  readonly untilSeconds?: number
}

/** Options that all systems of a run share. */
export type Setting = Pick<SystemOptions, 'engine' | 'seed' | 'bundle' | 'log'>

export interface SystemOptions {
  /** The endpoint of a running engine. */
  readonly engine: string
  readonly seed: number
  readonly environment?: Record<string, string>
  /** Workers for functions without and with password hashing; 4 by default. */
  readonly lightWorkers?: number
  readonly heavyWorkers?: number
  /** The clock of the n-th worker. */
  readonly clock?: (index: number) => Clock
  /** By default the functions are bundled from the source. */
  readonly bundle?: Bundling | undefined
  /** By default each system has a log of its own. */
  readonly log?: Log
}

/** Cheap hashes make room for more trials; a deployed stage cannot have them. */
const SETTINGS = {
  NODE_ENV: 'test',
  BCRYPT_COST: '4',
  REGISTRATION: 'open',
  PASSWORD_PEPPER: PEPPER,
  FACTOR_KEY,
  SESSION_RENEW_SECONDS: '5',
  SESSION_MAX_PER_USER: '0',
  LOGIN_ATTEMPTS_PER_ACCOUNT: '100',
  LOGIN_ATTEMPTS_PER_SOURCE: '100000',
  REGISTRATIONS_PER_SOURCE: '100000',
  MAILER: 'ses', // no request sends a mail: `mails.ts` does
  MAILS_PER_SOURCE: '100000',
  LINKS_PER_SOURCE: '100000',
  LOGIN_CODE: 'on',
  PASSKEYS_PER_SOURCE: '100000',
}

export async function startSystem(options: SystemOptions): Promise<System> {
  const { engine, seed, environment = {}, clock, bundle, log = { lines: 0, leaks: [] } } = options
  const { lightWorkers = 4, heavyWorkers = 4 } = options
  const proxy = await startFaultProxy(engine, seed)
  const dataFolder = await mkdtemp(join(tmpdir(), 'coatcheck-proof-'))
  const port = { PORT: String(await freePort()), DYNAMODB_ENDPOINT: proxy.endpoint }
  const stack = await retry(
    () =>
      startStack({
        playsStreams: false, // sweeps are finished by requests, as the histories expect
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
      }),
    10,
  ) // a busy engine may exceed the service's time limits
  const client = createClient({ endpoint: engine, timeoutMs: 10_000 })
  const users = createUsers({ store: dynamodbUserStore({ client, tableName: TABLES.users }) })
  const mails = openMails(client)
  const hash = (password: string, cost = 4) =>
    bcryptHasher({ cost, pepper: new Secret(PEPPER) }).hash(new Secret(password))
  const hashOfPassword = await hash(PASSWORD)

  return {
    url: stack.url,
    proxy,
    log,
    pids: stack.pids,
    hash,
    createUser: (scopes = [...SCOPES.kept, SCOPES.removed], passwordHash = hashOfPassword) =>
      retry(() => {
        const email = parseEmail(`${nanoid(12)}@example.com`)
        if (!email) throw new Error('unreachable')
        return users.register(
          { email, emailVerified: true, passwordHash, scopes: scopes as Scope[] },
          startDeadline(30),
        )
      }),
    rows: (userId) => rowsOf(client, userId),
    async item(userId) {
      const input = {
        TableName: TABLES.users,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: `user#${userId}` } },
        ConsistentRead: true,
      }
      return (await retry(() => client.send(new QueryCommand(input)))).Items?.[0] as never
    },
    makeRenewalDue: (userId) =>
      rewrite(userId, ({ lastSeenAt }) => ({ lastSeenAt: { N: String(Number(lastSeenAt?.N) - 60) } })),
    expire: (userId, at) => rewrite(userId, () => ({ endsAt: { N: String(at) }, expiresAt: { N: String(at) } })),
    linkTo: (email, kind) => retry(() => mails.linkTo(email, kind)),
    codeOf: (email, browser) => retry(() => mails.codeOf(email, browser)),
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
      await retry(() => client.send(new PutItemCommand({ TableName: TABLES.sessions, Item })))
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
  return ((await retry(() => client.send(new QueryCommand(input)))).Items ?? []) as Row[]
}

/** The engine may be restarting. */
async function retry<T>(work: () => Promise<T>, most = 240): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await work()
    } catch (error) {
      if (tries === most) throw error
      await sleep(500)
    }
}

/** A module that shifts the wall clock of a process, not its monotonic clock. */
function shiftedClock({ aheadSeconds, untilSeconds = Infinity }: Clock): string {
  const code = `const { now } = Date; Date.now = () => now() + (performance.now() < ${untilSeconds * 1000} ? ${aheadSeconds * 1000} : 0)`
  return `data:text/javascript,${encodeURIComponent(code)}`
}
