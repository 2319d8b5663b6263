import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http'
import { HOP_BY_HOP_HEADERS } from './event.ts'

export type Response = { status: number; headers: [string, string][]; body: Buffer }

const messages = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  421: 'Misdirected Request: this address serves localhost and the host of ORIGIN only',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** A response of API Gateway itself. */
export function gatewayError(status: keyof typeof messages): Response {
  return {
    status,
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify({ message: messages[status] })),
  }
}

/** Turns the result of a function into a response, payload format 2.0; a malformed result is a 500. */
export function readResult(payload: string): Response {
  try {
    const result: unknown = JSON.parse(payload)
    return isObject(result) && 'statusCode' in result ? explicit(result) : inferred(payload, result)
  } catch {
    return gatewayError(500)
  }
}

/** The same for payload format 1.0, which has lists of values for a header, no cookies, and infers nothing. */
export function readResult1(payload: string): Response {
  try {
    const result: unknown = JSON.parse(payload)
    if (!isObject(result)) throw malformed('result')
    const { cookies: _, multiValueHeaders: lists, ...rest } = result
    if (!isObject(lists ?? {})) throw malformed('multiValueHeaders')
    const more = Object.entries((lists ?? {}) as object).flatMap(([name, values]: [string, unknown]) => {
      if (!Array.isArray(values)) throw malformed('multiValueHeaders')
      return values.map((value): [string, unknown] => [name, value])
    })
    return explicit(rest, more)
  } catch {
    return gatewayError(500)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A result without a statusCode is the body. */
function inferred(payload: string, result: unknown): Response {
  const body = Buffer.from(typeof result === 'string' ? result : payload)
  return { status: 200, headers: [['content-type', 'application/json']], body }
}

function explicit(result: Record<string, unknown>, more: readonly [string, unknown][] = []): Response {
  const { statusCode: status, headers: given, cookies, body, isBase64Encoded } = result
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599)
    throw malformed('statusCode')
  if (typeof (body ?? '') !== 'string') throw malformed('body')
  if (!isObject(given ?? {})) throw malformed('headers')
  if (!Array.isArray(cookies ?? [])) throw malformed('cookies')

  const content = typeof body === 'string' ? body : ''
  const headers = [
    ...[...Object.entries(given ?? {}), ...more].flatMap(readHeader),
    ...((cookies ?? []) as unknown[]).map(readCookie),
  ]
  for (const [name, value] of headers) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  if (content !== '' && !headers.some(([name]) => name === 'content-type')) {
    headers.push(['content-type', 'text/plain;charset=UTF-8'])
  }
  return { status, headers, body: isBase64Encoded === true ? decode(content) : Buffer.from(content) }
}

const malformed = (field: string) => new Error(`The function returned a malformed ${field}.`)

function readHeader([given, value]: [string, unknown]): [string, string][] {
  const name = given.toLowerCase()
  if (value === null || HOP_BY_HOP_HEADERS.has(name) || name === 'content-length') return []
  if (typeof value === 'object') throw malformed('headers')
  return [[name, String(value)]]
}

function readCookie(value: unknown): [string, string] {
  if (typeof value !== 'string') throw malformed('cookies')
  return ['set-cookie', value]
}

function decode(text: string): Buffer {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw malformed('body')
  return Buffer.from(text, 'base64')
}

/** Sends a response. A response to HEAD has the length of the body that it omits, if the function returned one. */
export function send(to: ServerResponse, { status, headers, body }: Response, requestId: string): void {
  const hasNoBody = status === 204 || status === 304
  const names = new Set(headers.map(([name]) => name))
  to.statusCode = status
  for (const name of names) {
    const values = headers.flatMap(([other, value]) => (other === name ? [value] : []))
    to.setHeader(name, values)
  }
  to.setHeader('apigw-requestid', requestId)
  const isUnknown = to.req.method === 'HEAD' && body.length === 0
  if (!hasNoBody && !isUnknown) to.setHeader('content-length', body.length)
  to.end(body) // Node omits it where HTTP forbids a body
}
