import * as v from 'valibot'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { strengthened } from '../lib/factor.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { openApp } from './http/app.ts'
import { changeFactors } from './http/change-factors.ts'
import { enrolmentOf } from './http/factor-app.ts'
import { oneTimeCode } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { withMail } from './http/mail-app.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true, factors: true })))
const enrolment = enrolmentOf(app)
const options = {
  scopes: [ACCOUNT_SCOPE],
  fresh: true,
  seconds: BULK_DEADLINE_SECONDS,
  body: jsonBody(v.strictObject({ code: oneTimeCode })),
}

/**
 * POST /auth/factors/totp/activate: 200 `{session, token?, recoveryCodes?}`. Makes the shown authenticator app a second
 * factor; all sessions end, and the caller gets a new one. The recovery codes come with the first second factor, once.
 */
export const handler = userRoute(app, options, (call) =>
  changeFactors(app, call, {
    name: 'totp_added',
    make: (user) => enrolment.activateTotp(user, call.body.code),
    proof: strengthened(call.session, { factors: ['totp'], assurance: 2 }),
  }),
)
