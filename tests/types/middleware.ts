import middy from '@middy/core'
import { createAuthorizer } from 'coatcheck/authorizer'
import { type RequireSessionOptions, requireSession } from 'coatcheck/middleware'
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
