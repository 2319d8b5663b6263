import { fromEnv } from '@aws-sdk/credential-provider-env'

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the Lambda bundles (`custom.esbuild.alias`): in Lambda the
 * credentials are always in the environment, and the whole chain is most of the SDK's bytes and half its start-up.
 */
export const defaultProvider = () => fromEnv()
