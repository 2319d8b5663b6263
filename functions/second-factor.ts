import * as v from 'valibot'
import { completeLogin } from '../lib/accounts/second-factor-login.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import { openApp } from './http/app.ts'
import { attemptsOf } from './http/attempts-of.ts'
import { challengesOf, secondFactorsOf } from './http/factor-app.ts'
import { credential, oneTimeCode, secretText } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { noticeSignIn, notify, withMail } from './http/mail-app.ts'
import { assertion } from './http/passkey-fields.ts'
import { presentedFactor } from './http/presented-code.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'
import { presentedTokens, signInAnswer } from './http/sign-in-answer.ts'

const app = withMail(recordActivity(openApp({ pepper: true, factors: true })))
const { cookie, strongScopes, relyingParty } = app.config
const attempts = attemptsOf(app)
const parts = { ...app, attempts, strongScopes, challenges: challengesOf(app), secondFactors: secondFactorsOf(app) }

const body = jsonBody(
  v.strictObject({
    challenge: secretText,
    totp: v.optional(oneTimeCode),
    recoveryCode: v.optional(oneTimeCode),
    passkey: v.optional(assertion),
    credential,
  }),
)

/**
 * POST /auth/login/second-factor: as POST /auth/login. 403 `wrong_code` and `wrong_passkey` leave the challenge good; 410 `challenge_expired`
 * means to start again.
 */
export const handler = publicRoute(app, { body }, async ({ http, credentials, body, deadline, log }) => {
  if (body.credential === 'cookie') assertSameOrigin(http, app.config)
  const code = presentedFactor(body, relyingParty)
  const { ip, userAgent } = http
  const request = { challenge: body.challenge, code, ip, userAgent, presented: presentedTokens(credentials) }
  const signedIn = await completeLogin({ ...parts, log }, request, deadline)
  const { user } = signedIn
  if ('recoveryCode' in code)
    await notify(app, { kind: 'factors_changed', userId: user.id, change: 'recovery_code_used' }, deadline, log)
  await noticeSignIn(app, signedIn, deadline, log)
  return signInAnswer(cookie, body.credential, signedIn, log)
})
