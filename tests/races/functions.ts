import { AsyncLocalStorage } from 'node:async_hooks'
import { vi } from 'vitest'
import type { App } from '../../functions/http/app.ts'
import type { PasswordApp } from '../../functions/http/password-app.ts'
import { createAccounts } from '../../lib/accounts/accounts.ts'
import { parseConfig } from '../../lib/config.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import type { HttpResponse } from '../../lib/http/response.ts'
import type { LogEntry, SessionStore, UserStore } from '../../lib/ports.ts'
import type { Scope } from '../../lib/scope.ts'
import { Secret } from '../../lib/secret.ts'
import { formatToken, hashSecret, mintToken } from '../../lib/sessions/session-token.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import type { EpochSeconds } from '../../lib/system.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import type { UserId } from '../../lib/user.ts'
import { memoryAttemptStore } from '../../testing/memory-attempt-store.ts'
import { NOW, sampleRow, sampleUser } from '../support/samples.ts'
import { hasher, type Stores, soon, textsOf } from '../support/scene.ts'

// The handlers of `functions/`, as they are deployed, on the stores of whichever actor calls them. Only their composition
// roots, `functions/http/app.ts` and `password-app.ts`, are replaced: they open stores, clock and hasher.

const environment = { NODE_ENV: 'test', PASSWORD_PEPPER: 'p'.repeat(32), FACTOR_KEY: 'f'.repeat(32) }
const parsed = parseConfig(environment, { pepper: true })
/** The passwords of a race are short names. */
const config = { ...parsed, password: { ...parsed.password, minLength: 1 } }

/** In memory: the races hold up only calls on users and sessions. */
const attempts = createAttempts({
  store: memoryAttemptStore(),
  limits: {
    windowSeconds: 900,
    perAccount: 1_000_000,
    perSource: 1_000_000_000,
    registrationsPerSource: 1_000_000_000,
    mailsPerAddress: 1_000_000_000,
    mailsPerSource: 1_000_000_000,
    linksPerSource: 1_000_000_000,
    passkeysPerSource: 1_000_000_000,
    tokensPerUser: 1_000_000_000,
    providerRequestsPerSource: 1_000_000_000,
  },
  pepper: new Secret(environment.PASSWORD_PEPPER),
})

/** One Lambda function, as one actor runs it. */
export type Instance = ReturnType<typeof openInstance>

/** Opens the parts of a function on an actor's stores. */
export function openInstance(
  stores: Stores,
  { name, now, cap = 0 }: { name: string; now: EpochSeconds; cap?: number },
) {
  let time = now
  const [clock, randomText] = [() => time, textsOf(name)]
  const observed: { epoch?: number; crash?: unknown } = {}
  const store = withAdministrator(stores.users, observed)
  const sessions = createSessions({ store: besideAdministrator(stores.sessions), clock, cap, randomText })
  const pause = async () => {
    time++
  }
  const log = (entry: LogEntry) => {
    if (entry.event === 'sys_crash') observed.crash = entry.error
  }
  const accounts = createAccounts({ store, sessions, clock })
  return { ...accounts, sessions, hasher, attempts, pause, log, observed }
}

const instances = new AsyncLocalStorage<Instance>()

/** Forwards each call to the instance of the actor that is calling: functions read their parts when they are imported. */
function forwarded<Name extends keyof Instance>(name: Name): Instance[Name] {
  const current = () => {
    const instance = instances.getStore()
    if (!instance) throw new Error('A function was called outside of an actor.')
    return instance[name]
  }
  type Methods = Record<PropertyKey, (...args: unknown[]) => unknown>
  return new Proxy(() => {}, {
    get:
      (_, method) =>
      (...args: unknown[]) =>
        (current() as unknown as Methods)[method]?.(...args),
    apply: (_, __, args) => (current() as unknown as (...args: unknown[]) => unknown)(...args),
  }) as never
}

let opened = 0
function openApp(): App & PasswordApp {
  opened++
  const parts = ['users', 'revocations', 'administration', 'sessions', 'hasher', 'attempts', 'pause', 'log'] as const
  const checkBreaches = async () => {}
  return { config, checkBreaches, ...Object.fromEntries(parts.map((part) => [part, forwarded(part)])) } as never
}

type Handler = (event: unknown, context: unknown) => Promise<HttpResponse>
const handlers = new Map<string, Promise<Handler>>()

async function importHandler(name: string): Promise<Handler> {
  vi.doMock('../../functions/http/app.ts', () => ({
    ...{ openApp, openBareApp: openApp },
    openTokenConfig: () => undefined,
  }))
  vi.doMock('../../functions/http/password-app.ts', () => ({ openPasswordApp: openApp }))
  try {
    // The query makes it a module of its own, whatever other test files have imported.
    const before = opened
    const { handler } = await import(/* @vite-ignore */ `../../functions/${name}.ts?race`)
    if (opened === before) throw new Error(`functions/${name}.ts did not open its parts here.`)
    return handler
  } finally {
    vi.doUnmock('../../functions/http/app.ts')
    vi.doUnmock('../../functions/http/password-app.ts')
  }
}

