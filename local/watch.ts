import type { Outcome, Pool } from './pool.ts'
import type { Response } from './response.ts'
import { isWrite, type WatchedCall } from './watched-calls.ts'

/** Shows what each request has done, below its line: `npm start -- --watch`. */
export type Watch = {
  /** A pool that asks the workers for the calls of each function. */
  around(pool: Pool): Pool
  /** The lines about a request, which are then forgotten. */
  linesOf(requestId: string, answer: Response | undefined): string[]
}

type Invocation = { lambdaName: string; outcome: Outcome; isAuthorizer: boolean }

/** Creates a watch. It knows the request of an invocation from its event; one for records of a stream is logged at once. */
export function createWatch(log: (line: string) => void): Watch {
  const invocations = new Map<string, Invocation[]>()
  return {
    around: (pool) => ({
      ...pool,
      async invoke(order, lane) {
        const outcome = await pool.invoke({ ...order, watch: true }, lane)
        const { type, requestContext, Records } = JSON.parse(order.event)
        const invocation = { lambdaName: order.lambdaName, outcome, isAuthorizer: type === 'REQUEST' }
        if (Array.isArray(Records)) {
          for (const line of describeStream(Records, invocation)) log(line)
          return outcome
        }
        if (!requestContext) {
          for (const line of describeInvocation(invocation, outcome.kind === 'result' ? 'handled' : outcome.kind))
            log(line)
          return outcome
        }
        const { requestId } = requestContext
        invocations.set(requestId, [...(invocations.get(requestId) ?? []), invocation])
        return outcome
      },
    }),
    linesOf(requestId, answer) {
      const own = invocations.get(requestId) ?? []
      invocations.delete(requestId)
      return own.flatMap((invocation) => describe(invocation, answer))
    },
  }
}

function describe(invocation: Invocation, answer: Response | undefined): string[] {
  const { outcome, isAuthorizer } = invocation
  const decision = isAuthorizer ? decisionOf(outcome) : outcome.kind === 'result' ? reasonOf(answer) : outcome.kind
  return describeInvocation(invocation, decision)
}

function describeStream(records: readonly { eventSourceARN?: string }[], invocation: Invocation): string[] {
  const { outcome } = invocation
  const [, table = 'a table'] = /:table\/([^/]+)/.exec(records[0]?.eventSourceARN ?? '') ?? []
  const failures = outcome.kind === 'result' ? (JSON.parse(outcome.payload)?.batchItemFailures ?? []) : records
  const decision = failures.length === 0 ? 'handled' : outcome.kind === 'result' ? 'not handled' : outcome.kind
  return [`STREAM ${table}, ${plural(records.length, 'record')}`, ...describeInvocation(invocation, decision)]
}

function describeInvocation({ lambdaName, outcome }: Invocation, decision: string): string[] {
  const calls = 'calls' in outcome ? (outcome.calls ?? []) : []
  return [`  ${lambdaName}: ${decision}, ${sumOf(calls)}`, ...calls.map((call) => `    ${describeCall(call)}`)]
}

/** The code of a problem (RFC 9457), else the status. */
function reasonOf(answer: Response | undefined): string {
  const status = String(answer?.status ?? 'aborted')
  try {
    const { code } = JSON.parse(String(answer?.body))
    return typeof code === 'string' && /^\w+$/.test(code) ? `${status} ${code}` : status
  } catch {
    return status
  }
}

function decisionOf(outcome: Outcome): string {
  if (outcome.kind !== 'result') return outcome.kind
  const { isAuthorized, policyDocument } = JSON.parse(outcome.payload) ?? {}
  return (isAuthorized ?? policyDocument?.Statement?.[0]?.Effect === 'Allow') === true ? 'allowed' : 'denied'
}

function sumOf(calls: readonly WatchedCall[]): string {
  if (calls.length === 0) return 'no datastore call'
  const sum = (some: readonly WatchedCall[], field: 'units' | 'milliseconds') =>
    Number(some.reduce((total, call) => total + call[field], 0).toFixed(1))
  const reads = sum(
    calls.filter((call) => !isWrite(call)),
    'units',
  )
  const writes = sum(calls.filter(isWrite), 'units')
  const units = [
    ...(reads > 0 ? [plural(reads, 'read unit')] : []),
    ...(writes > 0 ? [plural(writes, 'write unit')] : []),
    ...(reads + writes === 0 ? ['no units'] : []),
  ]
  return `${plural(calls.length, 'datastore call')}, ${units.join(', ')}, ${sum(calls, 'milliseconds')} ms`
}

const plural = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`

function describeCall(call: WatchedCall): string {
  const { operation, tables, isConsistent, units, milliseconds, error } = call
  const kind = isWrite(call) ? 'write' : isConsistent ? 'strong read' : 'eventual read'
  return `${operation} ${tables}: ${error ?? `${plural(units, 'unit')}, ${kind}`}, ${milliseconds.toFixed(1)} ms`
}
