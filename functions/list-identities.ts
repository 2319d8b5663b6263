import { identitiesJson } from '../lib/http/representation.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { userRoute } from './http/route.ts'

const app = openApp({ withIdentities: true })

/** GET /auth/identities: 200 `{identities}`, those at providers that sign the user in. Two reads. */
export const handler = userRoute(app, { scopes: [ACCOUNT_SCOPE], renew: false }, ({ user }) =>
  json(200, { identities: identitiesJson(user.identities) }),
)
