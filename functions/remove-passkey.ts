import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { weakened } from '../lib/factor.ts'
import { removal } from '../lib/passkeys/passkey-changes.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { openApp } from './http/app.ts'
import { changeFactors } from './http/change-factors.ts'
import { withMail } from './http/mail-app.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true, factors: true })))
const options = { scopes: [ACCOUNT_SCOPE], fresh: true, seconds: BULK_DEADLINE_SECONDS }

/**
 * DELETE /auth/passkeys/{passkeyId}: 200 `{session, token?}`; 404. Removes a passkey, and with the last second factor the
 * recovery codes; all sessions end, and the caller gets a new one, of one factor.
 */
export const handler = userRoute(app, options, (call) =>
  changeFactors(app, call, {
    name: 'passkey_removed',
    make: (user) => ({ change: removal(user, call.params.passkeyId ?? '') }),
    proof: weakened(call.session, ['passkey', 'recovery']),
  }),
)
