import { fromEnv } from '@aws-sdk/credential-provider-env'

interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/**
 * Replaces `@aws-sdk/credential-provider-node` in the Lambda bundles (`build/esbuild.ts`): Lambda always provides
 * credentials in the environment, and the full chain is most of the SDK's bytes and half of its start-up time.
 */
export const defaultProvider = (): (() => Promise<Credentials>) => fromEnv()
