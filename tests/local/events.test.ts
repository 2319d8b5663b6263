import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { createClient } from '../../lib/dynamodb/index.ts'
import { type Stack, startStack } from '../../local/stack.ts'
import { isFirstEngine } from '../support/engine.ts'
import { schemaFaults } from '../support/event-schemas.ts'
import { freePort } from '../support/free-port.ts'
import { request } from '../support/http.ts'
import { removeFolders, temporaryFolder } from './support.ts'

// Each way in which a session ends, on a running service: the event that an application receives at EVENTS_URL.

interface Delivered {
  readonly source: string
  readonly 'detail-type': string
  readonly time: string
  readonly detail: Record<string, unknown>
}

const NEIGHBOUR = {
  'serverless.yml': `
service: neighbour
provider: { name: aws, runtime: nodejs24.x }
functions:
  greet:
    handler: greet.handler
    events: [{ eventBridge: { eventBus: shop, pattern: { source: [coatcheck], detail-type: [{ prefix: user. }] } } }]
`,
  'greet.ts': `export const handler = async (event: { 'detail-type': string }) => console.log('greeted ' + event['detail-type'])`,
}

let stack: Stack
let client: DynamoDBClient
let receiver: Server
let management: Server
let failures = 0
const closed: string[] = []
const received: Delivered[] = []
const lines: string[] = []
const tables = { sessions: `sessions-events-${process.pid}`, users: `users-events-${process.pid}` }
beforeAll(async () => {
  receiver = createServer(async (incoming, response) => {
    const event = JSON.parse(await bodyOf(incoming))
    const isRefused = failures-- > 0
    if (!isRefused) received.push(event)
    response.writeHead(isRefused ? 503 : 204).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  management = createServer((incoming, response) => {
    closed.push(`${incoming.method} ${decodeURIComponent(incoming.url ?? '')}`)
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => management.listen(0, '127.0.0.1', resolve))
  const environment = {
    PORT: String(await freePort()),
    REGISTRATION: 'open',
    USERS_TABLE: tables.users,
    SESSIONS_TABLE: tables.sessions,
    EVENTS_URL: url(receiver),
    WEBSOCKET_ENDPOINT: url(management),
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...(!isFirstEngine && { DYNAMODB_ENDPOINT: inject('endpoint') }),
  }
  const services = ['.', await temporaryFolder(NEIGHBOUR), 'examples/orders-api']
  stack = await startStack({
    environment,
    dataFolder: await temporaryFolder(),
    services,
    watch: true,
    expiry: { intervalMs: 200, delaySeconds: 0 },
    log: (line) => lines.push(line),
  })
  client = createClient({ endpoint: stack.endpoint, timeoutMs: 10_000 })
})
afterAll(async () => {
  client?.destroy()
  await stack?.close()
  receiver?.close()
  management?.close()
  await removeFolders()
})

const url = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of incoming) text += chunk
  return text
}

const PASSWORD = 'correct horse battery staple'
let count = 0

async function signInNew() {
  const body = { email: `events-${count++}@example.com`, password: PASSWORD }
  const { json } = await request(stack.url, 'POST', '/auth/register', { body })
  return { ...(await signIn(body.email)), email: body.email, userId: json.user.id as string }
}

async function signIn(email: string): Promise<{ bearer: string; id: string }> {
  const body = { email, password: PASSWORD, credential: 'bearer' }
  const { json } = await request(stack.url, 'POST', '/auth/login', { body })
  return { bearer: json.token, id: json.session.id }
}

/** The events of this id that have arrived; waits for the first. */
const arrived = (id: string) =>
  vi.waitFor(
    () => {
      const found = received.filter(({ detail }) => String(detail.id).includes(id) && detail.id !== undefined)
      expect(found, id).not.toEqual([])
      return found
    },
    { timeout: 20_000 },
  )
const eventOf = async (id: string, type: string) => (await arrived(`${id}.${type}`))[0] as Delivered

const ENDINGS: [how: string, end: (bearer: string, id: string) => Promise<{ status: number }>, expected: object][] = [
  ['a logout', (bearer) => request(stack.url, 'POST', '/auth/logout', { bearer }), { reason: 'logout' }],
  [
    'a revoke by its user',
    (bearer, id) => request(stack.url, 'DELETE', `/auth/sessions/${id}`, { bearer }),
    { reason: 'revoked', by: 'user' },
  ],
  [
    'a revoke of all sessions',
    (bearer) => request(stack.url, 'DELETE', '/auth/sessions', { bearer }),
    { reason: 'revoked_all', by: 'user' },
  ],
  [
    'a password change',
    (bearer) => {
      const body = { currentPassword: PASSWORD, newPassword: 'five loud umbrellas at dusk' }
      return request(stack.url, 'PUT', '/auth/password', { bearer, body })
    },
    { reason: 'password_change', by: 'user' },
  ],
  [
    'a reauthentication',
    (bearer) => request(stack.url, 'POST', '/auth/session/reauthenticate', { bearer, body: { password: PASSWORD } }),
    { reason: 'replaced', by: 'user' },
  ],
  [
    'the deletion of the account',
    (bearer) => request(stack.url, 'DELETE', '/auth/account', { bearer }),
    { reason: 'user_deleted' },
  ],
]

test.each(ENDINGS)('a session that %s ends is published with its reason', async (_how, end, expected) => {
  const { bearer, id, userId } = await signInNew()
  expect(await eventOf(id, 'session.created')).toMatchObject({ source: 'coatcheck', detail: { userId, sessionId: id } })
  expect((await end(bearer, id)).status).toBeLessThan(300)
  const { detail } = await eventOf(id, 'session.revoked')
  expect(detail).toMatchObject({ version: 1, stage: 'local', userId, sessionId: id, ...expected })
})

test('an expired row is deleted as by DynamoDB, and published as expired', async () => {
  const { id, userId } = await signInNew()
  await client.send(
    new UpdateItemCommand({
      TableName: tables.sessions,
      Key: { userId: { S: userId }, sessionId: { S: id } },
      UpdateExpression: 'SET expiresAt = :past',
      ExpressionAttributeValues: { ':past': { N: '1795392000' } },
    }),
  )
  const { time, detail } = await eventOf(id, 'session.expired')
  expect([time, detail.at, detail.reason]).toEqual([...Array(2).fill('2026-11-23T00:00:00Z'), 'idle_timeout'])
})

test('a changed password and a deleted user are published, and a neighbour’s function receives its events', async () => {
  const { bearer, userId } = await signInNew()
  const body = { currentPassword: PASSWORD, newPassword: 'five loud umbrellas at dusk' }
  const { json } = await request(stack.url, 'PUT', '/auth/password', { bearer, body })
  const changed = await vi.waitFor(
    () => {
      const found = received.find((one) => one['detail-type'] === 'password.changed' && one.detail.userId === userId)
      expect(found).toBeDefined()
      return found as Delivered
    },
    { timeout: 20_000 },
  )
  expect(changed.detail).toMatchObject({ reason: 'password_change', by: 'user', actorId: userId })
  await request(stack.url, 'DELETE', '/auth/account', { bearer: json.token })
  await eventOf(userId, 'user.deleted')
  await vi.waitFor(() => expect(lines.some((line) => line.includes('greeted user.deleted'))).toBe(true), 20_000)
})

test('orders-api closes the WebSocket of a session that ends', async () => {
  const { bearer, id } = await signInNew()
  const Item = { sessionId: { S: id }, connectionId: { S: 'Db4GpfsXliACExMPL=' }, expiresAt: { N: '4000000000' } }
  await client.send(new PutItemCommand({ TableName: 'orders-api-local-connections', Item }))
  await request(stack.url, 'POST', '/auth/logout', { bearer })
  await vi.waitFor(() => expect(closed).toEqual(['DELETE /@connections/Db4GpfsXliACExMPL=']), 20_000)
})

test('a delivery that fails is repeated, and --watch shows each event', async () => {
  failures = 1
  const { id } = await signInNew()
  await eventOf(id, 'session.created')
  expect(lines.filter((line) => line.startsWith('EVENT session.created') && line.includes(id))).toHaveLength(1)
})

test('no event contains a token, a hash, an email or an address', () => {
  const all = JSON.stringify(received)
  expect(received.length).toBeGreaterThan(5)
  expect(received.flatMap((event) => schemaFaults(event['detail-type'], event.detail))).toEqual([])
  expect(all).not.toMatch(/cct_|secretHash|passwordHash|\$2[aby]\$|@example\.com|127\.0\.0\.1|"ip"|userAgent|[\w-]{43}/)
})
