import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'
import { hangUp } from './hang-up.ts'

/** Responds to a message. Connections last for hours, so each message checks the session again. */
export const createHandler = (openClient: (endpoint: string) => ApiGatewayManagementApiClient) =>
  middy()
    .use(hangUp(openClient))
    .use(requireSession({ from: 'authorizer', scopes: ['orders:read'] }))
    .handler(async (_event, { session }) => ({
      statusCode: 200,
      body: JSON.stringify({ orders: [{ id: '1', item: 'a coat', userId: session.userId }] }),
    }))

export const handler = createHandler((endpoint) => new ApiGatewayManagementApiClient({ endpoint }))
