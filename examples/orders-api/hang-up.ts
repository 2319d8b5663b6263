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
 * Closes the socket of a session that has ended: API Gateway keeps it open for up to two hours, whatever becomes of the
 * session. Only then: a datastore that cannot be asked has ended nobody's session.
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
