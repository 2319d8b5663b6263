import { requestOptions } from '../lib/passkeys/options.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { passkeyBudgetOf, passkeyChallengesOf } from './http/passkey-app.ts'
import { publicRoute } from './http/route.ts'

const app = openApp({ pepper: true })
const challenges = passkeyChallengesOf(app)
const budget = passkeyBudgetOf(app)

/**
 * POST /auth/login/passkey/options: 200 `{options}` for `PublicKeyCredential.parseRequestOptionsFromJSON`, the same for
 * every caller but the challenge. Two writes (three for IPv6), no read.
 */
export const handler = publicRoute(app, {}, async ({ http, deadline }) => {
  await budget.reserve(http.ip, deadline)
  const challenge = await challenges.begin(undefined, deadline)
  return json(200, { options: requestOptions(app.config.relyingParty, challenge) })
})
