import { Auth, type AuthConfig } from '@auth/core'
import { DynamoDBAdapter } from '@auth/dynamodb-adapter'
import { CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb'
import { FACTS, type OpenPeer } from './peer.ts'

const MONTH = 30 * 24 * 3600 * 1000
const COOKIE = '__Secure-authjs.session-token'

/** Auth.js over its DynamoDB adapter, with the table and the index of its documentation. */
export const openAuthJs: OpenPeer = async (client, TableName) => {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'GSI1PK', 'GSI1SK'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'GSI1',
          KeySchema: [
            { AttributeName: 'GSI1PK', KeyType: 'HASH' },
            { AttributeName: 'GSI1SK', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  )
  const marshallOptions = { convertEmptyValues: true, removeUndefinedValues: true, convertClassInstanceToMap: true }
  const adapter = DynamoDBAdapter(DynamoDBDocument.from(client, { marshallOptions }), { tableName: TableName })
  const { createUser, createSession, getSessionAndUser } = adapter
  if (!createUser || !createSession || !getSessionAndUser) throw new Error('the adapter keeps no sessions')
  const { email, name, ...facts } = FACTS
  const user = await createUser({ id: '', email, name, emailVerified: null })
  const session = {
    ...facts,
    sessionToken: crypto.randomUUID(),
    userId: user.id,
    expires: new Date(Date.now() + MONTH),
  }
  await createSession(session)
  const { sessionToken } = session

  const config: AuthConfig = {
    adapter,
    providers: [],
    secret: 'a secret that database sessions have no use for',
    session: { strategy: 'database' },
    trustHost: true,
    basePath: '/auth',
  }
  const headers = { cookie: `${COOKIE}=${sessionToken}` }
  return {
    lanes: [
      {
        name: 'Auth.js, adapter.getSessionAndUser',
        run: async () => {
          if (!(await getSessionAndUser(sessionToken))) throw new Error('Auth.js does not find the session')
        },
      },
      {
        name: 'Auth.js, the whole GET /auth/session',
        run: async () => {
          const answer = await Auth(new Request('https://app.example.com/auth/session', { headers }), config)
          if (!(await answer.text()).includes(email)) throw new Error('Auth.js does not know the session')
        },
      },
    ],
    text: 'Auth.js with its DynamoDB adapter, on the table and the index of its documentation: `adapter.getSessionAndUser`, which is what it asks of the datastore, and `Auth()` with a request for `/auth/session`, strategy `database`, a new Request each time and its answer read. Its reads are eventually consistent, the first through an index, which never is anything else. Not due for an update (once a day).',
  }
}
