import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { clientOptions } from '../../cli/aws.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { createClient, dynamodbSessionStore } from '../../lib/dynamodb/index.ts'
import type { SessionId } from '../../lib/session.ts'
import type { UserId } from '../../lib/user.ts'
import { isFirstEngine } from '../support/engine.ts'
import { PASSWORD, startTestService, type TestService, type TestUser } from '../support/service.ts'
import { createTestTables, type TestTables } from '../support/tables.ts'
import { type Death, startTcpRelay, type TcpRelay } from '../support/tcp-relay.ts'

// Connections die while idle: silently at a NAT, or with a reset on first use. None of it may refuse a valid session (I2).

const DEATHS: Death[] = ['silent', 'reset']
const TIMEOUT_MS = 300
const times = <T>(count: number, act: () => Promise<T>) => Promise.all(Array.from({ length: count }, act))

let relay: TcpRelay
beforeAll(async () => {
  relay = await startTcpRelay(inject('endpoint'))
})
afterAll(() => relay.close())

// The engine has no part in this.
describe.skipIf(!isFirstEngine)('a service whose connections died while idle', () => {
  let service: TestService
  let user: TestUser
  let token: string
  beforeAll(async () => {
    service = await startTestService(
      { DYNAMODB_ENDPOINT: relay.endpoint, DATASTORE_TIMEOUT_MS: String(TIMEOUT_MS) },
      [],
    )
    user = await service.user()
    token = (await service.signIn(user)).token
  })
  afterAll(() => service.close())

  const login = () =>
    service.request('POST', '/auth/login', { body: { email: user.email, password: PASSWORD, credential: 'bearer' } })
  const check = () => service.request('GET', '/auth/session', { bearer: token })

  test.each(DEATHS)('answers a login after %s deaths with 200', async (death) => {
    expect((await login()).status).toBe(200)
    relay.kill(death)
    expect((await login()).status).toBe(200)
  })

  test.each(DEATHS)('answers a check after %s deaths with 200', async (death) => {
    await times(5, check)
    relay.kill(death)
    expect((await check()).status).toBe(200)
  })

  test('uses the same connections for one login after another, and for checks', async () => {
    await login()
    await times(5, check)
    const before = relay.connections()
    for (let calls = 0; calls < 10; calls++) {
      expect((await login()).status).toBe(200)
      expect((await check()).status).toBe(200)
    }
    expect(relay.connections()).toBe(before)
  })

  test('answers 503 within the deadline if new connections are dead as well', async () => {
    relay.kill('silent', true)
    onTestFinished(() => relay.kill('silent'))
    const startedAt = performance.now()
    expect((await login()).status).toBe(503)
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })
})

describe.skipIf(!isFirstEngine)('a client whose idle connections died', () => {
  let tables: TestTables
  beforeAll(async () => {
    tables = await createTestTables()
  })
  afterAll(() => tables.client.destroy())

  // Five attempts of the command line, and six dead connections.
  test.each(DEATHS)('of the command line succeeds with its second attempt after %s deaths', async (death) => {
    const options = clientOptions({ endpoint: relay.endpoint })
    const requestHandler = { ...options.requestHandler, requestTimeout: TIMEOUT_MS }
    const client = new DynamoDBClient({ ...options, requestHandler })
    onTestFinished(() => client.destroy())
    const command = () =>
      new GetItemCommand({ TableName: tables.attempts, Key: { key: { S: 'x' } }, ReturnConsumedCapacity: 'TOTAL' })
    await times(6, () => client.send(command()))
    relay.kill(death)
    expect((await client.send(command())).$metadata.attempts).toBe(2)
  })

  test.each(DEATHS)('of a direct read succeeds with the SDK’s next attempt after %s deaths', async (death) => {
    const client = createClient({ endpoint: relay.endpoint, timeoutMs: TIMEOUT_MS })
    onTestFinished(() => client.destroy())
    const store = dynamodbSessionStore({ client, tableName: tables.sessions })
    const read = () => store.get('u'.repeat(21) as UserId, 's'.repeat(21) as SessionId, startDeadline(1))
    await read()
    await times(6, read)
    relay.kill(death)
    await expect(read()).resolves.toBeUndefined()
  })
})
