import type { HttpResponse } from '../../lib/http/response.ts'

/** A 303 response: the browser goes on with a GET (RFC 9110 §15.4.4). */
export function seeOther(location: string, cookies: readonly string[] = []): HttpResponse {
  return { statusCode: 303, headers: { location }, cookies: [...cookies] }
}

/** An address with what became of a sign-in, for the page to show: a code, and nothing secret. */
export function withOutcome(address: string, outcome: Readonly<Record<string, string>>): string {
  const url = new URL(address)
  for (const name of OUTCOME) url.searchParams.delete(name)
  for (const [name, value] of Object.entries(outcome)) url.searchParams.set(name, value)
  return url.href
}

const OUTCOME = ['sign_in', 'provider', 'methods']
