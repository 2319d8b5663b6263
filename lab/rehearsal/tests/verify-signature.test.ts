import { expect, test } from 'vitest'
import { amzDate, signatureV4 } from '../../../lib/dynamodb/signature.ts'
import { accessKeyIdOf, verifySignature } from '../machine/verify-signature.ts'

const NOW = Date.UTC(2026, 10, 30)
const CREDENTIALS = { accessKeyId: 'ASIA1', secretAccessKey: 'secret', sessionToken: 'token' }
const BODY = '{"TableName":"t"}'

function signed({ region = 'eu-central-1', service = 'dynamodb', at = NOW, credentials = CREDENTIALS } = {}) {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    host: 'dynamodb.eu-central-1.amazonaws.com',
    'x-amz-date': amzDate(at),
    'x-amz-security-token': credentials.sessionToken,
    'x-amz-target': 'DynamoDB_20120810.GetItem',
  }
  const request = { method: 'POST', path: '/', headers, body: BODY }
  return { ...headers, authorization: signatureV4(region, service)(request, credentials) }
}

const verify = (
  headers: Record<string, string>,
  body = BODY,
  credentials: typeof CREDENTIALS | undefined = CREDENTIALS,
) => verifySignature({ method: 'POST', url: '/', headers }, Buffer.from(body), credentials, NOW)

test('a request that Coatcheck signs is accepted', async () => {
  expect(await verify(signed())).toBeUndefined()
  expect(accessKeyIdOf(signed())).toBe('ASIA1')
})

test('a request to SES is signed for another name than its host has, and has no target', async () => {
  const { authorization: _, 'x-amz-target': __, ...unsigned } = signed()
  const headers = { ...unsigned, host: 'email.eu-central-1.amazonaws.com' }
  const request = { method: 'POST', path: '/', headers, body: BODY }
  const sign = (service: string) => signatureV4('eu-central-1', service)(request, CREDENTIALS)
  expect(await verify({ ...headers, authorization: sign('ses') })).toBeUndefined()
  expect(await verify({ ...headers, authorization: sign('email') })).toMatchObject({
    type: 'IncompleteSignatureException',
  })
})

test.each<[what: string, headers: Record<string, string>, type: string]>([
  [
    'another secret',
    signed({ credentials: { ...CREDENTIALS, secretAccessKey: 'other' } }),
    'InvalidSignatureException',
  ],
  [
    'another session token',
    signed({ credentials: { ...CREDENTIALS, sessionToken: 'x' } }),
    'UnrecognizedClientException',
  ],
  ['another host', { ...signed(), host: 'dynamodb.us-east-1.amazonaws.com' }, 'InvalidSignatureException'],
  ['another target', { ...signed(), 'x-amz-target': 'DynamoDB_20120810.Scan' }, 'InvalidSignatureException'],
  ['another Region', signed({ region: 'us-east-1' }), 'IncompleteSignatureException'],
  ['another service', signed({ service: 's3' }), 'IncompleteSignatureException'],
  ['an old date', signed({ at: NOW - 6 * 60_000 }), 'IncompleteSignatureException'],
  ['no signature', { host: 'dynamodb.eu-central-1.amazonaws.com' }, 'MissingAuthenticationTokenException'],
])('a request with %s is refused', async (_, headers, type) => {
  expect(await verify(headers)).toMatchObject({ type })
})

test('a request with another body, or of unknown credentials, is refused', async () => {
  expect(await verify(signed(), '{}')).toMatchObject({ type: 'InvalidSignatureException' })
  const unknown = await verifySignature(
    { method: 'POST', url: '/', headers: signed() },
    Buffer.from(BODY),
    undefined,
    NOW,
  )
  expect(unknown).toMatchObject({ type: 'UnrecognizedClientException' })
})
