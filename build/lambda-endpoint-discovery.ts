/**
 * Replaces `@aws-sdk/middleware-endpoint-discovery` in the Lambda bundles (`build/esbuild.ts`). The client creates its
 * cache but never reads it; `tests/packaging/lambda-bundles.test.ts` checks that.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: (): undefined => undefined,
  configFileSelector: (): undefined => undefined,
  default: undefined,
}

/** Returns the client's configuration unchanged. */
export const resolveEndpointDiscoveryConfig = <T>(config: T): T => config
