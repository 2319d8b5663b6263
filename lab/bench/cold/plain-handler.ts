import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'

// The minimum of a function that reads one item with the SDK, bundled as our functions are, by `bundles.ts`.

const client = new DynamoDBClient({})

export async function handler({ userId, sessionId }: { userId: string; sessionId: string }) {
  const Key = { userId: { S: userId }, sessionId: { S: sessionId } }
  const TableName = process.env.SESSIONS_TABLE
  const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
  return { statusCode: Item ? 200 : 401, body: JSON.stringify({ userId: Item?.userId?.S }) }
}
