import type { Environment } from '../environment.ts'
import { wallMilliseconds } from '../system.ts'
import { VERSION } from '../version.ts'
import type { DirectResult } from './direct-call.ts'
import { dnsSuffix, plainRegion } from './endpoint.ts'
import { type HttpsRequest, httpsRequest } from './https-request.ts'
import { signatureV4 } from './signature.ts'
import { signedHeaders } from './signed-headers.ts'

/** The calls that are made without the SDK. */
export type DirectOperation = 'GetItem' | 'UpdateItem'

/**
 * Makes one attempt at an operation without the SDK; never throws. Cannot be aborted: its time limits end it.
 * @param parse returns `undefined` for a body that the SDK should handle
 */
export type EnvironmentCall = <Output>(
  operation: DirectOperation,
  body: string,
  parse: (text: string) => Output | undefined,
) => Promise<DirectResult<Output>>

/**
 * Calls DynamoDB with the credentials in a Lambda function's environment, read for each call.
 * @returns `undefined` where something besides Lambda's own variables decides about endpoint or credentials
 */
export function environmentCalls(
  environment: Environment,
  limits: Pick<HttpsRequest, 'agent' | 'timeoutMs' | 'connectionTimeoutMs'>,
): EnvironmentCall | undefined {
  const region = plainRegion(environment)
  if (region === undefined) return undefined
  const host = `dynamodb.${region}.${dnsSuffix(region)}`
  const sign = signatureV4(region, 'dynamodb')
  return async (operation, body, parse) => {
    try {
      const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN } = environment
      const credentials = {
        accessKeyId: AWS_ACCESS_KEY_ID,
        secretAccessKey: AWS_SECRET_ACCESS_KEY,
        sessionToken: AWS_SESSION_TOKEN || undefined,
      }
      const target = `DynamoDB_20120810.${operation}`
      const unsigned = { host, contentType: 'application/x-amz-json-1.0', target, body, at: wallMilliseconds() }
      const headers = { ...signedHeaders(unsigned, credentials, sign), 'user-agent': `coatcheck/${VERSION}` }
      const response = await httpsRequest({ host, headers, body, ...limits })
      const output = response.statusCode === 200 ? parse(response.body.toString()) : undefined
      return output === undefined ? { response } : { output }
    } catch (failure) {
      return { failure }
    }
  }
}
