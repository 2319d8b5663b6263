import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { CONNECTION_TIMEOUT_MS, connectionAgents } from './connection-agents.ts'
import { parseLocalEndpoint } from './local-endpoint.ts'

/** Options of `openClient`, as of `createClient`. */
export interface OpenClientOptions {
  readonly timeoutMs: number
  readonly endpoint?: string | undefined
  /** The time limit of establishing a connection. */
  readonly connectionTimeoutMs?: number
}

/**
 * Creates a client as `createClient` does, with the SDK's class given, so that this module does not load the SDK.
 * @param agents the connections of calls that were made without the SDK
 */
export function openClient(
  Client: typeof DynamoDBClient,
  { timeoutMs, endpoint, connectionTimeoutMs = CONNECTION_TIMEOUT_MS }: OpenClientOptions,
  agents = connectionAgents(),
): DynamoDBClient {
  const client = new Client({
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: timeoutMs, // until the response's headers
      socketTimeout: timeoutMs, // for a body that stalls
      throwOnRequestTimeout: true,
      ...agents,
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
