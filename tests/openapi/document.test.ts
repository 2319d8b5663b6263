import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { ROUTES } from '../../functions/http/routes.ts'
import { PROMISES } from '../../lab/proof/fuzz/promises.ts'
import { documentText } from '../../scripts/openapi.ts'
import { DOCUMENT } from '../support/openapi.ts'

// Loads every function: not daily.

test('openapi.json is what npm run openapi writes', async () => {
  expect(await readFile('openapi.json', 'utf8'), 'openapi.json is stale: npm run openapi').toBe(await documentText())
}, 60_000)

/** Closed registration, which the proof does not play, and failures of the datastore, which every route shares. */
const SHARED_BY_ALL = ['registration_closed', 'unavailable']

test.each(Object.entries(ROUTES))('%s has no error that the proof of %s does not allow', (route, name) => {
  const [method = '', path = ''] = route.split(' ')
  const responses = Object.values(DOCUMENT.paths[path]?.[method.toLowerCase()]?.responses ?? {})
  const codes = responses.flatMap(({ $ref = '' }) => ($ref.split('/').at(-1) ?? '').split('-').slice(1))
  const allowed: readonly string[] = [...(PROMISES[name]?.codes ?? []), ...SHARED_BY_ALL]
  expect(codes.filter((code) => !allowed.includes(code))).toEqual([])
  // Only a request with a cookie from another site, to a method that changes something, is cross-origin.
  const missing = (PROMISES[name]?.codes ?? []).filter((code) => !codes.includes(code))
  // A provider's form is answered by a redirect to the same path, which counts the attempt.
  const OF_CALLBACK: Record<string, string[]> = {
    GET: ['invalid_request', 'payload_too_large', 'unsupported_media_type'],
    POST: ['too_many_attempts'],
  }
  const ofMethod = name === 'provider-callback' ? (OF_CALLBACK[method] ?? []) : []
  const needless = [...(method === 'GET' ? ['cross_origin'] : []), ...ofMethod]
  expect(name === 'console' ? [] : missing.filter((code) => !needless.includes(code))).toEqual([])
})
