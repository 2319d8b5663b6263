import { createAuthorizerInvoker, findAuthorizer, type InvokeAuthorizer } from './invoke-authorizer.ts'
import type { BundledFunction } from './invoke-function.ts'
import type { Pool } from './pool.ts'
import type { Route } from './router.ts'
import type { Service, ServiceFunction } from './service.ts'

/** The function of a route, and its authorizer. */
export type Destination = {
  service: Service
  bundledFunction: BundledFunction
  /** Whether its function has payload format 1.0. */
  isPayload1: boolean
  invokeAuthorizer: InvokeAuthorizer | undefined
}

/** The functions of a service's routes, with the authorizers that other services may have. */
export function destinations(
  service: Service,
  services: Service[],
  bundledFunctions: Map<ServiceFunction, BundledFunction>,
  pool: Pool,
  log: (line: string) => void,
): [Route, Destination][] {
  const bundledFunctionOf = (definition: ServiceFunction) => bundledFunctions.get(definition) as BundledFunction
  return service.functions.flatMap((definition) =>
    definition.routes.map((route): [Route, Destination] => {
      const { authorizer } = route
      const invokeAuthorizer =
        authorizer &&
        createAuthorizerInvoker(
          authorizer,
          bundledFunctionOf(findAuthorizer(authorizer, service, services)),
          service.region,
          pool,
          log,
        )
      const isPayload1 = definition.payload === '1.0'
      return [route, { service, bundledFunction: bundledFunctionOf(definition), isPayload1, invokeAuthorizer }]
    }),
  )
}
