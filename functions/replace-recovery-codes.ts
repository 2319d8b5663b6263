import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { ConflictError } from '../lib/errors.ts'
import { hasSecondFactor } from '../lib/factors/methods.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { openApp } from './http/app.ts'
import { changeFactors } from './http/change-factors.ts'
import { enrolmentOf } from './http/factor-app.ts'
import { withMail } from './http/mail-app.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true, factors: true })))
const enrolment = enrolmentOf(app)
const options = { scopes: [ACCOUNT_SCOPE], fresh: true, seconds: BULK_DEADLINE_SECONDS }

/**
 * POST /auth/factors/recovery-codes: 200 `{session, token?, recoveryCodes}`, once. The codes before are void; all sessions
 * end, and the caller gets a new one.
 */
export const handler = userRoute(app, options, (call) =>
  changeFactors(app, call, {
    name: 'recovery_codes_replaced',
    make: (user) => {
      if (!hasSecondFactor(user))
        throw new ConflictError('Recovery codes belong to a second factor. Set up an authenticator app first.')
      return enrolment.replaceRecoveryCodes()
    },
    proof: call.session,
  }),
)
