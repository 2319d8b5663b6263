import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { createAuthorizerEvent, readIdentity, routeArn } from './authorizer-event.ts'
import type { Authorizer } from './authorizers.ts'
import { findFunction } from './function-arn.ts'
import type { Pool } from './pool.ts'
import { type Runnable, run } from './runnable.ts'
import type { Service, ServiceFunction } from './service.ts'
import { type AuthorizerContext, readVerdict } from './verdict.ts'

/** Asks a route's authorizer about one request, anew each time: the context it lets in with, or API Gateway's refusal. */
export type Gatekeeper = (event: APIGatewayProxyEventV2) => Promise<Admittance>

export type Admittance = { context: AuthorizerContext } | { refused: 401 | 403 | 500 }

/** An HTTP API waits no longer for an authorizer, whatever the function's own timeout. */
const timeoutMs = 10_000

/**
 * The function an authorizer names.
 * @throws Error in one sentence when none that is served is meant.
 */
export function findAuthorizer(authorizer: Authorizer, home: Service, services: Service[]): ServiceFunction {
  const { name, functionName, functionArn } = authorizer
  const found =
    functionName === undefined
      ? findFunction(functionArn, home, services)
      : home.functions.find((definition) => definition.name === functionName)
  if (found) return found
  const wanted = functionName ?? JSON.stringify(functionArn)
  const served = services.map((service) => service.name).join(', ')
  throw new Error(
    `${home.name}: authorizer ${name}: none of the services served (${served}) has the function ${wanted}.`,
  )
}

/** Fails closed: whatever is not a well-formed yes lets nobody in. */
export function createGatekeeper(
  authorizer: Authorizer,
  { order }: Runnable,
  region: string,
  pool: Pool,
  log: (line: string) => void,
): Gatekeeper {
  // Whatever its memory: a check does not wait for somebody's hash.
  const runnable: Runnable = { lane: 'light', order: { ...order, timeoutMs: Math.min(order.timeoutMs, timeoutMs) } }
  return async (event) => {
    const identity = readIdentity(event, authorizer)
    if (!identity) return { refused: 401 }
    const { requestId } = event.requestContext
    const arn = routeArn(event, region)
    const outcome = await run(runnable, createAuthorizerEvent(event, authorizer, identity, arn), requestId, pool, log)
    if (outcome.kind !== 'result') return { refused: 500 }
    try {
      const verdict = readVerdict(outcome.payload, authorizer, arn)
      return verdict.allowed ? { context: verdict.context } : { refused: 403 }
    } catch (error) {
      log(JSON.stringify({ authorizer: authorizer.name, requestId, errorMessage: (error as Error).message }))
      return { refused: 500 }
    }
  }
}
