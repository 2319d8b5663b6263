import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'

/** The authorizer has checked the session; this handler checks its scope. */
export const handler = middy()
  .use(requireSession({ from: 'authorizer', scopes: ['orders:read'] }))
  .handler(async () => ({ statusCode: 200 }))
