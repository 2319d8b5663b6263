// The parts of Middy's types that Coatcheck uses, declared structurally: published declarations that import Middy's own
// types do not compile without its optional peer dependencies.

/** The request that Middy passes to each phase of a middleware. */
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
  /** Returns the milliseconds until Lambda ends the invocation. */
  getRemainingTimeInMillis(): number
  /** @deprecated by Lambda: return a result or throw instead. */
  done(error?: Error, result?: unknown): void
  /** @deprecated by Lambda: throw instead. */
  fail(error: Error | string): void
  /** @deprecated by Lambda: return a result instead. */
  succeed(result: unknown): void
}

/** A phase of a middleware. */
export type MiddyHook<Event, Context> = (request: MiddyRequest<Event, LambdaContext & Context>) => unknown

/** A middleware for `middy().use()`. `Context` is the type that it adds to the handler's context. */
// biome-ignore lint/suspicious/noExplicitAny: Middy unifies request types by assignment in both directions
export interface Middleware<Event = any, Context = any> {
  before?: MiddyHook<Event, Context>
  after?: MiddyHook<Event, Context>
  onError?: MiddyHook<Event, Context>
}
