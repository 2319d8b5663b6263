import * as v from 'valibot'
import { completeLogin } from '../lib/accounts/second-factor-login.ts'
import { expiredChallengeCookies } from '../lib/http/cookie.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import { openApp } from './http/app.ts'
import { attemptsOf } from './http/attempts-of.ts'
import { challengeOf } from './http/challenge-of.ts'
import { challengesOf, secondFactorsOf } from './http/factor-app.ts'
import { credential, oneTimeCode, secretText } from './http/fields.ts'
import { openIdentityStores } from './http/identity-stores.ts'
import { jsonBody } from './http/json-body.ts'
import { noticeSignIn, notify, withMail } from './http/mail-app.ts'
import { assertion } from './http/passkey-fields.ts'
import { presentedFactor } from './http/presented-code.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'
import { presentedTokens, signInAnswer } from './http/sign-in-answer.ts'

const app = withMail(recordActivity(openApp({ pepper: true, factors: true, identities: openIdentityStores })))
const { cookie, strongScopes, relyingParty } = app.config
const attempts = attemptsOf(app)
const parts = { ...app, attempts, strongScopes, challenges: challengesOf(app), secondFactors: secondFactorsOf(app) }

const body = jsonBody(
  v.strictObject({
    challenge: v.optional(secretText),
    totp: v.optional(oneTimeCode),
    recoveryCode: v.optional(oneTimeCode),
    passkey: v.optional(assertion),
    credential,
  }),
)

/**
 * POST /auth/login/second-factor: as POST /auth/login. 403 `wrong_code` and `wrong_passkey` leave the challenge good; 410 `challenge_expired`
 * means to start again. Without `challenge`, the cookie of a sign-in at a provider is used.
 */
export const handler = publicRoute(app, { body }, async ({ http, credentials, body, deadline, log }) => {
  if (body.credential === 'cookie') assertSameOrigin(http, app.config)
  const challenge = challengeOf(body, http, app.config)
  const code = presentedFactor({ ...body, challenge }, relyingParty)
  const { ip, userAgent } = http
  const request = { challenge, code, ip, userAgent, presented: presentedTokens(credentials) }
  const signedIn = await completeLogin({ ...parts, log }, request, deadline)
  const { user } = signedIn
  if ('recoveryCode' in code)
    await notify(app, { kind: 'factors_changed', userId: user.id, change: 'recovery_code_used' }, deadline, log)
  await noticeSignIn(app, signedIn, deadline, log)
  const answer = signInAnswer(cookie, body.credential, signedIn, log)
  if (body.challenge !== undefined) return answer
  return { ...answer, cookies: [...(answer.cookies ?? []), ...expiredChallengeCookies(cookie)] }
})
