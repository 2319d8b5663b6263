import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { UnavailableError } from '../errors.ts'
import type { SesCall } from '../mail/ses-mailer.ts'
import { createClient } from './client.ts'
import { sendSigned } from './signed-request.ts'

/** SES answers in a fraction of it. A mail whose request ended too soon may be sent, and is then sent again. */
const SES_TIMEOUT_MS = 5_000

/**
 * Opens calls of Amazon SES with a client of their own, because the time limit of a datastore call is too short for them.
 * @param endpoint the datastore's, whose credentials sign the calls locally
 * @param sesEndpoint the URL of a local stand-in
 */
export function openSesCall({ endpoint }: { endpoint: string | undefined }, sesEndpoint?: string): SesCall {
  return sesCall(createClient({ endpoint, timeoutMs: SES_TIMEOUT_MS }), sesEndpoint)
}

/**
 * Calls `SendEmail` of the Amazon SES API v2. One attempt.
 * @param client of its own, with a time limit for SES: a request that ends too soon may have sent its mail, and the next
 *   attempt sends it again
 * @param endpoint the URL of a local stand-in
 */
export function sesCall(client: DynamoDBClient, endpoint?: string): SesCall {
  const operation = {
    service: 'ses',
    host: 'email',
    path: '/v2/email/outbound-emails',
    contentType: 'application/json',
    endpoint,
  }
  return async (body, deadline) => {
    try {
      const { status, headers, ...response } = await sendSigned(client, { ...operation, body }, deadline)
      return { status, errorType: headers['x-amzn-errortype'], body: response.body }
    } catch (error) {
      throw new UnavailableError('The call of Amazon SES failed', { cause: error })
    }
  }
}
