// The parts of Middy's types that Coatcheck uses, declared structurally: published declarations that import Middy's own
// types do not compile without its optional peer dependencies.

export interface MiddyRequest<Event = unknown, Context = unknown> {
  event: Event
  context: Context
  response: unknown
  error: unknown
  internal: Record<string, unknown>
}

/** Lambda's context. The context of a middleware must extend it, or `use()` of Middy 6 returns `never`. */
export interface LambdaContext {
  callbackWaitsForEmptyEventLoop: boolean
  functionName: string
  functionVersion: string
  invokedFunctionArn: string
  memoryLimitInMB: string
  awsRequestId: string
  logGroupName: string
  logStreamName: string
  getRemainingTimeInMillis(): number
  done(error?: Error, result?: unknown): void
  fail(error: Error | string): void
  succeed(result: unknown): void
}

type Hook<Event, Context> = (request: MiddyRequest<Event, LambdaContext & Context>) => unknown

/** A middleware for `middy().use()`. `Context` is the type that it adds to the handler's context. */
// biome-ignore lint/suspicious/noExplicitAny: Middy unifies request types by assignment in both directions
export interface Middleware<Event = any, Context = any> {
  before?: Hook<Event, Context>
  after?: Hook<Event, Context>
  onError?: Hook<Event, Context>
}
