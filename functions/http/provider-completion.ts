import { logEntry, logRevoked } from '../../lib/audit.ts'
import { ReauthenticationRequiredError } from '../../lib/errors.ts'
import { sessionCookies } from '../../lib/http/cookie.ts'
import { soleCredential } from '../../lib/http/credentials.ts'
import type { SignInPurpose } from '../../lib/http/sign-in-transaction.ts'
import { createLinking } from '../../lib/identity/linking.ts'
import type { Provider } from '../../lib/identity/provider.ts'
import { ProviderResponseError } from '../../lib/identity/provider-errors.ts'
import { reauthenticateByProvider } from '../../lib/identity/provider-reauthentication.ts'
import { signInByProvider } from '../../lib/identity/provider-sign-in.ts'
import type { VerifiedIdentity } from '../../lib/identity/verified-identity.ts'
import type { Session } from '../../lib/session.ts'
import type { CreatedSession } from '../../lib/sessions/create-session.ts'
import { systemClock } from '../../lib/system.ts'
import type { User } from '../../lib/user.ts'
import { reportFirstSignIn } from './first-sign-in.ts'
import { noticeSignIn, notify } from './mail-app.ts'
import type { ProviderSignInApp } from './provider-sign-in-app.ts'
import type { PublicCall } from './route.ts'
import { presentedTokens, signInAnswer } from './sign-in-answer.ts'

interface Completion extends Pick<PublicCall, 'http' | 'credentials' | 'deadline' | 'log'> {
  readonly provider: Provider
  readonly identity: VerifiedIdentity
}

/** Completes a sign-in at a provider, whose identity is verified. @returns the cookies of its session */
export type Complete = (completion: Completion) => Promise<readonly string[]>

/** The completions of sign-ins, by what they were started for. */
export function completions(app: ProviderSignInApp): Record<SignInPurpose, Complete> {
  const { config, users, sessions } = app
  const { cookie, strongScopes, freshSeconds } = config
  const linking = createLinking({ ...app, store: app.userStore })
  const cookiesOf = ({ session, token }: CreatedSession) =>
    sessionCookies(cookie, token, session.endsAt, session.createdAt)

  /** The session that the browser sends, and its user. */
  async function signedIn({ credentials, deadline, log }: Completion): Promise<{ session: Session; user: User }> {
    const { token } = credentials.cookies.length === 1 ? soleCredential(credentials) : { token: undefined }
    const session = token === undefined ? undefined : await sessions.check(token, { deadline, log })
    const user = session && (await users.ofSession(session, deadline))
    if (session && user) return { session, user }
    throw new ProviderResponseError('no_session', 'The browser has no session any more, or does not send its cookie')
  }

  return {
    async sign_in({ http, credentials, provider, identity, deadline, log }) {
      const request = { ip: http.ip, userAgent: http.userAgent, presented: presentedTokens(credentials) }
      const signedIn = await signInByProvider({ ...app, strongScopes, log }, provider, identity, request, deadline)
      if (signedIn.isNew) await reportFirstSignIn(app, { user: signedIn.user, provider }, deadline, log)
      await noticeSignIn(app, signedIn, deadline, log)
      return signInAnswer(cookie, 'cookie', signedIn, log).cookies ?? []
    },

    async link(completion) {
      const { http, provider, identity, deadline, log } = completion
      const { session, user } = await signedIn(completion)
      if (systemClock() - session.authenticatedAt >= freshSeconds)
        throw new ReauthenticationRequiredError(freshSeconds, 'cookie', { actor: user.id, sessionId: session.id })
      const afterChange = () =>
        log(logEntry('user_updated', { target: user.id, action: 'identity_linked', provider: provider.id }))
      const created = await linking.link({ session, device: http, strongScopes, afterChange }, identity, deadline)
      logRevoked(log, user.id, [session.id, ...created.revoked], 'factors_changed')
      log(logEntry('session_created', { actor: user.id, sessionId: created.session.id, reason: 'factors_changed' }))
      await notify(app, { kind: 'factors_changed', userId: user.id, change: 'identity_linked' }, deadline, log)
      return cookiesOf(created)
    },

    async reauthenticate(completion) {
      const { http, identity, deadline, log } = completion
      const current = await signedIn(completion)
      const created = await reauthenticateByProvider({ ...app, strongScopes }, current, identity, http, deadline)
      const { id, userId } = created.session
      log(logEntry('session_created', { actor: userId, sessionId: id, reason: 'reauthentication' }))
      logRevoked(log, userId, [current.session.id], 'replaced')
      return cookiesOf(created)
    },
  }
}
