import { amzDate, type Signer, type SigningCredentials } from './signature.ts'

/** A POST request of an AWS API. */
export interface UnsignedRequest {
  readonly host: string
  readonly path?: string
  readonly contentType: string
  /** Such as `DynamoDB_20120810.GetItem`, for the JSON protocol. */
  readonly target?: string | undefined
  readonly body: string
  /** The time of the signature, in milliseconds since 1970. */
  readonly at: number
}

/** The headers of a request, signed. */
export function signedHeaders(
  { host, path = '/', contentType, target, body, at }: UnsignedRequest,
  credentials: SigningCredentials & { readonly sessionToken?: string | undefined },
  sign: Signer,
): Record<string, string> {
  const { sessionToken } = credentials
  const signed = {
    'content-type': contentType,
    host,
    'x-amz-date': amzDate(at),
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    ...(target === undefined ? {} : { 'x-amz-target': target }),
  }
  const authorization = sign({ method: 'POST', path, headers: signed, body }, credentials)
  return { ...signed, authorization, 'content-length': String(Buffer.byteLength(body)) }
}
