import { STATUS_CODES } from 'node:http'
import type { HttpEvent } from './event.ts'

/** An answer in the shape of payload 2.0, the one our own routes speak. */
export interface HttpResponse {
  statusCode: number
  headers: Record<string, string>
  cookies?: string[]
  body?: string
  /** The body is bytes, as text: compressed, for instance. */
  isBase64Encoded?: boolean
}

/**
 * The same answer in the shape that the event's event source understands. A load balancer with multi-value headers
 * turned on drops single ones, and the other way about.
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
  if (requestContext?.elb) {
    const statusDescription = `${statusCode} ${STATUS_CODES[statusCode] ?? ''}`.trim()
    const base = { statusCode, statusDescription, isBase64Encoded: false, body }
    if (event.multiValueHeaders) return { ...base, multiValueHeaders: multiple(headers) }
    return { ...base, headers: { ...headers, ...(cookies[0] === undefined ? {} : { 'set-cookie': cookies[0] }) } }
  }
  return { statusCode, headers, multiValueHeaders: multiple({}), body, isBase64Encoded: false }
}
