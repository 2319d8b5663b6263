import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { connectionAgents } from './connection-agents.ts'
import { parseLocalEndpoint } from './local-endpoint.ts'

export type { DynamoDBClient }

/** Options of `createClient`. */
export interface ClientOptions {
  /** The time limit of one attempt, in milliseconds. Without a limit the SDK would wait forever. */
  readonly timeoutMs: number
  /** The URL of a local engine, such as `http://localhost:8000`. Default: DynamoDB in AWS. */
  readonly endpoint?: string | undefined
}

/**
 * Creates a DynamoDB client that makes at most three attempts, each with a time limit; an operation's deadline limits
 * them together. Connections are kept alive, and those that died while idle cost a call at most one attempt; a client of
 * your own can lose all attempts to them, unless its agents have `maxFreeSockets: 1`. For an `http:` endpoint it uses the
 * credentials in the URL, or fixed local ones.
 * @returns an AWS SDK client, to be shared by all stores of a process
 * @example
 * ```ts
 * import { createClient, dynamodbSessionStore } from 'coatcheck/dynamodb'
 *
 * const client = createClient({ timeoutMs: 800 })
 * const store = dynamodbSessionStore({ client, tableName: 'coatcheck-prod-sessions' })
 * ```
 */
export function createClient({ timeoutMs, endpoint }: ClientOptions): DynamoDBClient {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 300,
      requestTimeout: timeoutMs, // until the response's headers
      socketTimeout: timeoutMs, // for a body that stalls
      throwOnRequestTimeout: true,
      ...connectionAgents(),
    },
    ...(endpoint && { endpoint }),
    ...(endpoint?.startsWith('http://') && parseLocalEndpoint(endpoint)),
  })
  middlewareCounts.set(client, countMiddleware(client))
  return client
}

const middlewareCounts = new WeakMap<DynamoDBClient, number>()
const countMiddleware = ({ middlewareStack }: DynamoDBClient) => middlewareStack.identify().length

/**
 * Whether `createClient` made this client and no middleware was added since. Added middleware, such as tracing, must
 * see every call, so calls then never bypass the SDK.
 */
export const isUnmodified = (client: DynamoDBClient): boolean =>
  middlewareCounts.has(client) && middlewareCounts.get(client) === countMiddleware(client)
