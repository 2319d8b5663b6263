import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Deadline } from '../deadline.ts'
import { UnavailableError } from '../errors.ts'
import type { SignedCall } from '../events/event-bus.ts'
import { wallMilliseconds } from '../system.ts'
import { readBody } from './read-body.ts'
import { amzDate, signatureV4 } from './signature.ts'

/** The operation of an AWS API with the JSON protocol. */
export interface SignedOperation {
  /** The service's name in signatures and host names. */
  readonly service: string
  /** Such as `AWSEvents.PutEvents`. */
  readonly target: string
  /** The URL of a local stand-in. Default: the service in the client's Region. */
  readonly endpoint?: string | undefined
}

/**
 * Calls another AWS API with the credentials, connections and time limits of a DynamoDB client: one operation of JSON
 * needs no second SDK client, which would double the bundle. One attempt.
 */
export function signedCall(client: DynamoDBClient, { service, target, endpoint }: SignedOperation): SignedCall {
  return async (body: string, deadline: Deadline) => {
    try {
      const { config } = client
      const region = await config.region()
      const url = new URL(endpoint ?? `https://${service}.${region}.${dnsSuffix(region)}`)
      const credentials = await config.credentials()
      const { sessionToken } = credentials
      const signed = {
        'content-type': 'application/x-amz-json-1.1',
        host: url.host,
        'x-amz-date': amzDate(wallMilliseconds() + config.systemClockOffset),
        ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
        'x-amz-target': target,
      }
      const path = '/'
      const sign = signatureV4(region, service)
      const authorization = sign({ method: 'POST', path, headers: signed, body }, credentials)
      const headers = { ...signed, authorization, 'content-length': String(Buffer.byteLength(body)) }
      const { protocol, hostname } = url
      const port = url.port ? Number(url.port) : undefined
      const request = { protocol, hostname, port, method: 'POST', path, headers, body }
      return await deadline.run(async (signal) => {
        const { response } = await config.requestHandler.handle(request as never, { abortSignal: signal })
        const text = (await readBody(response.body)).toString()
        if (response.statusCode === 200) return text
        throw new Error(`${target} failed with status ${response.statusCode}: ${text.slice(0, 200)}`)
      })
    } catch (error) {
      throw new UnavailableError(`The call of ${target} failed`, { cause: error })
    }
  }
}

const dnsSuffix = (region: string) => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com')
