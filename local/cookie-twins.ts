import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type { Response } from './response.ts'

// Safari, Postman and the cookie jars of Python and others keep no `Secure` cookie of http://localhost. Only the local front
// knows of that: Coatcheck itself has no weaker cookie (docs/decisions/034).

const SECURE_PREFIX = '__Host-'
const TWIN_PREFIX = 'local-'

/** Adds, to each cookie with the prefix `__Host-`, one that such clients keep. */
export function withTwins(response: Response): Response {
  return { ...response, headers: response.headers.flatMap((header) => [header, ...twinOf(header)]) }
}

function twinOf([name, value]: [string, string]): [string, string][] {
  const isPartitioned = /; *Partitioned/i.test(value) // exists only in browsers that keep `Secure` cookies
  if (name !== 'set-cookie' || !value.startsWith(SECURE_PREFIX) || isPartitioned) return []
  const insecure = value.replace(/; *Secure(?=;|$)/i, '').replace(/SameSite=None/i, 'SameSite=Lax')
  return [[name, TWIN_PREFIX + insecure.slice(SECURE_PREFIX.length)]]
}

/** Gives the cookies of a request the names that the functions know; a twin counts only without the cookie itself. */
export function withoutTwins(event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 {
  const sent = event.cookies ?? []
  if (!sent.some((pair) => pair.startsWith(TWIN_PREFIX))) return event
  const cookies = sent.flatMap((pair) => {
    if (!pair.startsWith(TWIN_PREFIX)) return [pair]
    const own = SECURE_PREFIX + pair.slice(TWIN_PREFIX.length)
    return sent.some((other) => nameOf(other) === nameOf(own)) ? [] : [own]
  })
  return { ...event, cookies }
}

const nameOf = (pair: string) => pair.split('=', 1)[0]
