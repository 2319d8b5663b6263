import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
} from '@aws-sdk/client-apigatewaymanagementapi'
import { UnauthenticatedError } from 'coatcheck'

interface SocketEvent {
  readonly requestContext: { readonly connectionId: string; readonly domainName: string; readonly stage: string }
}

/**
 * Closes the connection of an expired or revoked session, which API Gateway would keep open for up to two hours. A
 * datastore failure does not close it.
 */
export const hangUp = (openClient: (endpoint: string) => ApiGatewayManagementApiClient) => ({
  async onError({ event, error }: { event: SocketEvent; error: unknown }): Promise<void> {
    if (!(error instanceof UnauthenticatedError)) return
    const { connectionId, domainName, stage } = event.requestContext
    const client = openClient(`https://${domainName}/${stage}`)
    try {
      await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))
    } catch (failure) {
      if (!(failure instanceof GoneException)) throw failure
    }
  },
})