let importing: Promise<unknown> = Promise.resolve()
function handlerOf(name: string): Promise<Handler> {
  const known = handlers.get(name)
  if (known) return known
  const handler = importing.then(() => importHandler(name))
  importing = handler.catch(() => {})
  handlers.set(name, handler)
  return handler
}

type FunctionName =
  | 'login'
  | 'logout'
  | 'register'
  | 'reauthenticate'
  | 'change-password'
  | 'revoke-all-sessions'
  | `admin-${'revoke-session' | 'revoke-all-sessions' | 'update-user' | 'delete-user'}`

/** A request to a function. */
export interface Sent {
  readonly method: string
  readonly body?: object
  readonly cookie?: string
  readonly bearer?: string
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly ip?: string
}

/** A response, as its client reads it. */
export interface Received {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: JSON, in the shape of the route
  readonly body: any
  /** The new session's token, from the body or the cookie. */
  readonly token: Secret | undefined
}

/** A response that is not a success; `code` is that of the problem. */
class Refused extends Error {
  readonly code: string
  constructor(status: number, code: string | undefined) {
    super(`${status} ${code}`)
    this.code = code ?? String(status)
  }
}

/** @throws Refused unless the function answers with success; the cause of a crash */
export async function call(instance: Instance, name: FunctionName, sent: Sent): Promise<Received> {
  const handler = await handlerOf(name)
  const response = await instances.run(instance, () => handler(eventOf(sent), { awsRequestId: 'race' }))
  const body = response.body ? JSON.parse(response.body) : undefined
  const { statusCode: status } = response
  if (instance.observed.crash) throw instance.observed.crash
  if (status >= 300) throw new Refused(status, body?.code)
  return { status, body, token: tokenOf(response, body) }
}

/** Delivers a record of the users table's stream. @throws Refused if the function reports the record as failed */
export async function deliver(instance: Instance, userId: UserId): Promise<void> {
  const handler = await handlerOf('finish-sweeps')
  const record = { eventName: 'MODIFY', dynamodb: { Keys: { pk: { S: `user#${userId}` } }, SequenceNumber: '1' } }
  const { batchItemFailures } = (await instances.run(instance, () => handler({ Records: [record] }, {}))) as never as {
    batchItemFailures: unknown[]
  }
  if (instance.observed.crash) throw instance.observed.crash
  if (batchItemFailures.length > 0) throw new Refused(500, 'unavailable')
}

function tokenOf({ cookies = [] }: HttpResponse, body: { token?: string } | undefined): Secret | undefined {
  const values = cookies.flatMap((cookie) => /^__Host-session=([^;]+)/.exec(cookie)?.[1] ?? [])
  const token = body?.token ?? values.at(-1)
  return token === undefined ? undefined : new Secret(token)
}

/** The event of an HTTP API; a cookie comes from a page of the service. */
function eventOf({ method, body, cookie, bearer, params, query, ip = '192.0.2.1' }: Sent): HttpEvent {
  return {
    version: '2.0',
    headers: {
      'sec-fetch-site': 'same-origin',
      'user-agent': 'tests',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(cookie === undefined ? {} : { cookies: [`${config.cookie.name}=${cookie}`] }),
    ...(params === undefined ? {} : { pathParameters: params }),
    ...(query === undefined ? {} : { queryStringParameters: query }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    requestContext: { http: { method, sourceIp: ip, userAgent: 'tests' } },
  }
}

/** The administrator's own rows do not take part in a race: no operation changes them. */
const ADMINISTRATOR = sampleUser({ scopes: ['admin:write', 'admin:revoke'] as Scope[] })
const token = mintToken(ADMINISTRATOR.id, textsOf('administrator'))
const LATER = NOW + 1_000_000 // not to be renewed, and always fresh
const ADMINISTRATOR_ROW = sampleRow({
  ...{
    id: token.sessionId,
    userId: ADMINISTRATOR.id,
    scopes: ADMINISTRATOR.scopes,
    secretHash: hashSecret(token.secret),
  },
  ...{ authenticatedAt: 2 * NOW, lastSeenAt: LATER, expiresAt: LATER, endsAt: LATER },
})
export const ADMINISTRATOR_TOKEN = formatToken(token).reveal()

function besideAdministrator(store: SessionStore): SessionStore {
  return {
    ...store,
    get: async (userId, id, _, consistency) =>
      id === ADMINISTRATOR_ROW.id ? ADMINISTRATOR_ROW : store.get(userId, id, soon(), consistency),
    create: (row) => store.create(row, soon()),
    renew: (session, to) => store.renew(session, to, soon()),
    delete: (userId, id) => store.delete(userId, id, soon()),
    list: (userId) => store.list(userId, soon()),
    deleteBelowEpoch: (userId, epoch, now) => store.deleteBelowEpoch(userId, epoch, now, soon()),
  }
}

/** Notes the epoch that a revoke-all of this instance began. */
function withAdministrator(store: UserStore, observed: { epoch?: number }): UserStore {
  return {
    ...store,
    get: async (userId) => (userId === ADMINISTRATOR.id ? ADMINISTRATOR : store.get(userId, soon())),
    async advanceEpoch(user, changeId, change) {
      const isAdvanced = await store.advanceEpoch(user, changeId, change, soon())
      if (isAdvanced) observed.epoch = user.epoch + 1
      return isAdvanced
    },
  }
}
