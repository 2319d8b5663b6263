import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createSessions, parseEmail, startDeadline, type User } from 'coatcheck'
import { createClient, dynamodbSessionStore, dynamodbUserStore } from 'coatcheck/dynamodb'
import { signIn } from 'coatcheck/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startEmbeddedEngine } from '../../local/engine.ts'
import { createMissingTables } from '../../local/tables.ts'
import { describeAdapter, OWN, type SignedIn, type Started, TRUSTED } from './scenario.ts'

// Next.js as it is deployed on a server: built, started, and on the tables with nothing but environment variables.

const folder = fileURLToPath(new URL('next', import.meta.url))
const next = fileURLToPath(new URL('node_modules/next/dist/bin/next', import.meta.url))
const key = (...names: string[]) => ({
  KeySchema: names.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' }) as const),
  AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }) as const),
})
const table = (TableName: string, ...names: string[]) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: { TableName, BillingMode: 'PAY_PER_REQUEST', ...key(...names) },
})

async function start(): Promise<Started> {
  const engine = await startEmbeddedEngine()
  const client = createClient({ endpoint: engine.endpoint, timeoutMs: 5000 })
  await createMissingTables(client, {
    sessions: table('coatcheck-local-sessions', 'userId', 'sessionId'),
    users: table('coatcheck-local-users', 'pk'),
  })
  const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: 'coatcheck-local-sessions' }) })
  const users = dynamodbUserStore({ client, tableName: 'coatcheck-local-users' })
  const port = await freePort()
  const environment = { ...process.env, DYNAMODB_ENDPOINT: engine.endpoint, ORIGIN: OWN, TRUSTED_ORIGINS: TRUSTED }
  const server = spawn(process.execPath, [next, 'start', '--port', String(port), '--hostname', '127.0.0.1'], {
    cwd: folder,
    env: { ...environment, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const chunk of server.stdout) if (String(chunk).includes('Ready')) break
  let running = true
  const stopEngine = async () => {
    if (running) await engine.close()
    running = false
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async signIn(options) {
      const signedIn = await signIn(sessions, options)
      const user = {
        id: signedIn.session.userId,
        email: parseEmail('ada@example.com'),
        emailVerified: true,
        scopes: [],
      }
      const rest = { status: 'active', epoch: 0, changeId: 'x', sweepPending: false, createdAt: 0 }
      await users.create({ ...user, ...rest } as unknown as User, startDeadline())
      return signedIn
    },
    revoke: ({ userId, id }) => sessions.revoke(userId as never, id as never),
    breakDatastore: stopEngine,
    async close() {
      await stopEngine()
      server.kill()
      await once(server, 'exit')
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}

let server: Started
let bearer: SignedIn
beforeAll(async () => {
  const build = spawn(process.execPath, [next, 'build'], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  expect(await once(build, 'exit')).toEqual([0, null])
  server = await start()
  bearer = await server.signIn({ scopes: ['notes:read'] })
})
afterAll(() => server?.close())

test('a server component of Next.js reads the session, and redirects without one', async () => {
  const page = await fetch(`${server.url}/page`, { headers: bearer.headers })
  expect(await page.text()).toContain('Hello, ada@example.com.')
  const without = await fetch(`${server.url}/page`, { redirect: 'manual' })
  expect([without.status, without.headers.get('location')]).toEqual([307, '/login'])
})

test('a proxy of Next.js passes on a valid session with CORS headers, and answers a refusal and a preflight', async () => {
  const send = (init: RequestInit) => fetch(`${server.url}/proxied`, init)
  const admitted = await send({ headers: { ...bearer.headers, origin: TRUSTED } })
  expect(await admitted.json()).toEqual({ reached: true })
  expect(admitted.headers.get('access-control-allow-origin')).toBe(TRUSTED)
  expect((await send({})).status).toBe(401)
  const preflight = { origin: TRUSTED, 'access-control-request-method': 'GET' }
  expect((await send({ method: 'OPTIONS', headers: preflight })).status).toBe(204)
})

test('a route handler of Next.js receives its parameters beside the session', async () => {
  const answer = await fetch(`${server.url}/note/7`, { headers: bearer.headers })
  expect(await answer.json()).toEqual({ id: '7', hello: bearer.session.userId })
})

describeAdapter('coatcheck/next in route handlers of Next.js 16', () => Promise.resolve({ ...server, close: () => {} }))
