import { bug, inFile, type SeededBug } from './seeded-bug.ts'

const inAdmission = inFile('lib/http/admission.ts')
const inCredentials = inFile('lib/http/credentials.ts')
const inRequest = inFile('lib/http/request.ts')
const inSameOrigin = inFile('lib/http/same-origin.ts')
const inAuthorizer = inFile('middleware/authorizer.ts')
const inFromAuthorizer = inFile('middleware/from-authorizer.ts')
const inRoute = inFile('functions/http/route.ts')
const inLogin = inFile('functions/login.ts')

export const CREDENTIALS: readonly SeededBug[] = [
  bug('I1', 'the session of a cookie is checked with eventual consistency', [
    inAdmission(
      'sessions.check(token, { deadline, consistency,',
      "sessions.check(token, { deadline, consistency: kind === 'cookie' ? 'eventual' : consistency,",
    ),
  ]),
  bug('I1', 'a session in a cookie that is revoked before its renewal is accepted', [
    inAdmission(
      'const renewed = renew ? await sessions.renew(session, deadline, log) : session',
      "const renewed = (renew ? await sessions.renew(session, deadline, log) : session) ?? (kind === 'cookie' ? session : undefined)",
    ),
  ]),
  bug('I8', 'the scopes of a session in a cookie are not compared', [
    inAdmission('assertScopes(scopes, session)\n', "if (kind === 'bearer') assertScopes(scopes, session)\n"),
  ]),
  bug('I8', 'PATCH with a cookie is accepted from every origin', [inSameOrigin("'OPTIONS'])", "'OPTIONS', 'PATCH'])")]),
  bug('I8', 'two cookies with the same value are accepted', [
    inCredentials('if (cookies.length > 1)', 'if (new Set(cookies).size > 1)'),
  ]),
  bug('I8', 'a malformed bearer token beside a cookie is ignored', [
    inCredentials('if (cookies.length > 0 && authorizations > 0)', 'if (cookies.length > 0 && bearers.length > 0)'),
  ]),
  bug('I8', 'a malformed bearer token beside a bearer token is ignored', [
    inCredentials('if (authorizations > 1)', 'if (bearers.length > 1)'),
  ]),
  bug('I8', 'only the first of the cookies that an event lists is read', [
    inRequest(
      'const lines = Array.isArray(cookies) && cookies.length > 0 ? cookies :',
      'const lines = Array.isArray(cookies) && cookies.length > 0 ? cookies.slice(0, 1) :',
    ),
  ]),
  bug('I8', 'a sign-in with a label sets a cookie for a page of another origin', [
    inLogin("if (body.credential === 'cookie') assert", "if (body.credential === 'cookie' && !body.label) assert"),
  ]),
  bug('I8', 'a narrowed session need not be fresh', [
    inRoute('if (options.fresh && systemClock()', 'if (options.fresh && !session.narrowed && systemClock()'),
  ]),
  // Authorizers
  bug('I2', 'the authorizer of an HTTP API answers a datastore failure with a denial', [
    inAuthorizer(
      "if (error.code === 'unavailable') throw error",
      "if (error.code === 'unavailable' && !isHttpApi(event)) throw error",
    ),
  ]),
  bug('I8', 'the authorizer of a REST API allows a request that the handler is to refuse', [
    inAuthorizer("if (refuse === 'handler' && isHttpApi(event)) return", "if (refuse === 'handler') return"),
  ]),
  bug('I1', 'messages of a WebSocket that was opened with a cookie are not checked', [
    inFromAuthorizer("eventType !== 'CONNECT'", "eventType !== 'CONNECT' && credential === 'bearer'"),
  ]),
  bug('I8', 'the scopes of messages of a WebSocket are not compared', [
    inFromAuthorizer('  assertScopes(rules.scopes, current)', '  if (!isMessage) assertScopes(rules.scopes, current)'),
  ]),
  bug('I5', 'a request behind an authorizer is accepted in the second in which its session expires', [
    inFromAuthorizer('systemClock() >= session.expiresAt', 'systemClock() > session.expiresAt'),
  ]),
]
