import type { Environment } from '../environment.ts'

/** The domain of AWS's services in the Regions of this partition. */
export const dnsSuffix = (region: string): string => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com')

/** Regions whose endpoints have one of these domains: of AWS, AWS China and AWS GovCloud. */
const REGION = /^(?:(?:us|eu|ap|sa|ca|me|af|il|mx)|cn|us-gov)-[a-z]+-\d$/

/** The variables that Lambda itself sets: Developer Guide, "Defined runtime environment variables". */
const OF_LAMBDA =
  /^AWS_(?:LAMBDA_\w+|EXECUTION_ENV|(?:DEFAULT_)?REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|XRAY_\w+)$/

/**
 * The Region of a function whose calls go to DynamoDB's ordinary endpoint with the credentials in its environment:
 * nothing else speaks of endpoints, credentials, retries or profiles. `undefined`: only the SDK can tell.
 */
export function plainRegion(environment: Environment): string | undefined {
  const { AWS_REGION = '', AWS_EXECUTION_ENV = '', AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = environment
  const isPlain =
    AWS_EXECUTION_ENV.startsWith('AWS_Lambda_nodejs') && // the managed runtime has no files of configuration
    REGION.test(AWS_REGION) &&
    AWS_ACCESS_KEY_ID &&
    AWS_SECRET_ACCESS_KEY &&
    Object.keys(environment).every((name) => !name.startsWith('AWS_') || OF_LAMBDA.test(name))
  return isPlain ? AWS_REGION : undefined
}
