import * as v from 'valibot'
import { loginByCode } from '../lib/accounts/code-login.ts'
import { logEntry, logRevoked } from '../lib/audit.ts'
import { ChallengeExpiredError } from '../lib/errors.ts'
import { codeCookieName, cookieValues, expiredCodeCookies } from '../lib/http/cookie.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import { Secret } from '../lib/secret.ts'
import type { SessionId } from '../lib/session.ts'
import type { User } from '../lib/user.ts'
import { openApp } from './http/app.ts'
import { assertLoginCode, loginCodesOf } from './http/code-app.ts'
import { challengesOf } from './http/factor-app.ts'
import { credential, label, oneTimeCode, scopes } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { assertMail, noticeSignIn, notify, withMail } from './http/mail-app.ts'
import { recordActivity } from './http/record-activity.ts'
import { publicRoute } from './http/route.ts'
import { presentedTokens, signInAnswer } from './http/sign-in-answer.ts'

const app = withMail(recordActivity(openApp({ pepper: true, factors: true })))
const { cookie, strongScopes } = app.config
const parts = {
  ...{ ...app, store: app.userStore, strongScopes },
  ...{ codes: loginCodesOf(app), challenges: challengesOf(app), tagOf: app.mailBudgets.accountTag },
}
const body = jsonBody(
  v.strictObject({ code: oneTimeCode, scopes: v.optional(scopes), label: v.optional(label), credential }),
)

/**
 * POST /auth/login/code/complete: as POST /auth/login, in the browser that asked for the code. 403 `wrong_code`; 410
 * `challenge_expired` without its cookie, which costs no call, and once no try is left.
 */
export const handler = publicRoute(app, { body }, async ({ http, credentials, body, deadline, log }) => {
  assertLoginCode(app)
  assertMail(app)
  assertSameOrigin(http, app.config)
  const [secret, ...others] = cookieValues(http.cookies, codeCookieName(cookie))
  if (secret === undefined || others.length > 0) throw new ChallengeExpiredError()
  await app.mailBudgets.reserveLink(http.ip, deadline)
  const { ip, userAgent } = http
  const request = { ...body, secret: new Secret(secret), ip, userAgent, presented: presentedTokens(credentials) }
  const afterFirstProof = async ({ id }: User, revoked: readonly SessionId[]) => {
    log(logEntry('user_updated', { target: id, action: 'email_verified' }))
    logRevoked(log, id, revoked, 'factors_changed')
    await notify(app, { kind: 'password_changed', userId: id }, deadline, log)
  }
  const signedIn = await loginByCode({ ...parts, log, afterFirstProof }, request, deadline)
  await noticeSignIn(app, signedIn, deadline, log)
  const answer = signInAnswer(cookie, body.credential, signedIn, log)
  return { ...answer, cookies: [...(answer.cookies ?? []), ...expiredCodeCookies(cookie)] }
})
