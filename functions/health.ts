import { json } from './http/answer.ts'
import { openBareApp } from './http/app.ts'
import { publicRoute } from './http/route.ts'

/** GET /health: 200 `{status: "ok"}`. Reads nothing: it says that the service runs, not how its datastore is. */
export const handler = publicRoute(openBareApp(), {}, () => json(200, { status: 'ok' }))
