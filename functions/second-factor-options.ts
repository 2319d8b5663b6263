import * as v from 'valibot'
import { ChallengeExpiredError, ConflictError } from '../lib/errors.ts'
import { methodsOf } from '../lib/factors/methods.ts'
import { requestOptions } from '../lib/passkeys/options.ts'
import { challengeOfSignIn } from '../lib/passkeys/passkey-challenges.ts'
import { json } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { challengeOf } from './http/challenge-of.ts'
import { challengesOf } from './http/factor-app.ts'
import { secretText } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { publicRoute } from './http/route.ts'

const app = openApp({ factors: true })
const challenges = challengesOf(app)
const body = jsonBody(v.strictObject({ challenge: v.optional(secretText) }))

/**
 * POST /auth/login/second-factor/options: 200 `{options}` for the passkeys of the user who is signing in. 409 if the user
 * has none; 410 `challenge_expired`. What the passkey signs is made of the challenge: two reads, no write.
 */
export const handler = publicRoute(app, { body }, async ({ http, body, deadline }) => {
  const secret = challengeOf(body, http, app.config)
  const { userId, epoch } = await challenges.find(secret, deadline)
  const user = await app.users.get(userId, deadline)
  if (user?.status !== 'active' || user.epoch !== epoch) throw new ChallengeExpiredError()
  if (!methodsOf(user).includes('passkey'))
    throw new ConflictError('You have no passkey. Use another of the `methods` that the sign-in named.')
  const challenge = challengeOfSignIn(secret)
  return json(200, { options: requestOptions(app.config.relyingParty, challenge, user) })
})
