import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createHandler as createClose } from '../../examples/orders-api/close-connections.ts'
import { createHandler as createConnect } from '../../examples/orders-api/connect.ts'
import type { Connections } from '../../examples/orders-api/connections.ts'
import { createHandler } from '../../examples/orders-api/message.ts'
import { createAuthorizer, type PolicyResponse } from '../../middleware/authorizer.ts'
import { captureOutput } from '../support/captured-output.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { CREDENTIALS, REVOCATIONS, type SignedIn, signInNew } from './revocations.ts'

// The local front does not support WebSockets: the handlers get AWS's documented events, on a running Coatcheck's tables.

let service: TestService
let management: Server
let status: number
const hangUps: string[] = []
const endpoints: string[] = []
beforeAll(async () => {
  service = await startTestService({}, [])
  vi.stubEnv('STAGE', 'local')
  vi.stubEnv('ORIGIN', service.url)
  vi.stubEnv('SESSIONS_TABLE', service.tables.sessions)
  vi.stubEnv('DYNAMODB_ENDPOINT', service.proxy.endpoint)
  management = createServer((request, response) => {
    hangUps.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`)
    response.writeHead(status, { 'x-amzn-errortype': status === 410 ? 'GoneException' : 'ForbiddenException' }).end()
  })
  await new Promise<void>((resolve) => management.listen(0, '127.0.0.1', resolve))
})
beforeEach(() => {
  status = 204
  hangUps.length = 0
  endpoints.length = 0
  service.proxy.fault = undefined
})
afterAll(async () => {
  vi.unstubAllEnvs()
  management.close()
  await service.close()
})

const stored = new Set<string>()
const connections: Connections = {
  async add(...ids) {
    stored.add(ids.join(' '))
  },
  async ofSession(sessionId) {
    return [...stored].flatMap((entry) => (entry.startsWith(`${sessionId} `) ? (entry.split(' ')[1] ?? '') : []))
  },
  async remove(...ids) {
    stored.delete(ids.join(' '))
  },
}
const connect = createConnect(connections)
const openManagement = (endpoint: string) => {
  endpoints.push(endpoint)
  return new ApiGatewayManagementApiClient({
    endpoint: `http://127.0.0.1:${(management.address() as AddressInfo).port}${new URL(endpoint).pathname}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  })
}
const message = createHandler(openManagement)
const close = createClose(connections, () =>
  openManagement('https://abc123.execute-api.eu-central-1.amazonaws.com/prod'),
)

const documented = async (name: string) =>
  JSON.parse(await readFile(`tests/fixtures/events/${name}.json`, 'utf8')).event
const run = async (handler: unknown, event: object) =>
  await (handler as (event: object, context: object) => Promise<{ statusCode: number; body: string }>)(event, {})

/** Acts as API Gateway at `$connect`: calls the authorizer and keeps its context for the connection. */
async function openSocket(signedIn: SignedIn, kind: 'bearer token' | 'cookie') {
  const asked = await documented('authorizer-websocket')
  if (kind === 'bearer token') asked.headers.Authorization = `Bearer ${signedIn.token}`
  else Object.assign(asked.headers, { Cookie: `__Host-session=${signedIn.token}`, Origin: service.url })
  asked.multiValueHeaders = undefined
  const { policyDocument, principalId, context } = (await createAuthorizer()(asked)) as PolicyResponse
  expect(policyDocument.Statement[0].Effect).toBe('Allow')
  const authorizer = { principalId, integrationLatency: 7, ...context }
  const send = async (handler: unknown, event: { requestContext: object }) =>
    run(handler, { ...event, requestContext: { ...event.requestContext, authorizer } })
  return {
    connect: () => send(connect, { ...asked, type: undefined, methodArn: undefined }),
    say: async () => send(message, await documented('websocket-message')),
  }
}

describe.each(CREDENTIALS)('a WebSocket opened by %s', (kind) => {
  const open = async () => {
    const signedIn = await signInNew(service, ['orders:read'])
    const socket = await openSocket(signedIn, kind as 'cookie')
    expect((await socket.connect()).statusCode).toBe(200)
    return { signedIn, socket }
  }

  test('gets responses while its session is valid', async () => {
    const { signedIn, socket } = await open()
    const answer = await socket.say()
    expect(JSON.parse(answer.body).orders[0].userId).toBe(signedIn.user.id)
    expect(hangUps).toEqual([])
  })

  test.each(REVOCATIONS)('is closed at its next message after %s', async (_how, end) => {
    const { signedIn, socket } = await open()
    expect((await socket.say()).statusCode).toBe(200)
    expect([200, 204]).toContain(await end(service, signedIn))
    expect((await socket.say()).statusCode).toBe(401)
    expect(hangUps).toEqual(['DELETE /prod/@connections/Db4GpfsXliACExMPL='])
    expect(endpoints).toEqual(['https://abc123.execute-api.eu-central-1.amazonaws.com/prod'])
  })
})

describe('a WebSocket', () => {
  const opened = async (scopes: string[]) => openSocket(await signInNew(service, scopes), 'bearer token')

  test('is refused at $connect without the scope', async () => {
    const socket = await opened([])
    expect((await socket.connect()).statusCode).toBe(403)
    expect((await socket.say()).statusCode).toBe(403)
    expect(hangUps).toEqual([])
  })

  test('stays open while the datastore is unavailable', async () => {
    const socket = await opened(['orders:read'])
    const lines: string[] = []
    const output = captureOutput(lines)
    service.proxy.fault = () => 'refused'
    expect((await socket.say()).statusCode).toBe(503)
    output.mockRestore()
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['unavailable'])
    service.proxy.fault = undefined
    expect((await socket.say()).statusCode).toBe(200)
    expect(hangUps).toEqual([])
  })

  test('may be gone already when it is closed; other failures to close it are errors', async () => {
    const signedIn = await signInNew(service, ['orders:read'])
    const socket = await openSocket(signedIn, 'bearer token')
    await service.request('POST', '/auth/logout', { bearer: signedIn.token })
    status = 410
    expect((await socket.say()).statusCode).toBe(401)
    status = 403
    await expect(socket.say()).rejects.toThrow()
    expect(hangUps).toHaveLength(2)
  })

  test('is closed if no authorizer has admitted it', async () => {
    expect((await run(message, await documented('websocket-message'))).statusCode).toBe(401)
    expect(hangUps).toHaveLength(1)
  })

  test('that only listens is closed by the event that its session has ended, once', async () => {
    const signedIn = await signInNew(service, ['orders:read'])
    const socket = await openSocket(signedIn, 'bearer token')
    await socket.connect()
    await close({ detail: { sessionId: 'another session' } })
    expect(hangUps).toEqual([])
    for (let deliveries = 0; deliveries < 2; deliveries++) await close({ detail: { sessionId: signedIn.id } })
    expect(hangUps).toEqual(['DELETE /prod/@connections/Db4GpfsXliACExMPL='])
  })
})
