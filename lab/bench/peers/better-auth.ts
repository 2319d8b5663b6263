import { createHmac } from 'node:crypto'
import {
  CreateTableCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb'
import { betterAuth, type SecondaryStorage } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { FACTS, type OpenPeer } from './peer.ts'

const SECRET = 'c2Vzc2lvbnMgdGhhdCBlbmQgd2hlbiB0aGV5IGFyZSBlbmRlZA'

/**
 * better-auth with its sessions in DynamoDB. It has no adapter for it; its `secondaryStorage`, of keys and texts, is what
 * it offers for such stores. Its database, which a check does not ask, is in memory.
 */
export const openBetterAuth: OpenPeer = async (client, TableName) => {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'key', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
    }),
  )
  const auth = betterAuth({
    secret: SECRET,
    baseURL: 'https://app.example.com',
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    emailAndPassword: { enabled: true, password: { hash: async (text) => text, verify: async () => true } },
    secondaryStorage: storage(client, TableName),
    session: { cookieCache: { enabled: false } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
  const { email, name, userAgent } = FACTS
  const { token } = await auth.api.signUpEmail({
    body: { email, name, password: 'correct horse battery staple' },
    headers: new Headers({ 'user-agent': userAgent }),
  })
  const signature = createHmac('sha256', SECRET).update(`${token}`).digest('base64')
  const cookie = `__Secure-better-auth.session_token=${encodeURIComponent(`${token}.${signature}`)}`
  return {
    lanes: [
      {
        name: 'better-auth, auth.api.getSession',
        run: async () => {
          const found = await auth.api.getSession({ headers: new Headers({ cookie }) })
          if (found?.user.email !== email) throw new Error('better-auth does not find the session')
        },
      },
    ],
    text: 'better-auth has no adapter for DynamoDB. Its `secondaryStorage` was given one: calls of the same client on a table with one key, a strongly consistent GetItem to get. `cookieCache` off, for with it an ended session is served until the cookie’s copy expires; rate limit, telemetry and log off; its own database, which this does not ask, in memory. `auth.api.getSession` with the cookie’s header, in the process, without HTTP. Not due for an update (once a day).',
  }
}

function storage(client: DynamoDBClient, TableName: string): SecondaryStorage {
  const keyOf = (key: string) => ({ TableName, Key: { key: { S: key } } })
  const endOf = (ttl: number) => ({ N: String(Math.floor(Date.now() / 1000) + ttl) })
  return {
    async get(key) {
      const { Item } = await client.send(new GetItemCommand({ ...keyOf(key), ConsistentRead: true }))
      return Item?.value?.S ?? null
    },
    async set(key, value, ttl = 0) {
      const Item = { key: { S: key }, value: { S: value }, expiresAt: endOf(ttl) }
      await client.send(new PutItemCommand({ TableName, Item }))
    },
    async delete(key) {
      await client.send(new DeleteItemCommand(keyOf(key)))
    },
    // Sessions have no use for these two.
    getAndDelete: () => null,
    increment: () => 1,
  }
}
