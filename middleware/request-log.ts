import { randomUUID } from 'node:crypto'
import type { HttpRequest } from '../lib/http/request.ts'
import { bindLog } from '../lib/log.ts'
import type { Log } from '../lib/ports.ts'
import type { LambdaContext } from './middy.ts'

/** Lambda's request id, which is a UUID; without a context, as in tests, a new one. */
export function requestIdOf(context: unknown): string {
  return (context as Partial<LambdaContext> | undefined)?.awsRequestId ?? randomUUID()
}

/**
 * A log that adds the request id, the function's name and the source address to each entry. The path is left out:
 * clients put tokens into paths.
 */
export function requestLog(
  log: Log,
  { ip }: Pick<HttpRequest, 'ip'>,
  context: unknown,
  requestId = requestIdOf(context),
): Log {
  const { functionName } = (context ?? {}) as Partial<LambdaContext>
  return bindLog(log, { requestId, function: functionName, ip })
}
