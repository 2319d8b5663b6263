import type { SignedIn } from '../../lib/accounts/sign-in.ts'
import { logEntry, logRevoked } from '../../lib/audit.ts'
import type { SessionCookie } from '../../lib/http/cookie.ts'
import { type CredentialKind, type Credentials, revocableTokens } from '../../lib/http/credentials.ts'
import { sessionJson, userJson } from '../../lib/http/representation.ts'
import type { Log } from '../../lib/ports.ts'
import { withCredential } from './answer.ts'

/** The session tokens of a request whose sessions a sign-in revokes. */
export function presentedTokens({ bearers, cookies }: Credentials): string[] {
  // Of two cookies none is used: a neighbouring host may have set one of them.
  return revocableTokens({ bearers, cookies: cookies.length === 1 ? cookies : [] })
}

/** Logs a sign-in and hands its session over. */
export function signInAnswer(cookie: SessionCookie, credential: CredentialKind, signedIn: SignedIn, log: Log) {
  const { session, user, revokedByCap, replaced } = signedIn
  const facts = { actor: user.id, sessionId: session.id }
  log(logEntry('authn_login_success', { ...facts, factors: session.factors.join(' ') }))
  log(logEntry('session_created', { ...facts, reason: 'login' }))
  logRevoked(log, user.id, revokedByCap, 'session_cap')
  for (const { userId, id } of replaced) logRevoked(log, userId, [id], 'replaced')
  return withCredential(cookie, credential, signedIn, { session: sessionJson(session), user: userJson(user) })
}
