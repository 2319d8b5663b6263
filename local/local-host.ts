const LOOPBACK = /^(?:localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])$/i

/**
 * Whether a `Host` header names this machine, with or without a port. A web page whose domain resolves to a loopback
 * address (DNS rebinding) sends its own domain.
 * @param names further host names, such as that of a proxy on this machine
 */
export function isLocalHost(host: string | undefined, names: readonly string[] = []): boolean {
  const name = host?.replace(/:\d{1,5}$/, '') ?? ''
  return LOOPBACK.test(name) || names.some((other) => other.toLowerCase() === name.toLowerCase())
}

/** A host as it stands in a URL and a `Host` header. */
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host)
