import * as v from 'valibot'
import { passkeyLogin } from '../lib/accounts/passkey-login.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import { readAssertion } from '../lib/passkeys/assertion.ts'
import { createPasskeys } from '../lib/passkeys/passkeys.ts'
import { openApp } from './http/app.ts'
import { credential, label, scopes } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { noticeSignIn, withMail } from './http/mail-app.ts'
import { passkeyBudgetOf, passkeyChallengesOf } from './http/passkey-app.ts'
import { assertion } from './http/passkey-fields.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'
import { presentedTokens, signInAnswer } from './http/sign-in-answer.ts'

const app = withMail(recordActivity(openApp({ pepper: true, factors: true })))
const { cookie, strongScopes, relyingParty } = app.config
const parts = {
  ...{ ...app, strongScopes, passkeys: createPasskeys({ store: app.userStore }) },
  ...{ passkeyChallenges: passkeyChallengesOf(app), passkeyBudget: passkeyBudgetOf(app) },
}

const body = jsonBody(
  v.strictObject({ response: assertion, scopes: v.optional(scopes), label: v.optional(label), credential }),
)

/**
 * POST /auth/login/passkey: as POST /auth/login, by a passkey alone: the session is of two factors. 403 `wrong_passkey`;
 * 410 `challenge_expired` means to request options again.
 */
export const handler = publicRoute(app, { body }, async ({ http, credentials, body, deadline, log }) => {
  if (body.credential === 'cookie') assertSameOrigin(http, app.config)
  const { response, ...wanted } = body
  const { ip, userAgent } = http
  const presented = presentedTokens(credentials)
  const request = { ...wanted, assertion: readAssertion(response, relyingParty), ip, userAgent, presented }
  const signedIn = await passkeyLogin({ ...parts, log }, request, deadline)
  await noticeSignIn(app, signedIn, deadline, log)
  return signInAnswer(cookie, body.credential, signedIn, log)
})
