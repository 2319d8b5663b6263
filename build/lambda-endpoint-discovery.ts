/**
 * Stands in for `@aws-sdk/middleware-endpoint-discovery` in the Lambda bundles (`custom.esbuild.alias`). The client asks
 * it for a cache that nothing of the client reads any more; `tests/packaging/lambda-bundles.test.ts` watches that.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: (): undefined => undefined,
  configFileSelector: (): undefined => undefined,
  default: undefined,
}

/** Leaves the client's configuration as it is. */
export const resolveEndpointDiscoveryConfig = <T>(config: T): T => config
