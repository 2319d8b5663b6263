import { STATUS_CODES } from 'node:http'
import type { HttpEvent } from './event.ts'

/** A response in the format of payload 2.0, which our own routes use. */
export interface HttpResponse {
  statusCode: number
  headers: Record<string, string>
  cookies?: string[]
  body?: string
  /** Whether `body` is Base64, as of compressed files. */
  isBase64Encoded?: boolean
}

/**
 * Converts a response to the format of the event's source. A load balancer drops `headers` if its target group has
 * multi-value headers enabled, and `multiValueHeaders` if not; in `headers`, also of VPC Lattice, there is room for one
 * cookie, the last.
 */
export function shapeResponse(event: HttpEvent, response: HttpResponse): object {
  const { requestContext } = event
  if (requestContext?.http) return response
  const { statusCode, headers, cookies = [], body = '' } = response
  const multiple = (all: Record<string, string>) =>
    Object.fromEntries([
      ...Object.entries(all).map(([name, value]) => [name, [value]]),
      ...(cookies.length > 0 ? [['set-cookie', cookies]] : []),
    ])
  if (requestContext?.elb || requestContext?.serviceNetworkArn) {
    const statusDescription = `${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim()
    const base = { statusCode, statusDescription, isBase64Encoded: false, body }
    if (event.multiValueHeaders) return { ...base, multiValueHeaders: multiple(headers) }
    const cookie = cookies.at(-1)
    return { ...base, headers: { ...headers, ...(cookie === undefined ? {} : { 'set-cookie': cookie }) } }
  }
  return { statusCode, headers, multiValueHeaders: multiple({}), body, isBase64Encoded: false }
}
