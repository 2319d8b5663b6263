import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import middy from '@middy/core'
import type { Context } from 'aws-lambda'
import { startDeadline } from '../../lib/deadline.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import type { Session } from '../../lib/session.ts'
import { requireSession, type SessionContext } from '../../middleware/require-session.ts'
import { type Coatcheck, type Guest, type Tables, TIMEOUT_MS } from './coatcheck.ts'
import { httpEvent } from './http-event.ts'
import { signedCall } from './signed-call.ts'
import type { Lane } from './turns.ts'

export const FLOOR = 'hand-signed HTTP GetItem'
export const SDK = 'SDK GetItem'
export const READ = 'Coatcheck: the read alone'
export const CHECK = 'Coatcheck: a full check'
export const BARE_SDK = 'bare handler, SDK GetItem'
export const BARE_READ = 'bare handler, Coatcheck’s read'
export const GUARDED = 'guarded handler'

const COOKIE = '__Host-session'

/** The lanes that do one strongly consistent read of one row, from the floor to a handler behind the middleware. */
export function readingLanes(endpoint: string, tables: Tables, coatcheck: Coatcheck, guest: Guest): Lane[] {
  const TableName = tables.sessions
  const { userId, id } = guest.session
  const Key = { userId: { S: userId }, sessionId: { S: id } }
  const { store, sessions } = coatcheck
  const call = signedCall(endpoint)
  const client = plainClient(endpoint)
  const get = () => client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
  const event = httpEvent('GET', '/notes', { cookie: `${COOKIE}=${guest.token}` })
  const guarded = guardedHandler(coatcheck)

  const bareSdk = async (_: HttpEvent, __: Context) => answer((await get()).Item?.userId?.S)
  const bareRead = async (_: HttpEvent, __: Context) => answer((await store.get(userId, id, startDeadline()))?.userId)
  return [
    { name: FLOOR, run: () => call('GetItem', JSON.stringify({ TableName, Key, ConsistentRead: true })) },
    { name: SDK, run: get },
    { name: READ, run: () => store.get(userId, id, startDeadline()) },
    { name: CHECK, run: () => sessions.check(guest.token) },
    { name: BARE_SDK, run: () => bareSdk(event, lambdaContext()) },
    { name: BARE_READ, run: () => bareRead(event, lambdaContext()) },
    { name: GUARDED, run: () => guarded(event) },
  ]
}

/** The SDK with the time limits of `lib/dynamodb/client.ts`, since it never times out by default. */
export function plainClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 300,
      requestTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  })
}

/** A handler behind `requireSession`, as in docs/guard-a-handler.md; each call has a context of its own. */
export function guardedHandler({ sessions }: Pick<Coatcheck, 'sessions'>): (event: HttpEvent) => Promise<object> {
  const guard = requireSession({ sessions, cookieName: COOKIE, origin: 'https://app.example.com', log: () => {} })
  const handler = middy<HttpEvent, object, Error, Context & SessionContext<Session>>()
    .use(guard)
    .handler(async (_, { session }) => answer(session.userId))
  // The middleware has not added anything to the event yet.
  return (event) => handler(event, lambdaContext() as Parameters<typeof handler>[1])
}

const answer = (userId: string | undefined) => ({ statusCode: 200, body: JSON.stringify({ userId }) })

/** The Lambda context; one for each request, since middleware writes to it. */
export function lambdaContext(): Context {
  return { functionName: 'bench', awsRequestId: 'JKJaXmPLvHcESHA=', getRemainingTimeInMillis: () => 3000 } as Context
}
