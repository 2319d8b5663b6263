import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A network whose attempts are counted together. */
export interface Source {
  /** The canonical name, part of the counter's key. */
  readonly name: string
  /** Its limit, as a multiple of the limit of a single address. */
  readonly limitFactor: number
}

/** Invalid addresses share one counter: without a counter they would have no limit. */
const UNKNOWN: Source = { name: 'unknown', limitFactor: 1 }
/** A site has a /48 with many networks. */
const SITE_LIMIT_FACTOR = 10

/**
 * The networks an attempt from this address counts against, the narrowest first: an IPv4 address itself, also in IPv6
 * notation; for IPv6 the /64 and the /48, because a customer who has a /48 can use 2^80 addresses.
 */
export function sourcesOf(ip: string): readonly [Source, ...Source[]] {
  // Stryker disable next-line StringLiteral: only for the compiler, split() returns at least one text
  const [address = ''] = ip.split('%') // without the zone, which names an interface
  if (isIP(address) === 0) return [UNKNOWN] // the parser below also accepts 127.1 and 0x7f.1
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return [{ name: parsed.toString(), limitFactor: 1 }]
  return [
    { name: networkOf(parsed.toString(), 64), limitFactor: 1 },
    { name: networkOf(parsed.toString(), 48), limitFactor: SITE_LIMIT_FACTOR },
  ]
}

function networkOf(address: string, bits: number): string {
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`)}/${bits}`
}
