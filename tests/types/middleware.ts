import middy from '@middy/core'
import { createAuthorizer } from 'coatcheck/authorizer'
import { requireSession as behindAuthorizer } from 'coatcheck/behind-authorizer'
import { createSessionCheck } from 'coatcheck/fetch'
import { type RequireSessionOptions, requireSession, withSession } from 'coatcheck/middleware'
import { testCoatcheck } from 'coatcheck/testing'
import middySix from 'middy-6'

// Compile-only: each line below `@ts-expect-error` must not compile.

middy()
  .use(requireSession({ scopes: ['notes:read'] }))
  .handler(async (_event, { session, credential, awsRequestId }) => {
    const label: string | undefined = session.label
    const kind: 'cookie' | 'bearer' = credential
    // @ts-expect-error a session is read-only
    session.expiresAt = 0
    // @ts-expect-error the secret never reaches a handler
    session.secretHash
    return { statusCode: 200, body: [label, kind, awsRequestId].join() }
  })

middy().handler(async (_event, context) => {
  // @ts-expect-error there is no session without the middleware
  context.session
})

middy()
  .use(requireSession({ from: 'authorizer' }))
  .handler(async (_event, { session }) => {
    const facts: [string, string, readonly string[], number] = [
      session.id,
      session.userId,
      session.scopes,
      session.authenticatedAt,
    ]
    // @ts-expect-error an authorizer passes on only a part of the session
    session.userAgent
    return facts
  })

middySix()
  .use(requireSession())
  .handler(async (_event, { session, awsRequestId }) => [session.userId, awsRequestId] satisfies [string, string])
middySix()
  .use(requireSession({ from: 'authorizer' }))
  .handler(async (_event, { session }) => {
    // @ts-expect-error the same with Middy 6
    session.userAgent
  })

// Options of the general type may have either `from`: the context has what both have in common.
const either: RequireSessionOptions = { from: 'authorizer' }
middy()
  .use(requireSession(either))
  .handler(async (_event, { session }) => {
    // @ts-expect-error only with `from: 'request'`
    session.userAgent
  })

// @ts-expect-error a scope is a string
requireSession({ scopes: [42] })
// @ts-expect-error scopes are a list
requireSession({ scopes: 'notes:read' })
// @ts-expect-error an option that does not exist
requireSession({ scope: ['notes:read'] })
// @ts-expect-error `from` has two values
requireSession({ from: 'cookie' })
// @ts-expect-error sessions come from createSessions
requireSession({ sessions: { check: () => true } })
// @ts-expect-error only an option of the authorizer
requireSession({ refuse: 'handler' })
// @ts-expect-error only an option of the middleware
createAuthorizer({ from: 'authorizer' })

// With exactOptionalPropertyTypes an option may be `undefined`, and the session stays fully typed.
const { sessions, users } = testCoatcheck()
const perhaps = process.argv.length > 5
const given = {
  sessions: perhaps ? sessions : undefined,
  scopes: perhaps ? ['notes:read'] : undefined,
  from: perhaps ? ('request' as const) : undefined,
  maxStalenessSeconds: perhaps ? 5 : undefined,
}
middy()
  .use(requireSession(given))
  .handler(async (_event, { session }) => [session.userAgent, session.label])
withSession(async (_event, { session }) => [session.userAgent, session.label], given)

// `loadUser` adds the user: always, never, or perhaps.
withSession(async (_event, { user }) => user.email, { ...given, loadUser: users })
middy()
  .use(requireSession({ loadUser: true }))
  .handler(async (_event, { session, user }) => [session.userAgent, user.email] satisfies [string, string])
// @ts-expect-error there is no user without the option
withSession(async (_event, { user }) => user.email)
// @ts-expect-error the option may be false
withSession(async (_event, { user }) => user.email, { loadUser: perhaps })
withSession(async (_event, { session, user }) => [session.userAgent, user?.email], { loadUser: perhaps })

// Behind an authorizer there is a part of the session.
withSession(async (_event, { session }) => session.scopes, { from: 'authorizer' })
// @ts-expect-error an authorizer passes on only a part of the session
withSession(async (_event, { session }) => session.userAgent, { from: 'authorizer' })
middy()
  .use(behindAuthorizer({ scopes: ['orders:read'] }))
  .handler(async (_event, { session }) => {
    // @ts-expect-error the same without the AWS SDK
    session.userAgent
  })
// @ts-expect-error the entry point has no other source
behindAuthorizer({ from: 'request' })
// @ts-expect-error the handler comes first
withSession({ scopes: ['notes:read'] })

/** A check returns the session or a response, and TypeScript tells them apart. */
export async function checked(request: Request): Promise<string | number> {
  const found = await createSessionCheck({ loadUser: true })(request)
  return found instanceof Response ? found.status : found.session.userAgent + found.user.email
}
