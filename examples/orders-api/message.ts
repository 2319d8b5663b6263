import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi'
import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'
import { hangUp } from './hang-up.ts'

/** Answers a message. A socket is hours old when it comes: the session is looked up again for each. */
export const createHandler = (openClient: (endpoint: string) => ApiGatewayManagementApiClient) =>
  middy()
    .use(hangUp(openClient))
    .use(requireSession({ from: 'authorizer', scopes: ['orders:read'] }))
    .handler(async (_event, { session }) => ({
      statusCode: 200,
      body: JSON.stringify({ orders: [{ id: '1', item: 'a coat', userId: session.userId }] }),
    }))

export const handler = createHandler((endpoint) => new ApiGatewayManagementApiClient({ endpoint }))
