import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
} from '@aws-sdk/client-apigatewaymanagementapi'

/** Closes a WebSocket connection, which may be gone already. */
export async function closeConnection(client: ApiGatewayManagementApiClient, connectionId: string): Promise<void> {
  try {
    await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))
  } catch (failure) {
    if (!(failure instanceof GoneException)) throw failure
  }
}
