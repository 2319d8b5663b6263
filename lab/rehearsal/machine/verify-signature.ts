import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { SignatureV4 } from '@smithy/signature-v4'
import { Sha256 } from '../../../tests/support/sha256.ts'
import { REGION } from '../template/resolve.ts'
import type { Credentials } from './sandbox.ts'

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/
/** The names in signatures of services whose host names begin otherwise. */
const SIGNED_NAMES: Readonly<Record<string, string>> = { email: 'ses' }
const SKEW_MS = 5 * 60_000

/** What DynamoDB answers to a request that is not signed as it must be. */
export interface Refusal {
  readonly type: string
  readonly message: string
}

/** The access key id that a request names. */
export const accessKeyIdOf = (headers: IncomingHttpHeaders): string =>
  AUTHORIZATION.exec(headers.authorization ?? '')?.[1] ?? ''

/**
 * Verifies a request as AWS does: scope, date, session token and Signature Version 4, by the SDK's signer, which is not
 * that of lib/dynamodb/signature.ts.
 */
export async function verifySignature(
  { method = '', url = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  body: Buffer,
  credentials: Credentials | undefined,
  now = Date.now(),
): Promise<Refusal | undefined> {
  const incomplete = (message: string) => ({ type: 'IncompleteSignatureException', message })
  const [, , day, region, service, names = '', signature] = AUTHORIZATION.exec(headers.authorization ?? '') ?? []
  if (!signature) return { type: 'MissingAuthenticationTokenException', message: 'The request is not signed.' }
  if (!credentials)
    return { type: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' }
  const [label = ''] = String(headers.host).split('.')
  const expectedService = SIGNED_NAMES[label] ?? label
  if (region !== REGION || service !== expectedService) return incomplete(`The scope is ${region}/${service}.`)
  const date = String(headers['x-amz-date'] ?? '')
  const [, year, month, rest, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  const signedAt = Date.parse(`${year}-${month}-${rest}T${hour}:${minute}:${second}Z`)
  if (!date.startsWith(day ?? '') || !(Math.abs(signedAt - now) < SKEW_MS))
    return incomplete(`The date ${date} does not fit the scope and the time.`)
  const signed = names.split(';')
  for (const needed of [
    'host',
    'x-amz-date',
    'x-amz-security-token',
    ...(headers['x-amz-target'] ? ['x-amz-target'] : []),
  ])
    if (!signed.includes(needed)) return incomplete(`The header ${needed} is not signed.`)
  if (headers['x-amz-security-token'] !== credentials.sessionToken)
    return { type: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' }
  const { headers: expected } = await new SignatureV4({
    credentials,
    region: REGION,
    service,
    sha256: Sha256,
    applyChecksum: false,
  }).sign(
    {
      method,
      protocol: 'https:',
      hostname: String(headers.host),
      path: url,
      query: {},
      headers: Object.fromEntries(signed.map((name) => [name, String(headers[name] ?? '')])),
      body,
    },
    { signingDate: new Date(signedAt), signableHeaders: new Set(signed) },
  )
  if (expected.authorization?.endsWith(`Signature=${signature}`)) return undefined
  return { type: 'InvalidSignatureException', message: 'The request signature we calculated does not match.' }
}
