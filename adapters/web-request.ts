import { type HttpRequest, readRequest } from '../lib/http/request.ts'
import type { HttpResponse } from '../lib/http/response.ts'

/** Reads a web-standard request; its body stays unread. `Headers` has joined repeated headers by commas. */
export function readWebRequest(
  { method, url, headers }: Pick<Request, 'method' | 'url' | 'headers'>,
  ip = '',
): HttpRequest {
  const { pathname, search } = new URL(url, 'http://localhost')
  const query = new URLSearchParams(search)
  return readRequest({
    rawPath: pathname,
    headers: Object.fromEntries(headers),
    queryStringParameters: Object.fromEntries([...query.keys()].map((name) => [name, query.getAll(name).join(',')])),
    requestContext: { http: { method, sourceIp: ip } },
  })
}

/** A web-standard response with the parts of a response of Coatcheck's. */
export function toWebResponse({ statusCode, headers, body }: HttpResponse): Response {
  return new Response(body ?? null, { status: statusCode, headers })
}

/** Adds headers to a response, or to a copy if its own cannot change. */
export function addHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  try {
    setHeaders(response.headers, headers)
    return response
  } catch {
    const copy = new Response(response.body, response) // of Response.redirect() and fetch()
    setHeaders(copy.headers, headers)
    return copy
  }
}

function setHeaders(target: Headers, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers))
    target.set(name, name === 'vary' ? mergeVary(target.get(name), value) : value)
}

/** The values of two `Vary` headers, each once. */
export function mergeVary(one: string | null, other: string): string {
  const names = [one, other].flatMap((value) => value?.split(',') ?? []).map((name) => name.trim())
  const unique = names.filter(
    (name, at) => name !== '' && names.findIndex((each) => each.toLowerCase() === name.toLowerCase()) === at,
  )
  return unique.includes('*') ? '*' : unique.join(', ')
}
