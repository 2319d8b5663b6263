import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { dynamodbSessionStore } from '../../../lib/dynamodb/index.ts'
import { createSessions, type Sessions } from '../../../lib/sessions/sessions.ts'
import { systemRandomText } from '../../../lib/system.ts'
import { signIn } from '../../../testing/sign-in.ts'
import type { DynamodbHost } from '../machine/dynamodb-host.ts'
import type { Sandbox } from '../machine/sandbox.ts'
import type { Answer, Gateway, Sent } from './gateway.ts'

export type Item = Record<string, AttributeValue>

/** A signed-in user. */
export interface Actor {
  readonly email: string
  readonly userId: string
  readonly sessionId: string
  readonly token: string
}

export const PASSWORD = 'correct horse battery staple'

/** The service under rehearsal, its tables, and what went wrong so far. */
export class World {
  readonly faults: string[] = []
  /** The routes that were asked, with how often. */
  readonly asked = new Map<string, number>()
  /** Every token that a response contained. */
  readonly tokens = new Set<string>()
  readonly gateway: Gateway
  readonly sandboxes: ReadonlyMap<string, Sandbox>
  readonly host: DynamodbHost
  readonly client: DynamoDBClient
  readonly tables: Readonly<Record<'sessions' | 'users' | 'attempts' | 'activity' | 'outbox', string>>
  readonly #sessions: Sessions
  #users = 0

  constructor(parts: Pick<World, 'gateway' | 'sandboxes' | 'host' | 'client' | 'tables'>) {
    this.gateway = parts.gateway
    this.sandboxes = parts.sandboxes
    this.host = parts.host
    this.client = parts.client
    this.tables = parts.tables
    const store = dynamodbSessionStore({ client: parts.client, tableName: parts.tables.sessions })
    this.#sessions = createSessions({ store })
  }

  /** Records a fault unless the condition holds. */
  expect(condition: boolean, fault: string): void {
    if (!condition) this.faults.push(fault)
  }

  sandbox(name: string): Sandbox {
    const sandbox = this.sandboxes.get(name)
    if (!sandbox) throw new Error(`There is no function ${name}.`)
    return sandbox
  }

  /** Sends a request and records a fault if its status is another one. */
  async ask(
    route: string,
    expected: number,
    sent: Sent = {},
    parameters: Record<string, string> = {},
  ): Promise<Answer> {
    const [method = '', target = ''] = route.split(' ')
    const path = target.replace(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? '')
    const key = route.replace(/\?.*$/, '')
    this.asked.set(key, (this.asked.get(key) ?? 0) + 1)
    const answer = await this.gateway.request(method, path, sent)
    if (typeof answer.json?.token === 'string') this.tokens.add(answer.json.token)
    const { status, text, functionName } = answer
    this.expect(
      status === expected,
      `${functionName}: ${route} answered ${status} instead of ${expected}: ${text.slice(0, 300)}`,
    )
    return answer
  }

  /** The origin of the service, where its browsers are. */
  get origin(): string {
    return this.sandbox('console').definition.environment.ORIGIN ?? ''
  }

  newEmail(): string {
    return `user-${++this.#users}@example.com`
  }

  /** Registers a user, from an address of its own. */
  async register(scopes: readonly string[] = []): Promise<{ email: string; userId: string }> {
    const email = this.newEmail()
    const body = { email, password: PASSWORD, name: 'Ada' }
    const { json, text } = await this.ask('POST /auth/register', 201, { body, ip: `198.51.100.${this.#users % 250}` })
    const userId: string | undefined = json?.user?.id
    if (!userId) throw new Error(`Without a user the rehearsal cannot go on: ${text.slice(0, 200)}`)
    if (scopes.length > 0) {
      const item = await this.get(this.tables.users, { pk: { S: `user#${userId}` } })
      await this.put(this.tables.users, { ...item, scopes: { L: scopes.map((S) => ({ S })) } })
    }
    return { email, userId }
  }

  /** Signs a user in by password. */
  async signIn({ email, userId }: { email: string; userId: string }): Promise<Actor> {
    const body = { email, password: PASSWORD, credential: 'bearer' }
    const { json, text } = await this.ask('POST /auth/login', 200, { body })
    if (!json?.token) throw new Error(`Without a session the rehearsal cannot go on: ${text.slice(0, 200)}`)
    return { email, userId, sessionId: json?.session?.id ?? '', token: json?.token ?? '' }
  }

  async newActor(scopes: readonly string[] = []): Promise<Actor> {
    return await this.signIn(await this.register(scopes))
  }

  /** A session more of a user, which a change that revokes all sessions finds. */
  async addSession({ userId }: Actor): Promise<void> {
    await signIn(this.#sessions, { userId })
  }

  /** Another user with the same password, and a session of it, without asking the functions. */
  async copyActor(actor: Actor, scopes: readonly string[]): Promise<Actor> {
    const userId = systemRandomText(21)
    const email = this.newEmail()
    const { changeId, ...item } = await this.get(this.tables.users, { pk: { S: `user#${actor.userId}` } })
    const own = { pk: { S: `user#${userId}` }, id: { S: userId }, email: { S: email }, ...(changeId && { changeId }) }
    await this.put(this.tables.users, { ...item, ...own, scopes: { L: scopes.map((S) => ({ S })) } })
    await this.put(this.tables.users, { pk: { S: `email#${email}` }, userId: { S: userId } })
    const { session, token } = await signIn(this.#sessions, { userId, scopes: ['account', ...scopes] })
    return { email, userId, sessionId: session.id, token }
  }

  async get(TableName: string, Key: Item): Promise<Item> {
    return (await this.client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item ?? {}
  }

  async put(TableName: string, Item: Item): Promise<void> {
    await this.client.send(new PutItemCommand({ TableName, Item }))
  }

  async delete(TableName: string, Key: Item): Promise<void> {
    await this.client.send(new DeleteItemCommand({ TableName, Key }))
  }

  async scan(TableName: string): Promise<Item[]> {
    return (await this.client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? []
  }

  /** Makes the renewal of a session due. */
  async age({ userId, sessionId }: Actor): Promise<void> {
    const row = await this.get(this.tables.sessions, { userId: { S: userId }, sessionId: { S: sessionId } })
    await this.put(this.tables.sessions, { ...row, lastSeenAt: { N: String(Number(row.lastSeenAt?.N) - 900) } })
  }

  /** The state after a revocation of all sessions that was interrupted after its first write; one session stays valid. */
  async interruptSweep(userId: string, keptSessionId?: string): Promise<void> {
    const { users, sessions } = this.tables
    const user = await this.get(users, { pk: { S: `user#${userId}` } })
    const epoch = { N: String(Number(user.epoch?.N) + 1) }
    await this.put(users, { ...user, epoch, sweepPending: { BOOL: true } })
    const rows = (await this.scan(sessions)).filter((row) => row.userId?.S === userId)
    await this.put(sessions, { ...rows[0], sessionId: { S: 'o'.repeat(21) } })
    for (const row of rows)
      if (row.sessionId?.S === keptSessionId) await this.put(sessions, { ...row, userEpoch: epoch })
  }

  /** Uses up every budget of attempts, or frees all. */
  async setAttempts(taken: 'all' | 'none'): Promise<void> {
    const { attempts } = this.tables
    for (const item of await this.scan(attempts)) {
      if (!item.taken) continue
      const full = { taken: { N: '1000000' }, opensAt: { N: '4000000000' } }
      await this.put(attempts, { ...item, ...(taken === 'all' ? full : { taken: { N: '0' } }) })
    }
  }
}
