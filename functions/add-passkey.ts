import * as v from 'valibot'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { strengthened } from '../lib/factor.ts'
import { passkeyJson } from '../lib/http/representation.ts'
import { addition } from '../lib/passkeys/passkey-changes.ts'
import { BY_PASSKEY } from '../lib/passkeys/passkey-proof.ts'
import { challengeOfRegistration, verifyRegistration } from '../lib/passkeys/registration.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import { ID_LENGTH, systemClock, systemRandomText } from '../lib/system.ts'
import { openApp } from './http/app.ts'
import { changeFactors } from './http/change-factors.ts'
import { name } from './http/fields.ts'
import { jsonBody } from './http/json-body.ts'
import { withMail } from './http/mail-app.ts'
import { passkeyChallengesOf } from './http/passkey-app.ts'
import { registration } from './http/passkey-fields.ts'
import { recordActivity } from './http/record-activity.ts'
import { userRoute } from './http/route.ts'

const app = withMail(recordActivity(openApp({ pepper: true, factors: true })))
const { relyingParty } = app.config
const challenges = passkeyChallengesOf(app)
const options = {
  scopes: [ACCOUNT_SCOPE],
  fresh: true,
  seconds: BULK_DEADLINE_SECONDS,
  body: jsonBody(v.strictObject({ response: registration, name })),
}

/**
 * POST /auth/passkeys: 201 `{session, token?, passkey, recoveryCodes?}`. Adds a passkey; all sessions end, and the caller
 * gets a new one. The recovery codes come with the first second factor, once. The only function with the library that reads
 * registrations.
 */
export const handler = userRoute(app, options, async (call) => {
  const { user, body, deadline } = call
  const challenge = challengeOfRegistration(body.response, relyingParty)
  await challenges.check(challenge, user.id, deadline)
  const made = await verifyRegistration(body.response, challenge, relyingParty)
  await challenges.use(challenge, deadline)
  const [passkeyId, now] = [systemRandomText(ID_LENGTH), systemClock()]
  const answer = await changeFactors(app, call, {
    name: 'passkey_added',
    make: (current) => addition(current, made, { passkeyId, name: body.name, now, randomText: systemRandomText }),
    proof: strengthened(call.session, BY_PASSKEY),
    also: { passkey: passkeyJson(passkeyId, { name: body.name, createdAt: now }) },
  })
  return { ...answer, statusCode: 201 }
})
