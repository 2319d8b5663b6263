import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'
import { type Connections, openConnections } from './connections.ts'

/**
 * Admits a WebSocket connection: the authorizer has checked the session, the middleware checks its scope. Remembers the
 * connection, so that it can be closed when the session ends.
 */
export const createHandler = (connections: Connections) =>
  middy()
    .use(requireSession({ from: 'authorizer', scopes: ['orders:read'] }))
    .handler(async ({ requestContext }, { session }) => {
      const { connectionId } = requestContext as unknown as { connectionId: string }
      await connections.add(session.id, connectionId)
      return { statusCode: 200 }
    })

export const handler = createHandler(openConnections())
