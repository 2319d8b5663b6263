import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { amzDate, signatureV4 } from '../../lib/dynamodb/signature.ts'
import { anyCharacter } from '../support/any-character.ts'
import { draws } from '../support/draws.ts'
import { Sha256 } from '../support/sha256.ts'

// Our signer handles one shape of request; the SDK's own signer must produce the same signature.

const text = fc.string({ unit: anyCharacter, maxLength: 60 })
const word = fc.stringMatching(/^[A-Za-z0-9/+=.-]{1,40}$/)
const request = fc.record({
  body: fc.oneof(text, fc.json()),
  target: word,
  host: fc.domain(),
  sessionToken: fc.option(word, { nil: undefined }),
  accessKeyId: fc.stringMatching(/^[A-Z0-9]{4,20}$/),
  secretAccessKey: word,
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'cn-north-1', 'local'),
  ms: fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2099, 0) }),
})

test('signatureV4 signs as the SDK’s signer does', async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ body, target, host, region, ms, ...credentials }) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        host,
        'x-amz-date': amzDate(ms),
        ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
        'x-amz-target': target,
      }
      const theirs = new SignatureV4({
        credentials: credentials as typeof credentials & { sessionToken: string },
        region,
        service: 'dynamodb',
        sha256: Sha256,
        applyChecksum: false, // it would add a header
      })
      const signed = await theirs.sign(
        { method: 'POST', protocol: 'https:', hostname: host, path: '/', query: {}, headers, body },
        { signingDate: new Date(ms) },
      )
      const ours = signatureV4(region, 'dynamodb')
      expect(ours({ method: 'POST', path: '/', headers, body }, credentials)).toBe(signed.headers.authorization)
      expect(signed.headers['x-amz-date']).toBe(headers['x-amz-date'])
    }),
    { numRuns: draws(100, 300) },
  )
})

test('a reused signer signs with the key of the current day and credentials', () => {
  const kept = signatureV4('eu-central-1', 'dynamodb')
  const days = ['20261126T235959Z', '20261127T000000Z', '20261126T235959Z']
  const secrets = ['one', 'two']
  for (const date of days)
    for (const secretAccessKey of secrets) {
      const asked = { method: 'POST', path: '/', headers: { host: 'a', 'x-amz-date': date }, body: '{}' }
      const credentials = { accessKeyId: 'A', secretAccessKey }
      expect(kept(asked, credentials)).toBe(signatureV4('eu-central-1', 'dynamodb')(asked, credentials))
    }
})

// AWS's own example: Signature Version 4 test suite, "get-vanilla".
test('signatureV4 reproduces the AWS test suite’s get-vanilla example', () => {
  const sign = signatureV4('us-east-1', 'service')
  const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z' }
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
  expect(sign({ method: 'GET', path: '/', headers, body: '' }, credentials)).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  )
})

test('amzDate formats an instant for x-amz-date', () => {
  expect(amzDate(Date.UTC(2026, 10, 26, 5, 4, 3, 999))).toBe('20261126T050403Z')
})
