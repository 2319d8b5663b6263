import { creationOptions } from '../lib/passkeys/options.ts'
import { assertRoom } from '../lib/passkeys/passkey-changes.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { passkeyChallengesOf } from './http/passkey-app.ts'
import { userRoute } from './http/route.ts'

const app = openApp({ factors: true })
const challenges = passkeyChallengesOf(app)

/**
 * POST /auth/passkeys/options: 200 `{options}` for `PublicKeyCredential.parseCreationOptionsFromJSON`. 409 with 20
 * passkeys. Two reads, one write.
 */
export const handler = userRoute(app, { scopes: [ACCOUNT_SCOPE], fresh: true }, async ({ user, deadline }) => {
  assertRoom(user)
  const challenge = await challenges.begin(user.id, deadline)
  return json(200, { options: creationOptions(app.config.relyingParty, user, challenge) })
})
