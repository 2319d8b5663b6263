import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'

export const handler = middy()
  .use(requireSession({ scopes: ['greeting:read'] }))
  .handler(async (_event, { session }) => ({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ greeting: `Hello, ${session.userId}.` }),
  }))
