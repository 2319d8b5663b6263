import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { inject } from 'vitest'
import { createUsers } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { parseEmail } from '../../lib/email.ts'
import { bcryptHasher } from '../../lib/passwords/password-hasher.ts'
import { heldScopes, type Scope } from '../../lib/scope.ts'
import { Secret } from '../../lib/secret.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import type { User } from '../../lib/user.ts'
import type { FrontOptions } from '../../local/front.ts'
import { startStack } from '../../local/stack.ts'
import { tableNames, tableVariables } from '../../local/table-settings.ts'
import { isFirstEngine } from './engine.ts'
import { freePort } from './free-port.ts'
import { type Answer, type RequestOptions, request } from './http.ts'
import { bundleForProcess } from './in-process/bundle.ts'
import { assertDescribed } from './openapi.ts'
import { type DatastoreProxy, startProxy } from './proxy.ts'
import { createTestClient, createTestTables, openTestTables, type TestTables } from './tables.ts'

export const PASSWORD = 'correct horse battery staple'

export interface TestUser extends User {
  readonly password: string
}

export interface TestService {
  readonly url: string
  readonly proxy: DatastoreProxy
  readonly tables: TestTables
  /** What the front and the functions have printed. */
  readonly log: string[]
  readonly pepper: Secret
  /** @throws Error if the response is not as openapi.json describes it */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>
  /** A user of one's own, with these scopes. */
  user(scopes?: readonly string[]): Promise<TestUser>
  /** A session as a sign-in creates it, without signing in. */
  session(user: TestUser, scopes?: readonly string[]): Promise<{ token: string; id: string }>
  /** Signs in over HTTP: a bearer token and the session's id. */
  signIn(user: TestUser, body?: object): Promise<{ token: string; id: string; answer: Answer }>
  close(): Promise<void>
}

/** What a service finds again when it is started anew: its maker's to remove. */
export interface TestPlace {
  readonly tables: TestTables
  /** Holds the pepper. */
  readonly dataFolder: string
}

/**
 * The service as `npm start` runs it, with a proxy that sees every datastore call; `neighbours` are the folders of
 * services beside it. On tables of its own, unless it is given a place that outlives it; `bundle` is of another release.
 * With `playsStreams` it sends mail to the mailbox and has an engine of its own, past the proxy.
 */
export async function startTestService(
  environment: Record<string, string> = {},
  neighbours: readonly string[] = ['examples/greeting'],
  place?: TestPlace,
  bundle?: FrontOptions['bundle'],
  { playsStreams = false } = {},
): Promise<TestService> {
  const made = place?.tables ?? (playsStreams ? undefined : await createTestTables())
  const names = made ?? tableNames(`t${nanoid(8)}`)
  const proxy = await startProxy(inject('endpoint'))
  const dataFolder = place?.dataFolder ?? (await mkdtemp(join(tmpdir(), 'coatcheck-test-')))
  const log: string[] = []
  const stack = await startStack({
    playsStreams, // by default not, or their calls would be counted
    environment: {
      NODE_ENV: 'test', // lets bcrypt be cheap
      BCRYPT_COST: '4',
      PORT: String(await freePort()),
      ...(!made && isFirstEngine ? {} : { DYNAMODB_ENDPOINT: made ? proxy.endpoint : inject('endpoint') }),
      ...tableVariables(names),
      ACTIVITY_DAYS: '0', // what is recorded has tests of its own
      // A busy machine makes no call fail, and none be repeated, unless a test asks for less.
      DATASTORE_TIMEOUT_MS: '10000',
      // A suite is one source; what throttles has tests of its own.
      LOGIN_ATTEMPTS_PER_SOURCE: '100000',
      REGISTRATIONS_PER_SOURCE: '100000',
      ...environment,
    },
    dataFolder,
    services: ['.', ...neighbours],
    ...(inject('functions') === 'in-process' && { bundle: bundleForProcess, workers: { light: 16, heavy: 4 } }),
    ...(bundle && { bundle }),
    log: (line) => log.push(line),
  })
  const { url } = stack
  const pepper = new Secret((await readFile(join(dataFolder, 'pepper'), 'utf8')).trim())
  const hasher = bcryptHasher({ cost: 4, pepper })
  const client = createTestClient(made ? inject('endpoint') : stack.endpoint)
  const tables = made ?? openTestTables(client, names)
  const users = createUsers({ store: dynamodbUserStore({ client, tableName: tables.users }) })
  const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: tables.sessions }) })
  let passwordHash: string | undefined

  async function describedRequest(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const answer = await request(url, method, path, options)
    assertDescribed(method, path, options, answer)
    return answer
  }

  return {
    url,
    proxy,
    tables,
    log,
    pepper,
    request: describedRequest,
    async user(scopes = []) {
      const email = parseEmail(`${nanoid(10)}@example.com`)
      if (!email) throw new Error('unreachable')
      passwordHash ??= await hasher.hash(new Secret(PASSWORD))
      const user = await users.register({ email, passwordHash, scopes: scopes as Scope[] }, startDeadline(10))
      return { ...user, password: PASSWORD }
    },
    async session(user, scopes = heldScopes(user)) {
      const wanted = { user, scopes: scopes as Scope[], ip: '192.0.2.1', userAgent: 'tests' }
      const created = await sessions.create(wanted, users, startDeadline(10))
      if (!created) throw new Error('The user is gone or disabled.')
      return { token: created.token.reveal(), id: created.session.id }
    },
    async signIn({ email, password }, body = {}) {
      const answer = await describedRequest('POST', '/auth/login', {
        body: { email, password, credential: 'bearer', ...body },
      })
      return { token: answer.json.token, id: answer.json.session?.id, answer }
    },
    async close() {
      await stack.close()
      await proxy.close()
      client.destroy()
      if (place) return
      tables.client.destroy()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
