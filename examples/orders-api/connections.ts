import { DeleteItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb'
import { createClient } from 'coatcheck/dynamodb'

/** The open connections of each session. */
export interface Connections {
  add(sessionId: string, connectionId: string): Promise<void>
  ofSession(sessionId: string): Promise<string[]>
  remove(sessionId: string, connectionId: string): Promise<void>
}

/** API Gateway ends a connection after two hours; its item is then deleted by the table's time to live. */
const LONGEST_SECONDS = 2 * 60 * 60

/** Connections in the table `CONNECTIONS_TABLE`. */
export function openConnections(
  { CONNECTIONS_TABLE: TableName, DYNAMODB_ENDPOINT: endpoint } = process.env,
): Connections {
  const client = createClient({ timeoutMs: 800, endpoint })
  const keyOf = (sessionId: string, connectionId: string) => ({
    sessionId: { S: sessionId },
    connectionId: { S: connectionId },
  })
  return {
    async add(sessionId, connectionId) {
      const expiresAt = { N: String(Math.floor(Date.now() / 1000) + LONGEST_SECONDS) }
      await client.send(new PutItemCommand({ TableName, Item: { ...keyOf(sessionId, connectionId), expiresAt } }))
    },
    async ofSession(sessionId) {
      const query = new QueryCommand({
        TableName,
        KeyConditionExpression: 'sessionId = :id',
        ExpressionAttributeValues: { ':id': { S: sessionId } },
        ConsistentRead: true,
      })
      const { Items = [] } = await client.send(query)
      return Items.flatMap(({ connectionId }) => connectionId?.S ?? [])
    },
    async remove(sessionId, connectionId) {
      await client.send(new DeleteItemCommand({ TableName, Key: keyOf(sessionId, connectionId) }))
    },
  }
}
