import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'

/** The authorizer has decided; what is left is whether the session may see orders at all. */
export const handler = middy()
  .use(requireSession({ from: 'authorizer', scopes: ['orders:read'] }))
  .handler(async () => ({ statusCode: 200 }))
