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

/** Creates a watch. It knows the request of an invocation from its event. */
export function createWatch(): Watch {
  const invocations = new Map<string, Invocation[]>()
  return {
    around: (pool) => ({
      ...pool,
      async invoke(order, lane) {
        const outcome = await pool.invoke({ ...order, watch: true }, lane)
        const { type, requestContext } = JSON.parse(order.event)
        const invocation = { lambdaName: order.lambdaName, outcome, isAuthorizer: type === 'REQUEST' }
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

function describe({ lambdaName, outcome, isAuthorizer }: Invocation, answer: Response | undefined): string[] {
  const calls = 'calls' in outcome ? (outcome.calls ?? []) : []
  const decision = isAuthorizer ? decisionOf(outcome) : outcome.kind === 'result' ? reasonOf(answer) : outcome.kind
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
