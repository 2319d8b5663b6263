import { json } from './answer.ts'
import { openBareApp } from './app.ts'
import { publicRoute } from './route.ts'

/** GET /health: 200 `{status: "ok"}`. Reads nothing: it says that the service runs, not how its datastore is. */
export const handler = publicRoute(openBareApp(), {}, () => json(200, { status: 'ok' }))
