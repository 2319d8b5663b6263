import middy from '@middy/core'
import httpErrorHandler from '@middy/http-error-handler'
import type { Context } from 'aws-lambda'
import { logEntry } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { CoatcheckError, ReauthenticationRequiredError, UnauthenticatedError } from '../../lib/errors.ts'
import { clientIp } from '../../lib/http/client-ip.ts'
import { type Credentials, findCredentials } from '../../lib/http/credentials.ts'
import type { HttpEvent } from '../../lib/http/event.ts'
import { type HttpRequest, texts } from '../../lib/http/request.ts'
import type { HttpResponse } from '../../lib/http/response.ts'
import { assertSameOrigin } from '../../lib/http/same-origin.ts'
import { bindLog } from '../../lib/log.ts'
import { beginRequest, endRequest } from '../../lib/metrics.ts'
import type { Log } from '../../lib/ports.ts'
import { systemClock } from '../../lib/system.ts'
import type { User } from '../../lib/user.ts'
import type { Middleware } from '../../middleware/middy.ts'
import { problemDetails } from '../../middleware/problem-details.ts'
import { requestOf, setRequest } from '../../middleware/request.ts'
import { requestLog } from '../../middleware/request-log.ts'
import { type SessionContext, sessionMiddleware } from '../../middleware/session-middleware.ts'
import { answerHeaders } from './answer-headers.ts'
import type { App, BareApp } from './app.ts'
import type { RouteDeclaration, RouteHandler } from './contract.ts'
import type { BodyReader } from './json-body.ts'
import { assertQuery } from './query.ts'

interface RouteOptions<Body, Sent, Query extends string> {
  /** Parses the body. Without it the route ignores body and content type. */
  readonly body?: BodyReader<Body, Sent>
  /** The accepted query parameters, `as const`; others are refused. */
  readonly query?: readonly Query[] | 'any'
  /** Datastore time for the whole request. */
  readonly seconds?: number
}

/** The values that the stack puts on the context of every route. */
interface RouteContext extends Pick<SessionContext, 'deadline'> {
  readonly http: HttpRequest
  /** Adds the request's id and source to each entry, on a session route the user and session too. */
  readonly log: Log
}

interface PublicRouteOptions<Body, Sent, Query extends string> extends RouteOptions<Body, Sent, Query> {
  /** Whether pages of any origin may post, as a provider's do; the route then uses no session of the request. */
  readonly crossOrigin?: boolean
}

interface PublicContext extends RouteContext {
  readonly credentials: Credentials
}

interface ParsedRequest<Body> {
  readonly body: Body
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>
}

/** One request to a route that needs no session. */
export interface PublicCall<Body = undefined> extends PublicContext, ParsedRequest<Body> {
  readonly requestContext: HttpEvent['requestContext']
}

/** One request to a route that needs a session. */
export interface SessionCall<Body = undefined> extends RouteContext, SessionContext, ParsedRequest<Body> {}

/** One request to a route that reads the session's user too. */
export interface UserCall<Body = undefined> extends SessionCall<Body> {
  /** The session's user, read for this request: active, and of the session's epoch. */
  readonly user: User
}

type Answer<Call, Out> = (call: Call) => Out | Promise<Out>
type RouteEvent<Body> = Omit<HttpEvent, 'body'> & { readonly body: Body }

/** A route without a session. If the request has a session cookie, unsafe methods still need a trusted origin. */
export function publicRoute<Out extends HttpResponse, Body = undefined, Sent = undefined, Query extends string = never>(
  app: BareApp,
  options: PublicRouteOptions<Body, Sent, Query>,
  answer: Answer<PublicCall<Body>, Out>,
): RouteHandler<Sent, Query, Out> {
  const guard: Middleware<HttpEvent, Context & RouteContext> = {
    before({ context }) {
      const credentials = findCredentials(context.http, app.config.cookie.name)
      if (credentials.cookies.length > 0 && !options.crossOrigin) assertSameOrigin(context.http, app.config)
      Object.assign(context, { credentials } satisfies Omit<PublicContext, keyof RouteContext>)
    },
  }
  const handler = middlewareStack<Body, PublicContext>(app, options, guard).handler(async (event, context) => {
    const { http, credentials, deadline, log } = context
    const { body, requestContext, pathParameters } = event
    return answer({ http, credentials, deadline, log, body, params: texts(pathParameters), requestContext })
  })
  return declare(handler, options)
}

