import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { openClient } from './open-client.ts'

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
export function createClient(options: ClientOptions): DynamoDBClient {
  return openClient(DynamoDBClient, options)
}
