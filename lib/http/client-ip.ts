import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP, isIPv4, isIPv6 } from 'node:net'
import type { Secret } from '../secret.ts'
import type { HttpRequest } from './request.ts'

/** A proxy of one's own in front of the API. */
export interface TrustedProxy {
  /** Where it writes the client's address, in lower case. */
  readonly header: string
  /** What it proves itself by, in `x-origin-verify`. */
  readonly secret: Secret
}

const PROOF_HEADER = 'x-origin-verify'
const VIEWER_ADDRESS = 'cloudfront-viewer-address'

/**
 * Whom a request comes from: what API Gateway itself has seen, or, where a proxy of one's own has proved itself, the
 * address in its header. The proxy must overwrite that header: what it let through, or only added to, the client would
 * have written. Of a list the last address counts, since a proxy appends; API Gateway itself appends the proxy's own to
 * `x-forwarded-for`, which is no header for this. Whatever is no address leaves API Gateway's.
 */
export function clientIp(request: HttpRequest, proxy: TrustedProxy | undefined): string {
  if (!proxy || !isProven(request.header(PROOF_HEADER), proxy.secret)) return request.ip
  const value = request.header(proxy.header)?.split(',').at(-1)?.trim() ?? ''
  return (proxy.header === VIEWER_ADDRESS ? viewerAddress(value) : undefined) ?? addressOf(value) ?? request.ip
}

/** In constant time (ASVS 11.2.4); hashed, so that the lengths are equal. */
function isProven(given: string | undefined, secret: Secret): boolean {
  return given !== undefined && timingSafeEqual(digest(given), digest(secret.reveal()))
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}

/** CloudFront writes a port in any case, and no brackets: `198.51.100.10:46532`, `2001:db8::1:46532`. */
function viewerAddress(text: string): string | undefined {
  const [, address = ''] = /^(.+):\d{1,5}$/.exec(text) ?? []
  return isIP(address) ? address : undefined
}

/** Without the port, which an IPv6 address can have only behind brackets. */
function addressOf(text: string): string | undefined {
  if (isIP(text)) return text
  const [, v6 = '', v4 = ''] = /^(?:\[(.+)\]|([\d.]+))(?::\d{1,5})?$/.exec(text) ?? []
  return isIPv6(v6) ? v6 : isIPv4(v4) ? v4 : undefined
}
