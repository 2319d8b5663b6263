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

/** A problem without the names of invalid fields, which the client chose. */
export function withoutNames(body: string): string {
  const { errors, ...problem } = parsed(Buffer.from(body)) as { errors?: { detail: string }[] }
  return errors ? JSON.stringify([problem, errors.map(({ detail }) => detail)]) : body
}

/** Whether a bearer token is refused because its session is too old or too weak, which is 401 (RFC 9470 §3). */
function isStepUp(headers: Response['headers']): boolean {
  return String(headers['www-authenticate']).includes('error="insufficient_user_authentication"')
}
