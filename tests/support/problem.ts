import { expect } from 'vitest'
import type { ErrorCode } from '../../lib/errors.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import type { Answer } from './http.ts'

/** The challenge of a 400 for the credentials of a request (RFC 6750 §3.1). */
export const REFUSED_CREDENTIALS = 'Bearer realm="coatcheck", error="invalid_request"'
const UUID_URN = /^urn:uuid:[0-9a-f-]{36}$/

/** To a bearer token these are 401 (RFC 9470). */
const STEP_UP: ReadonlySet<ErrorCode> = new Set(['reauthentication_required', 'second_factor_required'])

/** A refusal as the contract says it: status, RFC 9457 body, no cookie, nothing to be cached, a challenge on a 401. */
export function expectProblem(answer: Answer, code: ErrorCode, presented?: 'bearer'): void {
  const { title } = PROBLEMS[code]
  const status = presented === 'bearer' && STEP_UP.has(code) ? 401 : PROBLEMS[code].status
  expect({ status: answer.status, code: answer.json?.code }).toEqual({ status, code })
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.json).toMatchObject({ type: `urn:coatcheck:problem:${code}`, title, status })
  expect(answer.json.detail).toMatch(/\S/)
  expect(answer.json.instance).toMatch(UUID_URN)
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.setCookie).toEqual([])
  const challenge = answer.headers['www-authenticate']
  if (code === 'invalid_request') expect([undefined, REFUSED_CREDENTIALS]).toContain(challenge)
  else expect(challenge !== undefined).toBe(status === 401 || code === 'insufficient_scope')
  expect(answer.headers['retry-after'] !== undefined).toBe(status === 503 || status === 429)
}
