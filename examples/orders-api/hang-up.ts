import type { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import { UnauthenticatedError } from 'coatcheck'
import { closeConnection } from './close-connection.ts'

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
    await closeConnection(openClient(`https://${domainName}/${stage}`), connectionId)
  },
})
