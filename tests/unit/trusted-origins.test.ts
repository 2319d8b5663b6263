import { expect, test } from 'vitest'
import TrustedOrigins, { findPublicPatterns } from '../../build/trusted-origins.ts'

test.each([
  'https://*.co.uk',
  'https://*.vercel.app',
  'https://*.netlify.app',
  'https://*.pages.dev',
  'https://*.github.io',
  'https://*.cloudfront.net',
  'https://*.compute.amazonaws.com',
  'https://*.kawasaki.jp', // each of its labels is a public suffix
  'https://*.vercel.app:8443',
])('the pattern %s directly under a public suffix is refused', (pattern) => {
  expect(findPublicPatterns(`https://app.example.com, ${pattern}`)).toEqual([expect.stringContaining(pattern)])
})

test.each([
  '',
  'https://*.example.com',
  'https://*.preview.example.co.uk',
  'https://*.our-team.vercel.app',
  'https://app.vercel.app, capacitor://localhost',
])('the trusted origins %j are accepted', (origins) => {
  expect(findPublicPatterns(origins)).toEqual([])
})

test('packaging a service fails for a refused pattern of the provider or of a function', () => {
  const service = (provider?: string, own?: string) => ({
    service: {
      provider: provider === undefined ? {} : { environment: { TRUSTED_ORIGINS: provider } },
      functions: { plain: {}, own: { environment: { TRUSTED_ORIGINS: own ?? { Ref: 'Origins' } } } },
    },
  })
  const packaging = (given: ReturnType<typeof service>) => () =>
    new TrustedOrigins(given).hooks['before:package:initialize']?.()
  packaging(service())()
  packaging(service('https://*.preview.example.com'))()
  expect(packaging(service('https://*.vercel.app'))).toThrow('register a name under vercel.app')
  expect(packaging(service('', 'https://*.pages.dev'))).toThrow('https://*.pages.dev')
})
