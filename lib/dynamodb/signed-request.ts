import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { wallMilliseconds } from '../system.ts'
import { dnsSuffix } from './endpoint.ts'
import { readBody } from './read-body.ts'
import { signatureV4 } from './signature.ts'
import { signedHeaders } from './signed-headers.ts'

/** A request to an AWS API. */
export interface SignedRequest {
  /** The service's name in signatures. */
  readonly service: string
  /** The first label of its host name. Default: the name in signatures. */
  readonly host?: string
  readonly path?: string
  readonly contentType: string
  /** Such as `AWSEvents.PutEvents`, for the JSON protocol. */
  readonly target?: string
  /** The URL of a local stand-in. Default: the service in the client's Region. */
  readonly endpoint?: string | undefined
  readonly body: string
}

/** A response of an AWS API. */
export interface SignedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Calls another AWS API with the credentials, connections and time limits of a DynamoDB client: one operation of JSON
 * needs no second SDK client, which would double the bundle. One attempt.
 * @throws Error of the connection, or UnavailableError when the deadline ends
 */
export async function sendSigned(
  { config }: DynamoDBClient,
  { service, host = service, path = '/', contentType, target, endpoint, body }: SignedRequest,
  deadline: Deadline,
): Promise<SignedResponse> {
  const region = await config.region()
  const url = new URL(endpoint ?? `https://${host}.${region}.${dnsSuffix(region)}`)
  const credentials = await config.credentials()
  const unsigned = {
    host: url.host,
    path,
    contentType,
    target,
    body,
    at: wallMilliseconds() + config.systemClockOffset,
  }
  const headers = signedHeaders(unsigned, credentials, signatureV4(region, service))
  const { protocol, hostname } = url
  const port = url.port ? Number(url.port) : undefined
  const request = { protocol, hostname, port, method: 'POST', path, headers, body }
  return deadline.run(async (signal) => {
    const { response } = await config.requestHandler.handle(request as never, { abortSignal: signal })
    return { status: response.statusCode, headers: response.headers, body: (await readBody(response.body)).toString() }
  })
}
