import middy from '@middy/core'
import { requireSession } from 'coatcheck/middleware'
import { ALLOWED_SECONDS } from './allowed.ts'

const guarded = (maxStalenessSeconds: number) =>
  middy()
    .use(requireSession({ maxStalenessSeconds }))
    .handler(async (_event, { session }) => ({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: JSON.stringify({ userId: session.userId }),
    }))

/** Both routes belong to one function, so they share its cache. */
const ROUTES = { '/notices': guarded(ALLOWED_SECONDS), '/notices/now': guarded(0) }

/** Names its process in each response, since a process must not accept a session again that it refused. */
export async function handler(event: { readonly rawPath: keyof typeof ROUTES }, context: never) {
  const answer = await ROUTES[event.rawPath](event as never, context)
  return { ...answer, headers: { ...answer.headers, 'x-worker': String(process.pid) } }
}
