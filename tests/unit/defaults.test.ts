import { afterEach, expect, inject, test, vi } from 'vitest'
import { defaultProvider } from '../../build/lambda-credentials.ts'
import { dynamodbSessionStore } from '../../lib/dynamodb/index.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import type * as DefaultStores from '../../middleware/default-stores.ts'
import type * as Defaults from '../../middleware/defaults.ts'
import '../../middleware/default-stores.ts' // preloads its imports
import { FROM, soon } from '../support/parts.ts'
import { sampleUser } from '../support/samples.ts'
import { createTestTables } from '../support/tables.ts'

// The defaults from environment variables.

/** Loads a module again, as a new process does. */
const freshDefaults = async (process: string): Promise<typeof Defaults> =>
  import(/* @vite-ignore */ `../../middleware/defaults.ts?${process}`)
const freshStores = async (process: string): Promise<typeof DefaultStores> =>
  import(/* @vite-ignore */ `../../middleware/default-stores.ts?${process}`)
afterEach(() => vi.unstubAllEnvs())

test('a handler needs no ORIGIN, and its environment is read once', async () => {
  const defaults = await freshDefaults('first')
  vi.stubEnv('STAGE', 'prod')
  const config = defaults.defaultConfig()
  expect(config).toMatchObject({ deployed: true, origin: '', tables: { sessions: 'coatcheck-prod-sessions' } })
  vi.stubEnv('STAGE', 'local')
  expect(defaults.defaultConfig()).toBe(config)
})

test('CORS uses TRUSTED_ORIGINS and CORS_ALLOWED_HEADERS, and reads nothing else without the former', async () => {
  const defaults = await freshDefaults('cors')
  vi.stubEnv('AWS_EXECUTION_ENV', 'AWS_Lambda_nodejs24.x') // where the configuration without a stage is invalid
  vi.stubEnv('CORS_ALLOWED_HEADERS', 'X-One, X-Two')
  expect(defaults.defaultCors()).toEqual({ trustedOrigins: [] })
  vi.stubEnv('STAGE', 'prod')
  vi.stubEnv('TRUSTED_ORIGINS', 'https://*.preview.example.com, capacitor://localhost')
  expect(defaults.defaultCors()).toMatchObject({
    trustedOrigins: ['https://*.preview.example.com', 'capacitor://localhost'],
    allowedHeaders: ['X-One', 'X-Two'],
  })
})

test('a handler’s sessions use the configured table and timeouts, and are opened once', async () => {
  const defaults = await freshStores('second')
  const tables = await createTestTables()
  const store = dynamodbSessionStore({ client: tables.client, tableName: tables.sessions })
  const user = sampleUser()
  vi.stubEnv('DYNAMODB_ENDPOINT', inject('endpoint'))
  vi.stubEnv('SESSIONS_TABLE', tables.sessions)
  vi.stubEnv('SESSION_RENEW_SECONDS', '77')
  vi.stubEnv('SESSIONS_NOT_BEFORE', '2025-11-30T12:00:00Z')
  const sessions = defaults.defaultSessions()
  expect(sessions.policy).toMatchObject({ renewSeconds: 77, notBefore: 1_764_504_000 })
  const users = { get: async () => user }
  const created = await createSessions({ store }).create({ user, scopes: [], ...FROM }, users, soon())
  expect(await sessions.check(created?.token.reveal() ?? '')).toMatchObject({ userId: user.id })
  expect(defaults.defaultSessions()).toBe(sessions)
})

test('a function’s AWS credentials come from its environment', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  expect(await defaultProvider()()).toMatchObject({ accessKeyId: 'id', secretAccessKey: 'secret' })
})
