import { randomUUID } from 'node:crypto'
import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'

/** Stores nothing: the example shows the authorization. */
export const handler = middy()
  .use(requireSession({ from: 'authorizer', scopes: ['orders:write'] }))
  .handler(async (_event, { session }) => ({
    statusCode: 201,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify({ order: { id: randomUUID(), userId: session.userId } }),
  }))
