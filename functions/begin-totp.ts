import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { enrolmentOf } from './http/factor-app.ts'
import { userRoute } from './http/route.ts'

const app = openApp()
const enrolment = enrolmentOf(app)

/**
 * POST /auth/factors/totp: 201 `{secret, uri}`, once. The authenticator app counts when it is activated. Two reads, one
 * write.
 */
export const handler = userRoute(app, { scopes: [ACCOUNT_SCOPE], fresh: true }, async ({ user, deadline }) => {
  const { secret, uri } = await enrolment.showTotp(user, deadline)
  return json(201, { secret: secret.reveal(), uri })
})
