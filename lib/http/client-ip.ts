import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP, isIPv4, isIPv6 } from 'node:net'
import type { Secret } from '../secret.ts'
import type { HttpRequest } from './request.ts'

/** An operator's proxy in front of the API. */
export interface TrustedProxy {
  /** The header with the client's address, in lower case. */
  readonly header: string
  /** The value of `x-origin-verify` that authenticates the proxy. */
  readonly secret: Secret
}

const SECRET_HEADER = 'x-origin-verify'
const VIEWER_ADDRESS = 'cloudfront-viewer-address'

/**
 * The client's address: the one API Gateway has seen, or, if the request has the proxy's secret, the one in the proxy's
 * header. The proxy must overwrite that header, or clients choose their address. In a list the last address counts,
 * since proxies append. A value that is no address falls back to API Gateway's.
 */
export function clientIp(request: HttpRequest, proxy: TrustedProxy | undefined): string {
  if (!isFromProxy(request, proxy)) return request.ip
  const value = request.header(proxy.header)?.split(',').at(-1)?.trim() ?? ''
  return (proxy.header === VIEWER_ADDRESS ? viewerAddress(value) : undefined) ?? addressOf(value) ?? request.ip
}

/** Whether a request has the proxy's secret. */
export function isFromProxy(request: HttpRequest, proxy: TrustedProxy | undefined): proxy is TrustedProxy {
  return proxy !== undefined && hasSecret(request.header(SECRET_HEADER), proxy.secret)
}

/** Constant-time comparison (ASVS 11.2.4), of hashes, so that the lengths are equal. */
function hasSecret(given: string | undefined, secret: Secret): boolean {
  return given !== undefined && timingSafeEqual(digest(given), digest(secret.reveal()))
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

/** CloudFront always writes a port and never brackets: `198.51.100.10:46532`, `2001:db8::1:46532`. */
function viewerAddress(text: string): string | undefined {
  // Stryker disable next-line ArrayDeclaration,StringLiteral: the placeholders are not addresses
  const [, address = ''] = /^(.+):\d{1,5}$/.exec(text) ?? []
  return isIP(address) ? address : undefined
}

/** Removes the port; an IPv6 address with a port needs brackets. */
function addressOf(text: string): string | undefined {
  if (isIP(text)) return text
  // Stryker disable next-line ArrayDeclaration,StringLiteral: the placeholders are not addresses
  const [, v6 = '', v4 = ''] = /^(?:\[(.+)\]|([\d.]+))(?::\d{1,5})?$/.exec(text) ?? []
  return isIPv6(v6) ? v6 : isIPv4(v4) ? v4 : undefined
}
