import { json } from './http/answer.ts'
import { openBareApp } from './http/app.ts'
import { publicRoute } from './http/route.ts'

/** GET /health: 200 `{status: "ok"}`. No reads: it does not say whether the datastore works. */
export const handler = publicRoute(openBareApp(), {}, () => json(200, { status: 'ok' }))
