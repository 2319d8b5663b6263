import { logEntry, logRevoked } from '../../lib/audit.ts'
import type { Deadline } from '../../lib/deadline.ts'
import type { Proof } from '../../lib/factor.ts'
import type { FactorChange } from '../../lib/factors/enrolment.ts'
import { sessionJson } from '../../lib/http/representation.ts'
import type { FactorsChange } from '../../lib/mail/mail-message.ts'
import type { User } from '../../lib/user.ts'
import { withCredential } from './answer.ts'
import { type MailApp, notify } from './mail-app.ts'
import type { UserCall } from './route.ts'

interface Change<Also> {
  readonly name: FactorsChange
  readonly make: (user: User) => FactorChange
  /** What the caller's new session has proven. */
  readonly proof: Proof
  /** Further members of the response. */
  readonly also?: Also
}

/** Changes the caller's second factors: all sessions end, the caller gets a successor, and the user is told by mail. */
export async function changeFactors<Body, Also extends object = object>(
  app: MailApp,
  { http, session, user, credential, deadline, log }: UserCall<Body> & { readonly deadline: Deadline },
  { name, make, proof, also }: Change<Also>,
) {
  let made: FactorChange | undefined
  const change = (current: User) => {
    made = make(current)
    return made.change
  }
  const afterChange = () => log(logEntry('user_updated', { target: user.id, action: name }))
  const { strongScopes, cookie } = app.config
  const created = await app.revocations.changeFactors(
    session,
    { change, proof, strongScopes, afterChange },
    http,
    deadline,
  )
  logRevoked(log, user.id, [session.id, ...created.revoked], 'factors_changed')
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'factors_changed' }))
  await notify(app, { kind: 'factors_changed', userId: user.id, change: name }, deadline, log)
  return withCredential(cookie, credential, created, {
    session: sessionJson(created.session),
    ...(also as Also),
    ...(made?.recoveryCodes ? { recoveryCodes: made.recoveryCodes.map((code) => code.reveal()) } : {}),
  })
}
