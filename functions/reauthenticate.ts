import * as v from 'valibot'
import { reauthenticate } from '../lib/accounts/reauthentication.ts'
import { logEntry, logRevoked } from '../lib/audit.ts'
import { InvalidRequestError } from '../lib/errors.ts'
import { sessionJson } from '../lib/http/representation.ts'
import { readAssertion } from '../lib/passkeys/assertion.ts'
import { createPasskeys } from '../lib/passkeys/passkeys.ts'
import { withCredential } from './http/answer.ts'
import { secondFactorsOf } from './http/factor-app.ts'
import { oneTimeCode } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { notify, withMail } from './http/mail-app.ts'
import { passkeyChallengesOf } from './http/passkey-app.ts'
import { assertion } from './http/passkey-fields.ts'
import { openPasswordApp } from './http/password-app.ts'
import { password } from './http/password-field.ts'
import { optionalCode } from './http/presented-code.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openPasswordApp()))
const { cookie, strongScopes, relyingParty } = app.config
const parts = {
  ...{ ...app, strongScopes, secondFactors: secondFactorsOf(app) },
  ...{ passkeys: createPasskeys({ store: app.userStore }), passkeyChallenges: passkeyChallengesOf(app) },
}
const factors = v.strictObject({
  password: v.optional(password),
  totp: v.optional(oneTimeCode),
  recoveryCode: v.optional(oneTimeCode),
  passkey: v.optional(assertion),
})
const options = { scopes: [], renew: false, body: jsonBody(factors) }

/**
 * POST /auth/session/reauthenticate: 200 `{session, token?}`. Verifies the password, a code of a second factor, a passkey, or
 * several of them, and replaces the caller's session by one that is authenticated now. 403 `wrong_password`, `wrong_code`,
 * `wrong_passkey` change nothing. A passkey signs the challenge of POST /auth/login/passkey/options. Four reads, four
 * writes; with a passkey alone five reads and three or four writes.
 */
export const handler = userRoute(app, options, async ({ http, session, user, credential, body, deadline, log }) => {
  const code = optionalCode(body)
  if (!body.password && !code && !body.passkey)
    throw new InvalidRequestError(
      'The request body has no factor. Send `password`, `totp`, `recoveryCode` or `passkey`.',
      [{ pointer: '/password', detail: 'missing field' }],
    )
  const passkey = body.passkey && readAssertion(body.passkey, relyingParty)
  const request = { session, user, password: body.password, code, passkey }
  const created = await reauthenticate({ ...parts, log }, request, http, deadline)
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'reauthentication' }))
  if (body.recoveryCode !== undefined) {
    log(logEntry('user_updated', { target: user.id, action: 'recovery_code_used' }))
    await notify(app, { kind: 'factors_changed', userId: user.id, change: 'recovery_code_used' }, deadline, log)
  }
  logRevoked(log, user.id, [session.id], 'replaced')
  return withCredential(cookie, credential, created, { session: sessionJson(created.session) })
})
