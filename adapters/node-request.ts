import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HttpRequest, readRequest } from '../lib/http/request.ts'
import { mergeVary } from './web-request.ts'

/** The parts of a Node.js request that a check reads. In Lambda, adapters for servers may leave `rawHeaders` empty. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders?: readonly string[] | undefined
  readonly ip?: string | undefined
}

/** Reads a request of Node.js; its body stays unread. */
export function readNodeRequest({ method, url, headers, rawHeaders = [], ip }: NodeRequest): HttpRequest {
  const { pathname } = new URL(url ?? '/', 'http://localhost')
  return readRequest({
    rawPath: pathname,
    multiValueHeaders: { ...listed(headers), ...everyValue(rawHeaders) },
    requestContext: { http: { method: method ?? '', sourceIp: ip ?? '' } },
  })
}

function listed(headers: IncomingMessage['headers']): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat()]))
}

/** All values of each header: `headers` keeps only the first `Authorization`, and a second one must be refused. */
function everyValue(rawHeaders: readonly string[]): Record<string, string[]> {
  const pairs = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [{ name: name.toLowerCase(), value: rawHeaders[at + 1] ?? '' }] : [],
  )
  const groups = Map.groupBy(pairs, ({ name }) => name)
  return Object.fromEntries([...groups].map(([name, group]) => [name, group.map(({ value }) => value)]))
}

/** Sets headers of a Node.js response; `Vary` keeps what is there. */
export function setNodeHeaders(
  response: Pick<ServerResponse, 'getHeader' | 'setHeader'>,
  headers: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(headers)) {
    const present = name === 'vary' ? String(response.getHeader(name) ?? '') : ''
    response.setHeader(name, name === 'vary' ? mergeVary(present, value) : value)
  }
}
