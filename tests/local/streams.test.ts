import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createClient } from '../../lib/dynamodb/index.ts'
import { userKey } from '../../lib/dynamodb/user-item.ts'
import type { UserId } from '../../lib/user.ts'
import { type Stack, startStack } from '../../local/stack.ts'
import { isFirstEngine } from '../support/engine.ts'
import { freePort } from '../support/free-port.ts'
import { request } from '../support/http.ts'
import { removeFolders, temporaryFolder } from './support.ts'

// `npm start` calls functions for the streams of tables: Coatcheck's own, and those of a neighbour with a table.

const NEIGHBOUR = {
  'serverless.yml': `
service: neighbour
provider: { name: aws, runtime: nodejs24.x }
functions:
  count:
    handler: count.handler
    events: [{ stream: { type: dynamodb, arn: { Fn::GetAtt: [Things, StreamArn] } } }]
resources:
  Resources:
    Things:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: things-${process.pid}
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
        KeySchema: [{ AttributeName: id, KeyType: HASH }]
        StreamSpecification: { StreamViewType: NEW_IMAGE }
`,
  'count.ts': `
export const handler = async ({ Records }: { Records: { eventName: string, dynamodb: { NewImage: object } }[] }) => {
  for (const { eventName, dynamodb } of Records) console.log(JSON.stringify({ eventName, image: dynamodb.NewImage }))
}`,
}

let stack: Stack
let client: DynamoDBClient
const lines: string[] = []
beforeAll(async () => {
  const folder = await temporaryFolder(NEIGHBOUR)
  const environment = {
    PORT: String(await freePort()),
    REGISTRATION: 'open',
    USERS_TABLE: `users-streams-${process.pid}`,
    SESSIONS_TABLE: `sessions-streams-${process.pid}`,
    ...(!isFirstEngine && { DYNAMODB_ENDPOINT: inject('endpoint') }),
  }
  const options = { environment, dataFolder: await temporaryFolder(), services: ['.', folder] }
  stack = await startStack({ ...options, log: (line) => lines.push(line) })
  client = createClient({ endpoint: stack.endpoint, timeoutMs: 10_000 })
})
afterAll(async () => {
  client?.destroy()
  await stack?.close()
  await removeFolders()
})

/** Waits until a line of the log has this text; a test's time limit ends the wait. */
async function line(text: string): Promise<string> {
  for (;;) {
    const found = lines.find((one) => one.includes(text))
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('a neighbour’s function is called for the writes on its table', async () => {
  await client.send(new PutItemCommand({ TableName: `things-${process.pid}`, Item: { id: { S: 'thing' } } }))
  expect(await line('"image":{"id":{"S":"thing"}}')).toContain('"eventName":"INSERT"')
})

test('an interrupted revocation of all sessions is finished without a further request', async () => {
  const body = { email: 'interrupted@example.com', password: 'correct horse battery staple' }
  const { json } = await request(stack.url, 'POST', '/auth/register', { body })
  const login = await request(stack.url, 'POST', '/auth/login', { body: { ...body, credential: 'bearer' } })
  const { id } = (json as { user: { id: UserId } }).user
  await client.send(
    new UpdateItemCommand({
      TableName: `users-streams-${process.pid}`,
      Key: userKey(id),
      UpdateExpression: 'SET epoch = epoch + :one, sweepPending = :yes',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':yes': { BOOL: true } },
    }),
  )
  expect(await line('sweep_finished')).toContain(id)
  const headers = { authorization: `Bearer ${(login.json as { token: string }).token}` }
  expect((await request(stack.url, 'GET', '/auth/session', { headers })).status).toBe(401)
})
