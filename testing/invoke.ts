import { randomUUID } from 'node:crypto'
import type { HttpEvent } from '../lib/http/event.ts'

/** The response of a handler. */
export interface Answer {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>
  readonly cookies?: readonly string[]
  readonly body?: string
}

/**
 * Calls a handler as Lambda does, with a new context and request id.
 * @example
 * ```ts
 * import { httpApiEvent, invoke } from 'coatcheck/testing'
 *
 * const handler = async () => ({ statusCode: 204 })
 * await invoke(handler, httpApiEvent()) // { statusCode: 204 }
 * ```
 */
export async function invoke<Result = Answer>(
  handler: (event: never, context: never, ...rest: never[]) => unknown,
  event: HttpEvent,
): Promise<Result> {
  const name = 'test'
  const context = {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    getRemainingTimeInMillis: () => 6000,
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef',
    memoryLimitInMB: '512',
  }
  return (await handler(event as never, context as never)) as Result
}
