import { PROBLEMS } from '../../../lib/http/problem.ts'
import { parsed } from './evidence.ts'

export interface Response {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  readonly body: string
}

/** Reads a response for any event source. */
export function readResponse(result: unknown): Response | undefined {
  const {
    statusCode,
    headers = {},
    multiValueHeaders = {},
    cookies,
    body = '',
  } = (result ?? {}) as Record<string, never>
  if (typeof statusCode !== 'number' || typeof body !== 'string') return undefined
  const lists = multiValueHeaders as Record<string, string[]>
  const single = Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.join(', ')]))
  const set = cookies ?? lists['set-cookie'] ?? (headers as Record<string, string>)['set-cookie']
  return { statusCode, headers: { ...single, ...(headers as object) }, cookies: [set ?? []].flat(), body }
}

/** The code of a complete problem response; `undefined` for any other response. */
export function codeOf(
  { statusCode, headers, body }: Response,
  requestId: string,
  isWithoutId: boolean,
): string | undefined {
  const problem = parsed(Buffer.from(body)) as Record<string, unknown>
  const known = PROBLEMS[problem.code as keyof typeof PROBLEMS]
  const isWhole =
    known !== undefined &&
    statusCode === (isStepUp(headers) ? 401 : known.status) &&
    problem.status === statusCode &&
    problem.title === known.title &&
    problem.type === `urn:coatcheck:problem:${problem.code}` &&
    (problem.instance === `urn:uuid:${requestId}` || isWithoutId) &&
    headers['content-type'] === 'application/problem+json' &&
    headers['cache-control'] === 'no-store' &&
    (statusCode !== 401 || headers['www-authenticate'] !== undefined)
  return isWhole ? String(problem.code) : undefined
}

/** Whether a response refuses an event (RFC 8935 §2.3). */
export function isRefusedEvent({ statusCode, headers, body }: Response): boolean {
  const { err, description } = parsed(Buffer.from(body)) as Record<string, unknown>
  const isWhole = err === 'invalid_request' && typeof description === 'string' && headers['content-language'] === 'en'
  return statusCode === 400 && isWhole && headers['content-type'] === 'application/json'
}

/** A problem without the names of invalid fields, which the client chose. */
export function withoutNames(body: string): string {
  const { errors, ...problem } = parsed(Buffer.from(body)) as { errors?: { detail: string }[] }
  return errors ? JSON.stringify([problem, errors.map(({ detail }) => detail)]) : body
}

/** Whether a bearer token is refused because its session is too old or too weak, which is 401 (RFC 9470 §3). */
function isStepUp(headers: Response['headers']): boolean {
  return String(headers['www-authenticate']).includes('error="insufficient_user_authentication"')
}
