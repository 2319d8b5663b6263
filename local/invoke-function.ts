import { randomUUID } from 'node:crypto'
import type { Bundle } from './bundle.ts'
import type { Lane, Outcome, Pool } from './pool.ts'
import type { Service, ServiceFunction } from './service.ts'
import type { FunctionError, Order } from './worker.ts'

/** A bundled function with the fixed part of its orders. */
export type BundledFunction = { lane: Lane; order: Omit<Order, 'requestId' | 'event'> }

export function toBundledFunction(
  service: Service,
  { name, lambdaName, heavy, memoryMB, timeoutSeconds, environment }: ServiceFunction,
  bundle: Bundle | undefined,
  overrides: Record<string, string>,
): BundledFunction {
  if (!bundle) throw new Error(`Function ${name} was not bundled.`)
  const ofLambda = {
    AWS_REGION: service.region,
    AWS_LAMBDA_FUNCTION_NAME: lambdaName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMB),
  }
  const order = { bundle, lambdaName, memoryMB, timeoutMs: timeoutSeconds * 1000 }
  return {
    lane: heavy ? 'heavy' : 'light',
    order: { ...order, environment: { ...ofLambda, ...environment, ...overrides } },
  }
}

/** Invokes a function once and logs a failure with the request id that the client receives. */
export async function invokeFunction(
  { lane, order }: BundledFunction,
  event: object,
  requestId: string,
  pool: Pool,
  log: (line: string) => void,
): Promise<Outcome> {
  const outcome = await pool.invoke({ ...order, requestId: randomUUID(), event: JSON.stringify(event) }, lane)
  const failure = readFailure(outcome)
  if (failure) log(JSON.stringify({ function: order.lambdaName, requestId, ...failure }))
  return outcome
}

function readFailure(outcome: Outcome): FunctionError | undefined {
  if (outcome.kind === 'error') return outcome.error
  if (outcome.kind !== 'timeout') return undefined
  const errorMessage = `Task timed out after ${(outcome.afterMs / 1000).toFixed(2)} seconds`
  return { errorType: 'Sandbox.Timedout', errorMessage }
}
