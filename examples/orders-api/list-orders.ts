import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'

export const handler = middy()
  .use(requireSession({ from: 'authorizer', scopes: ['orders:read'] }))
  .handler(async (_event, { session }) => ({
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify({ orders: [{ id: '1', item: 'a coat', userId: session.userId }] }),
  }))
