import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

export type { DynamoDBClient }

export interface ClientOptions {
  /** For one attempt. Without an explicit limit the SDK waits for ever. */
  readonly timeoutMs: number
  /** A local engine; AWS when absent. */
  readonly endpoint?: string | undefined
}

/** A client that fails in time: three attempts, each bounded, inside the request's deadline. */
export function createClient({ timeoutMs, endpoint }: ClientOptions): DynamoDBClient {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 300,
      requestTimeout: timeoutMs, // ends with the headers
      socketTimeout: timeoutMs, // a body that stalls
      throwOnRequestTimeout: true,
    },
    ...(endpoint && { endpoint }),
    // A local engine wants a signature, of anybody.
    ...(endpoint?.startsWith('http://') && {
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  })
  sizes.set(client, sizeOf(client))
  return client
}

const sizes = new WeakMap<DynamoDBClient, number>()
const sizeOf = ({ middlewareStack }: DynamoDBClient) => middlewareStack.identify().length

/** Whether `createClient` made this client and nobody has added middleware since: who has wants to see every call. */
export const isAsMade = (client: DynamoDBClient): boolean => sizes.has(client) && sizes.get(client) === sizeOf(client)
