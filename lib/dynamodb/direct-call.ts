import type { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { wallMilliseconds } from '../system.ts'
import { isUnmodified } from './open-client.ts'
import { readBody } from './read-body.ts'
import { type Signer, signatureV4 } from './signature.ts'
import { signedHeaders } from './signed-headers.ts'

/** The result of one attempt that bypassed the SDK: an ordinary success, or what the SDK resumes from. */
export type DirectResult<Output> =
  | { readonly output: Output }
  | { readonly response: HttpResponse }
  | { readonly failure: unknown }

/** A response with its whole body. */
export interface HttpResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * Makes one attempt at a call with this body; never throws. It cannot be aborted, because listening for an abort takes
 * as long as reading the response; the time limits of an attempt end it.
 */
export type DirectCall<Output> = (body: string) => Promise<DirectResult<Output>>

/** Parses the body of a 200 response; `undefined` if the SDK should handle it instead. */
type Parse<Output> = (text: string) => Output | undefined

/** A signed request of the SDK's. */
interface SdkRequest {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Observes the SDK while it sends a command, and passes on a function that makes further calls to the same endpoint over
 * the SDK's connections, with its credentials and time limits. Captures nothing if middleware was added to the client or
 * if our signature of the SDK's request differs from the SDK's.
 */
export function captureRequest<Output>(
  client: DynamoDBClient,
  command: GetItemCommand,
  parse: Parse<Output>,
  onCapture: (call: DirectCall<Output>) => void,
): void {
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const request = args.request as SdkRequest
      const sign = isUnmodified(client) ? await matchingSigner(client, request) : undefined
      if (sign) onCapture(createDirectCall(client, request, sign, parse))
      return result
    },
    // Stryker disable next-line StringLiteral: any other name and priority work, too
    { name: 'coatcheckCapture', step: 'deserialize', priority: 'low' },
  )
}

/** What the SDK resumes from. */
export type Unfinished = Exclude<DirectResult<unknown>, { output: unknown }>

/** Makes the SDK take a direct call's result as its own first attempt, to be classified, mapped and retried as usual. */
export function resumeWith(result: Unfinished, { middlewareStack }: GetItemCommand | UpdateItemCommand): void {
  let isFirst = true
  const stack = middlewareStack as GetItemCommand['middlewareStack'] // the middleware ignores the operation
  stack.add(
    (next) => async (args) => {
      if (!isFirst) return next(args)
      isFirst = false
      if ('failure' in result) throw result.failure
      return { response: result.response } as never
    },
    // Stryker disable next-line StringLiteral: any other name and priority work, too
    { name: 'coatcheckResume', step: 'deserialize', priority: 'low' },
  )
}

function createDirectCall<Output>(
  { config }: DynamoDBClient,
  { protocol, hostname, port, method, path, headers: sdkHeaders }: SdkRequest,
  sign: Signer,
  parse: Parse<Output>,
): DirectCall<Output> {
  // Stryker disable next-line StringLiteral: only for the compiler, every request of the SDK has these headers
  const { 'content-type': type = '', host = '', 'user-agent': userAgent = '', 'x-amz-target': target = '' } = sdkHeaders
  return async (body) => {
    try {
      const strategy = await config.retryStrategy()
      const token = 'recordSuccess' in strategy ? await strategy.acquireInitialRetryToken('') : undefined
      const credentials = await config.credentials()
      const at = wallMilliseconds() + config.systemClockOffset
      const unsigned = { host, path, contentType: type, target, body, at }
      const headers = { ...signedHeaders(unsigned, credentials, sign), 'user-agent': userAgent }
      const request = { protocol, hostname, port, method, path, headers, body }
      const { response } = await config.requestHandler.handle(request as never)
      response.body = await readBody(response.body)
      const output = response.statusCode === 200 ? parse(response.body.toString()) : undefined
      if (output === undefined) return { response }
      // Returns capacity to the SDK's retry budget; otherwise one outage would exhaust it for good.
      if (token && 'recordSuccess' in strategy) strategy.recordSuccess(token)
      return { output }
    } catch (failure) {
      return { failure }
    }
  }
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+),/

/** Our signer for the region and service of this request, if it reproduces the SDK's signature of the request. */
async function matchingSigner(
  { config }: DynamoDBClient,
  { headers, ...request }: SdkRequest,
): Promise<Signer | undefined> {
  // Stryker disable next-line StringLiteral: only for the compiler, every request of the SDK has this header
  const match = AUTHORIZATION.exec(headers.authorization ?? '')
  if (!match) return undefined
  const [, region, service, names] = match as unknown as [string, string, string, string]
  const sign = signatureV4(region, service)
  const signed = Object.fromEntries(names.split(';').map((name) => [name, headers[name] ?? '']))
  const authorization = sign({ ...request, headers: signed }, await config.credentials())
  return authorization === headers.authorization ? sign : undefined
}
