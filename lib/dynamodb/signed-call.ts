import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { UnavailableError } from '../errors.ts'
import type { SignedCall } from '../events/event-bus.ts'
import { type SignedRequest, sendSigned } from './signed-request.ts'

/** The operation of an AWS API with the JSON protocol. */
export type SignedOperation = Pick<SignedRequest, 'service' | 'endpoint'> & { readonly target: string }

/** Calls an operation of another AWS API with a DynamoDB client. One attempt. */
export function signedCall(client: DynamoDBClient, { service, target, endpoint }: SignedOperation): SignedCall {
  return async (body, deadline) => {
    try {
      const request = { service, target, endpoint, contentType: 'application/x-amz-json-1.1', body }
      const response = await sendSigned(client, request, deadline)
      if (response.status === 200) return response.body
      throw new Error(`${target} failed with status ${response.status}: ${response.body.slice(0, 200)}`)
    } catch (error) {
      throw new UnavailableError(`The call of ${target} failed`, { cause: error })
    }
  }
}
