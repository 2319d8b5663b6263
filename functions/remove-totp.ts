import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { weakened } from '../lib/factor.ts'
import { withoutTotp } from '../lib/factors/methods.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { openApp } from './http/app.ts'
import { changeFactors } from './http/change-factors.ts'
import { withMail } from './http/mail-app.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true, factors: true })))
const options = { scopes: [ACCOUNT_SCOPE], fresh: true, seconds: BULK_DEADLINE_SECONDS }

/**
 * DELETE /auth/factors/totp: 200 `{session, token?}`. Removes the authenticator app, and with the last second factor
 * the recovery codes; all sessions end, and the caller gets a new one, of one factor.
 */
export const handler = userRoute(app, options, (call) =>
  changeFactors(app, call, {
    name: 'totp_removed',
    make: (user) => ({ change: withoutTotp(user) }),
    proof: weakened(call.session, ['totp', 'recovery']),
  }),
)
