import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import { signedCall } from './signed-call.ts'

/**
 * Creates the reader of one secret's text in AWS Secrets Manager: one call each time.
 * @param arn names the secret
 * @throws UnavailableError if it cannot be read; no error holds a part of it
 */
export function secretReader(client: DynamoDBClient, arn: string): (deadline: Deadline) => Promise<string> {
  const call = signedCall(client, { service: 'secretsmanager', target: 'secretsmanager.GetSecretValue' })
  return async (deadline) => {
    const response = await call(JSON.stringify({ SecretId: arn }), deadline)
    const text = (JSON.parse(response) as { SecretString?: unknown }).SecretString
    if (typeof text !== 'string') throw new UnavailableError('The secret of the providers has no text')
    return text
  }
}
