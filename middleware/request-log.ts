import { randomUUID } from 'node:crypto'
import type { HttpRequest } from '../lib/http/request.ts'
import { bindLog } from '../lib/log.ts'
import { logSettings } from '../lib/log-settings.ts'
import { countMetric } from '../lib/metrics.ts'
import type { Log } from '../lib/ports.ts'
import type { LambdaContext } from './middy.ts'

/** Lambda's request id, which is a UUID; without a context, as in tests, a new one. */
export function requestIdOf(context: unknown): string {
  return (context as Partial<LambdaContext> | undefined)?.awsRequestId ?? randomUUID()
}

/**
 * A log that adds to each entry the request id, the function's name, whether the request is the first one of the process,
 * and the source address; the first three as Powertools names them. The path is left out: clients put tokens into paths.
 */
export function requestLog(
  log: Log,
  { ip }: Partial<Pick<HttpRequest, 'ip'>>,
  context: unknown,
  requestId = requestIdOf(context),
): Log {
  const { functionName } = (context ?? {}) as Partial<LambdaContext>
  const isCold = functionName === undefined ? undefined : isColdStart(requestId)
  return bindLog(log, { cold_start: isCold, function_name: functionName, function_request_id: requestId, ip })
}

let firstRequestId: string | undefined

/** Whether a request is the one for which Lambda has started the process. */
function isColdStart(requestId: string): boolean {
  if (firstRequestId === undefined) {
    const isOnDemand = logSettings().AWS_LAMBDA_INITIALIZATION_TYPE !== 'provisioned-concurrency'
    firstRequestId = isOnDemand ? requestId : ''
    if (isOnDemand) countMetric('cold_starts')
  }
  return requestId === firstRequestId
}
