import { type Deadline, startDeadline } from '../lib/deadline.ts'
import { InsufficientScopeError, UnauthenticatedError } from '../lib/errors.ts'
import { type CredentialKind, findCredentials, soleCredential } from '../lib/http/credentials.ts'
import { type HttpEvent, readRequest } from '../lib/http/request.ts'
import { assertSameOrigin } from '../lib/http/same-origin.ts'
import { jsonLog } from '../lib/log.ts'
import type { Consistency, Log } from '../lib/ports.ts'
import { isScope, missingScopes, type Scope } from '../lib/scope.ts'
import type { Session } from '../lib/session.ts'
import type { Sessions } from '../lib/sessions.ts'
import { defaultConfig, defaultSessions } from './defaults.ts'
import type { Middleware } from './middy.ts'
import { answerProblem } from './problem-details.ts'

export interface RequireSessionOptions {
  /** All of these the session must hold. None: any live session will do. */
  readonly scopes?: readonly string[]
  /** Where sessions are looked up. Default: the table that `SESSIONS_TABLE` names. */
  readonly sessions?: Sessions
  /** Whether a request keeps the session alive. Default `true`; `false` needs no right to write. */
  readonly renew?: boolean
  /** `eventual` halves the price of the read, and lets an ended session through for as long as a replica lags. */
  readonly consistency?: Consistency
  /** This service's own origin. Default: `ORIGIN`. */
  readonly origin?: string
  /** Origins whose pages may act with the cookie. Default: `TRUSTED_ORIGINS`. */
  readonly trustedOrigins?: readonly string[]
  /** Default: `COOKIE_NAME`. */
  readonly cookieName?: string
  /** Default: one line of JSON on standard error. */
  readonly log?: Log
}

/** What the handler finds on its context. */
export interface SessionContext {
  session: Session
  /** How the session was presented. */
  credential: CredentialKind
  /** What is left of the request's datastore time, for the handler's own calls to Coatcheck. */
  deadline: Deadline
}

/**
 * Lets only requests with a live session through, and puts it on `context.session`. One middleware, so that there is
 * no order to get wrong: it finds the cookie or the bearer token, refuses a cookie on an unsafe method from elsewhere,
 * looks the session up, compares scopes, renews. Refusals are answered as RFC 9457 problems: 401 `unauthenticated`,
 * 403 `insufficient_scope` or `cross_origin`, 400 for two credentials at once, 503 when the datastore fails.
 *
 * Cost: one strongly consistent read; a conditional write at most once in `SESSION_RENEW_SECONDS` a session.
 * @throws TypeError when made with a scope that cannot be one.
 */
export function requireSession(options: RequireSessionOptions = {}): Middleware<HttpEvent, SessionContext> {
  const { renew = true, consistency, log = jsonLog } = options
  const scopes = assertScopes(options.scopes ?? [])

  return {
    async before(request) {
      const sessions = options.sessions ?? defaultSessions()
      const http = readRequest(request.event)
      const { kind, token } = soleCredential(findCredentials(http, options.cookieName ?? defaultConfig().cookie.name))
      if (kind === 'cookie') {
        assertSameOrigin(http, {
          origin: options.origin ?? defaultConfig().origin,
          trustedOrigins: options.trustedOrigins ?? defaultConfig().trustedOrigins,
        })
      }
      // One that is there already was started by our own routes, which may have more time than a check.
      const deadline = (request.context as Partial<SessionContext>).deadline ?? startDeadline()
      const session = await sessions.check(token, { deadline, consistency })
      if (!session) throw new UnauthenticatedError(true)
      if (missingScopes(scopes, session.scopes).length > 0) throw new InsufficientScopeError(scopes)
      const present = renew ? await sessions.renew(session, deadline) : session
      if (!present) throw new UnauthenticatedError(true)
      Object.assign(request.context, { session: present, credential: kind, deadline } satisfies SessionContext)
    },
    onError: (request) => answerProblem(request, log),
  }
}

function assertScopes(scopes: readonly string[]): readonly Scope[] {
  const wrong = scopes.find((scope) => typeof scope !== 'string' || !isScope(scope))
  if (wrong !== undefined)
    throw new TypeError(`requireSession: ${JSON.stringify(wrong)} in \`scopes\` cannot be a scope`)
  return scopes as readonly Scope[]
}
