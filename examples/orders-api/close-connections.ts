import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { closeConnection } from './close-connection.ts'
import { type Connections, openConnections } from './connections.ts'

/** Coatcheck's event that a session was revoked or has expired (docs/events.md), as far as it is used. */
interface SessionEnded {
  readonly detail: { readonly sessionId: string }
}

/** Closes the connections of a session that has ended. A repeated event finds none left. */
export const createHandler =
  (connections: Connections, openClient: () => ApiGatewayManagementApiClient) =>
  async ({ detail: { sessionId } }: SessionEnded): Promise<void> => {
    const client = openClient()
    for (const connectionId of await connections.ofSession(sessionId)) {
      await closeConnection(client, connectionId)
      await connections.remove(sessionId, connectionId)
    }
  }

export const handler = createHandler(
  openConnections(),
  () => new ApiGatewayManagementApiClient({ endpoint: process.env.WEBSOCKET_ENDPOINT ?? '' }),
)
