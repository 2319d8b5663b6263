import { lookup as resolveHost } from 'node:dns'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { ProviderUnavailableError } from './provider-errors.ts'

// Requests to providers. Their addresses come from documents that a provider serves, so a hostile or broken one could
// name a host inside the network (OWASP Server-Side Request Forgery).

/** The time of one request, from the connection to the last byte. */
const TIMEOUT_MS = 3_000
/** A discovery document has 3 KB, a key set 10, a token response with groups 20. */
const MAX_BYTES = 131_072

/** What requests to one provider may do. */
export interface OutboundOptions {
  /** The hosts, with a port unless it is the default one. */
  readonly hosts: readonly string[]
  /** Whether http and addresses of this machine are accepted, as for a provider that runs locally. */
  readonly local: boolean
  readonly timeoutMs?: number
  /** Resolves a host. Default: the system's resolver. */
  readonly lookup?: LookupFunction
}

interface OutboundRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/**
 * Creates a function like `fetch` for requests to one provider: https only, to its hosts only, at public addresses only,
 * without following redirects, with a limit of time and size. The address that was checked is the one that is connected.
 * @throws ProviderUnavailableError for a refused address and every failure of the network
 */
export function outbound({
  hosts,
  local,
  timeoutMs = TIMEOUT_MS,
  lookup = resolveHost as LookupFunction,
}: OutboundOptions) {
  return async (address: string, { method, headers, body }: OutboundRequest): Promise<Response> => {
    const url = new URL(address)
    if (!hosts.includes(url.host) || !(url.protocol === 'https:' || (local && url.protocol === 'http:')))
      throw new ProviderUnavailableError(`The address ${url.origin} is none of the provider's hosts`)
    const literal = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(literal) && !isReachable(literal, local))
      throw new ProviderUnavailableError(`The address ${literal} is not a public one`)
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      return await send(url, { method, headers, body, signal, lookup: checkedLookup(lookup, local) })
    } catch (error) {
      if (error instanceof ProviderUnavailableError) throw error
      throw new ProviderUnavailableError(`The request to ${url.host} failed`, { cause: error })
    }
  }
}

/** Whether an address is a public one. */
function isReachable(address: string, local: boolean): boolean {
  const range = ipaddr.process(address).range()
  return range === 'unicast' || (local && range === 'loopback')
}

/** Resolves a host for a connection, and refuses it if any of its addresses is not public. */
function checkedLookup(lookup: LookupFunction, local: boolean): LookupFunction {
  return (host, options, done) =>
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '', 0)
      const found = Array.isArray(addresses) ? addresses : []
      const refused = found.find(({ address }) => !isReachable(address, local))
      const [first] = found
      if (refused || !first) return done(new ProviderUnavailableError(`The host ${host} has no public address`), '', 0)
      if ((options as { all?: boolean }).all) return done(null, found)
      done(null, first.address, first.family)
    })
}

interface Sent extends OutboundRequest {
  readonly signal: AbortSignal
  readonly lookup: LookupFunction
}

function send(url: URL, { method, headers, body, signal, lookup }: Sent): Promise<Response> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, signal, lookup, agent: false }, (incoming) => {
      readBody(incoming).then((bytes) => resolve(toResponse(incoming, bytes)), reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body === undefined || body === null ? undefined : String(body))
  })
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of incoming) {
    size += part.length
    if (size > MAX_BYTES) {
      incoming.destroy()
      throw new ProviderUnavailableError(`The response of the provider is larger than ${MAX_BYTES} bytes`)
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const NO_BODY = [101, 103, 204, 205, 304]

function toResponse({ statusCode = 502, headers }: IncomingMessage, bytes: Buffer): Response {
  const type = headers['content-type']
  const body = NO_BODY.includes(statusCode) ? null : new Uint8Array(bytes)
  return new Response(body, { status: statusCode, headers: type === undefined ? {} : { 'content-type': type } })
}
