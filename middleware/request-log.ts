import { randomUUID } from 'node:crypto'
import type { HttpEvent } from '../lib/http/event.ts'
import { readRequest } from '../lib/http/request.ts'
import { bindLog } from '../lib/log.ts'
import type { Log } from '../lib/ports.ts'
import type { LambdaContext } from './middy.ts'

/** Lambda's request id is a UUID; an event that is played without a context gets one of its own. */
export function requestIdOf(context: unknown): string {
  return (context as Partial<LambdaContext> | undefined)?.awsRequestId ?? randomUUID()
}

/**
 * A log for one request: which, in which function, where from; read when there is something to say. Not its path:
 * people put tokens into paths.
 */
export function requestLog(log: Log, event: HttpEvent, context: unknown, requestId = requestIdOf(context)): Log {
  const { functionName } = (context ?? {}) as Partial<LambdaContext>
  return (entry) => bindLog(log, { requestId, function: functionName, ip: readRequest(event).ip })(entry)
}
