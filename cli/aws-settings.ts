import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type AwsErrorKind, call } from './aws.ts'
import { UsageError } from './command.ts'
import { explainAwsError } from './explain-error.ts'

/**
 * Resolves Region and credentials before anything is asked, printed or written. No call, unless the credentials come
 * from one.
 * @throws UsageError if there is none
 */
export async function assertAwsSettings({ config }: DynamoDBClient): Promise<void> {
  await resolve(() => config.region(), 'no region')
  await resolve(() => config.credentials(), 'no credentials')
}

async function resolve(look: () => Promise<unknown>, kind: AwsErrorKind): Promise<void> {
  try {
    await call(look)
  } catch (error) {
    const { message, remedy, code } = explainAwsError(error, kind)
    throw new UsageError(message, remedy, code)
  }
}
