import { logEntry, logRevoked } from '../lib/audit.ts'
import { BULK_DEADLINE_SECONDS } from '../lib/deadline.ts'
import { defined } from '../lib/defined.ts'
import { InvalidRequestError } from '../lib/errors.ts'
import { sessionJson } from '../lib/http/representation.ts'
import { ACCOUNT_SCOPE } from '../lib/scope.ts'
import type { SessionId } from '../lib/session.ts'
import { json, withCredential, withExpiredCookie } from './http/answer.ts'
import { openApp } from './http/app.ts'
import { openReceipts, withPreference } from './http/receipts.ts'
import { recordActivity } from './http/record-activity.ts'
import { type SessionCall, sessionRoute } from './http/route.ts'

const app = recordActivity(openApp())
const receiptOf = openReceipts(app)
const { cookie } = app.config
const options = { scopes: [ACCOUNT_SCOPE], query: ['keep'], seconds: BULK_DEADLINE_SECONDS, renew: false } as const

/**
 * DELETE /auth/sessions: 200 `{revoked, receipt?}`, cookie expired. `?keep=current` replaces the caller's session instead, so that
 * copies of its token are revoked too: 200 `{revoked, session, token?, receipt?}`.
 */
export const handler = sessionRoute(app, options, async ({ http, session, credential, deadline, log }) => {
  const { keep } = http.query
  if (keep === undefined) {
    let epoch: number | undefined
    const revoked = await app.revocations.revokeOwnSessions(session, deadline, (user) => {
      epoch = user.epoch
    })
    logRevoked(log, session.userId, revoked, 'revoked_all')
    const receipt = await receiptFor({ http, session, deadline, log }, revoked, epoch)
    const answer = json(200, { revoked: revoked.length, ...defined({ receipt }) })
    return withExpiredCookie(withPreference(answer, receipt), cookie)
  }
  if (keep !== 'current')
    throw new InvalidRequestError('The query is invalid. `keep` accepts only `current`.', [
      { pointer: 'keep', detail: 'expected current' },
    ])

  const created = await app.revocations.revokeOtherSessions(session, http, deadline)
  logRevoked(log, session.userId, [session.id], 'replaced')
  logRevoked(log, session.userId, created.revoked, 'revoked_all')
  log(logEntry('session_created', { sessionId: created.session.id, reason: 'revoked_all' }))
  const revoked = [session.id, ...created.revoked]
  const receipt = await receiptFor({ http, session, deadline, log }, revoked, created.user.epoch)
  const facts = { revoked: created.revoked.length, session: sessionJson(created.session), ...defined({ receipt }) }
  return withPreference(withCredential(cookie, credential, created, facts), receipt)
})

type Call = Pick<SessionCall, 'http' | 'session' | 'deadline' | 'log'>

function receiptFor({ http, session, deadline, log }: Call, revoked: readonly SessionId[], epoch: number | undefined) {
  const { userId } = session
  const sessions = revoked.map((id) => ({ userId, id }))
  return receiptOf(http, { kind: 'all_sessions', sessions, userId, by: userId, epoch }, deadline, log)
}
