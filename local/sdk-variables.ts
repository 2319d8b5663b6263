import { parseLocalEndpoint } from '../lib/dynamodb/local-endpoint.ts'

/** The environment in which any AWS SDK finds DynamoDB at a local engine. */
export function sdkVariables(endpoint: string): Record<string, string> {
  const { endpoint: address, credentials } = parseLocalEndpoint(endpoint)
  return {
    AWS_ENDPOINT_URL_DYNAMODB: address,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  }
}
