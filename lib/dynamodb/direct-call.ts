import type { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { wallMilliseconds } from '../system.ts'
import { isAsMade } from './client.ts'
import { readBody } from './read-body.ts'
import { amzDate, type Signer, signatureV4 } from './signature.ts'

/** What came of one attempt at a call: an answer that is plainly well, or else what the SDK is to go on from. */
export type Attempt<Answer> =
  | { readonly answer: Answer }
  | { readonly response: HttpAnswer }
  | { readonly failure: unknown }

interface HttpAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * Makes one attempt at a call with this body; never throws. Nobody can abort it, for listening to that takes as long as
 * reading the answer: it ends by the time limits of one attempt.
 */
export type DirectCall<Answer> = (body: string) => Promise<Attempt<Answer>>

/** Reads the text of a 200; `undefined` for one that is not plainly well. */
type Read<Answer> = (text: string) => Answer | undefined

/** A request as the SDK makes it, signed. */
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
 * Looks on while the SDK makes a call, and learns how to make others like it: to the same place, over the same
 * connections, with the same credentials and time limits. Nothing is learnt of a client that somebody has added
 * middleware to, or where our signature of the SDK's own request is not the SDK's.
 */
export function learnFrom<Answer>(
  client: DynamoDBClient,
  command: GetItemCommand,
  read: Read<Answer>,
  learnt: (call: DirectCall<Answer>) => void,
): void {
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const request = args.request as SdkRequest
      const sign = isAsMade(client) ? await signerOf(client, request) : undefined
      if (sign) learnt(directCall(client, request, sign, read))
      return result
    },
    { name: 'coatcheckLearn', step: 'deserialize', priority: 'low' },
  )
}

/** Has the SDK go on from an attempt as if it had made it itself: it judges, maps and repeats as it always does. */
export function goOnFrom(attempt: Exclude<Attempt<unknown>, { answer: unknown }>, command: GetItemCommand): void {
  let isFirst = true
  command.middlewareStack.add(
    (next) => async (args) => {
      if (!isFirst) return next(args)
      isFirst = false
      if ('failure' in attempt) throw attempt.failure
      return { response: attempt.response } as never
    },
    { name: 'coatcheckGoOn', step: 'deserialize', priority: 'low' },
  )
}

function directCall<Answer>(
  { config }: DynamoDBClient,
  { protocol, hostname, port, method, path, headers: made }: SdkRequest,
  sign: Signer,
  read: Read<Answer>,
): DirectCall<Answer> {
  const { 'content-type': type = '', host = '', 'user-agent': userAgent = '', 'x-amz-target': target = '' } = made
  return async (body) => {
    try {
      const strategy = await config.retryStrategy()
      const token = 'recordSuccess' in strategy ? await strategy.acquireInitialRetryToken('') : undefined
      const credentials = await config.credentials()
      const { sessionToken } = credentials
      const signed = {
        'content-type': type,
        host,
        'x-amz-date': amzDate(wallMilliseconds() + config.systemClockOffset),
        ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
        'x-amz-target': target,
      }
      const authorization = sign({ method, path, headers: signed, body }, credentials)
      const length = String(Buffer.byteLength(body))
      const headers = { ...signed, authorization, 'content-length': length, 'user-agent': userAgent }
      const request = { protocol, hostname, port, method, path, headers, body }
      const { response } = await config.requestHandler.handle(request as never)
      response.body = await readBody(response.body)
      const answer = response.statusCode === 200 ? read(response.body.toString()) : undefined
      if (answer === undefined) return { response }
      // What a success gives back to the budget of retries: without, an outage would use it up for good.
      if (token && 'recordSuccess' in strategy) strategy.recordSuccess(token)
      return { answer }
    } catch (failure) {
      return { failure }
    }
  }
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+),/

/** Ours, if it signs this request of the SDK's just as the SDK has. */
async function signerOf({ config }: DynamoDBClient, { headers, ...request }: SdkRequest): Promise<Signer | undefined> {
  const match = AUTHORIZATION.exec(headers.authorization ?? '')
  if (!match) return undefined
  const [, region, service, names] = match as unknown as [string, string, string, string]
  const sign = signatureV4(region, service)
  const signed = Object.fromEntries(names.split(';').map((name) => [name, headers[name] ?? '']))
  const ours = sign({ ...request, headers: signed }, await config.credentials())
  return ours === headers.authorization ? sign : undefined
}
