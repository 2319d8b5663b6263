import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { createAuthorizerEvent, readIdentity, routeArn } from './authorizer-event.ts'
import { type AuthorizerContext, readAuthorizerResponse } from './authorizer-response.ts'
import type { Authorizer } from './authorizers.ts'
import { findFunction } from './function-arn.ts'
import { type BundledFunction, invokeFunction } from './invoke-function.ts'
import type { Pool } from './pool.ts'
import type { Service, ServiceFunction } from './service.ts'

/** Invokes a route's authorizer for one request: returns its context, or the status of API Gateway's rejection. */
export type InvokeAuthorizer = (event: APIGatewayProxyEventV2) => Promise<AuthorizerDecision>

export type AuthorizerDecision = { context: AuthorizerContext } | { rejectedStatus: 401 | 403 | 500 }

/** API Gateway's limit for an authorizer of an HTTP API, whatever the timeout of the function. */
const AUTHORIZER_TIMEOUT_MS = 10_000

/**
 * Finds the function of an authorizer.
 * @throws Error if no served service has it
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
  throw new Error(`${home.name}: authorizer ${name}: no served service (${served}) has the function ${wanted}.`)
}

/** Fails closed: every response other than a well-formed approval rejects the request. */
export function createAuthorizerInvoker(
  authorizer: Authorizer,
  bundledFunction: BundledFunction,
  region: string,
  pool: Pool,
  log: (line: string) => void,
): InvokeAuthorizer {
  return async (event) => {
    const { order } = bundledFunction // its bundle changes when the service is reloaded
    const timeoutMs = Math.min(order.timeoutMs, AUTHORIZER_TIMEOUT_MS)
    const identity = readIdentity(event, authorizer)
    if (!identity) return { rejectedStatus: 401 }
    const { requestId } = event.requestContext
    const arn = routeArn(event, region)
    const outcome = await invokeFunction(
      // The light lane, whatever the memory of the function: a check must not wait for password hashing.
      { lane: 'light', order: { ...order, timeoutMs } },
      createAuthorizerEvent(event, authorizer, identity, arn),
      requestId,
      pool,
      log,
    )
    if (outcome.kind !== 'result') return { rejectedStatus: 500 }
    try {
      const authorizerResponse = readAuthorizerResponse(outcome.payload, authorizer, arn)
      return authorizerResponse.allowed ? { context: authorizerResponse.context } : { rejectedStatus: 403 }
    } catch (error) {
      log(JSON.stringify({ authorizer: authorizer.name, requestId, errorMessage: (error as Error).message }))
      return { rejectedStatus: 500 }
    }
  }
}