interface SessionRouteOptions<Body, Sent, Query extends string> extends RouteOptions<Body, Sent, Query> {
  /** The session must hold all of them; may be empty. */
  readonly scopes: readonly string[]
  readonly renew?: boolean
}

interface UserRouteOptions<Body, Sent, Query extends string> extends SessionRouteOptions<Body, Sent, Query> {
  /** Whether the last sign-in or reauthentication must be within `FRESH_SECONDS`. */
  readonly fresh?: boolean
}

/** A route that needs a valid session. */
export function sessionRoute<
  Out extends HttpResponse,
  Body = undefined,
  Sent = undefined,
  Query extends string = never,
>(
  app: App,
  options: SessionRouteOptions<Body, Sent, Query>,
  answer: Answer<SessionCall<Body>, Out>,
): RouteHandler<Sent, Query, Out> {
  const { config, sessions, log } = app
  const { origin, trustedOrigins, cookie } = config
  const { scopes, renew = true } = options
  const guard = sessionMiddleware(
    {
      ...{ scopes, renew, sessions, origin, trustedOrigins, cookieName: cookie.name, log },
      cors: false, // answerHeaders adds them to every response
    },
    { sessions: () => sessions, users: () => app.userStore },
  )
  const handler = middlewareStack<Body, SessionContext>(app, options, guard).handler(async (event, context) => {
    const { http, session, credential, deadline } = context
    const log = bindLog(context.log, { actor: session.userId, sessionId: session.id })
    return answer({ http, session, credential, deadline, log, body: event.body, params: texts(event.pathParameters) })
  })
  return declare(handler, options)
}

/**
 * A route that needs a valid session of an active user: routes of the own account and of administrators. One read more
 * than `sessionRoute`.
 */
export function userRoute<Out extends HttpResponse, Body = undefined, Sent = undefined, Query extends string = never>(
  app: App,
  options: UserRouteOptions<Body, Sent, Query>,
  answer: Answer<UserCall<Body>, Out>,
): RouteHandler<Sent, Query, Out> {
  const { freshSeconds } = app.config
  return sessionRoute(app, options, async (call: SessionCall<Body>) => {
    const { session, credential, deadline } = call
    const user = await app.users.ofSession(session, deadline)
    if (!user) throw new UnauthenticatedError(true)
    if (options.fresh && systemClock() - session.authenticatedAt >= freshSeconds)
      throw new ReauthenticationRequiredError(freshSeconds, credential, { actor: user.id, sessionId: session.id })
    return answer({ ...call, user })
  })
}

/** Lets the API description be generated from the options that guard and parse requests. */
function declare<Handler extends object>(handler: Handler, declaration: RouteDeclaration) {
  return Object.assign(handler, { declaration })
}

/** The stack of every route; its first acts last on the response. What a `before` returned, Middy would respond with. */
function middlewareStack<Body, Added = unknown>(
  app: BareApp,
  { body, query = [], seconds }: RouteOptions<Body, unknown, string>,
  guard: Middleware,
) {
  const { config, log, recording = [] } = app
  return middy<RouteEvent<Body>, HttpResponse, Error, Context & RouteContext & Added>()
    .use({ before: beginRequest, after: endRequest, onError: endRequest })
    .use(recording)
    .use(answerHeaders({ https: config.deployed, origin: config.origin, trustedOrigins: config.trustedOrigins }))
    .use(
      httpErrorHandler({
        logger: false,
        fallbackMessage: '{"message":"Internal Server Error"}', // the same as API Gateway's
      }),
    )
    .onError((request) => {
      if (request.error instanceof CoatcheckError) return
      requestLog(log, requestOf(request), request.context)(logEntry('sys_crash', { error: request.error }))
      request.error = new Error('The handler failed') // or the error's own status and message would be used
    })
    .use(problemDetails({ log }))
    .before((request) => {
      request.event ??= {} as RouteEvent<Body> // an invocation without a payload
      const read = requestOf(request)
      const http = setRequest(request, { ...read, ip: clientIp(read, config.proxy) })
      const bound = requestLog(log, http, request.context)
      Object.assign(request.context, { http, deadline: startDeadline(seconds), log: bound } satisfies RouteContext)
    })
    .use(guard)
    .before(({ event, context }) => {
      if (query !== 'any') assertQuery(context.http, event.rawQueryString, query)
    })
    .use(body ?? [])
}
