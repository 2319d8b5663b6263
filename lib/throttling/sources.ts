import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A network that attempts are counted against. */
export interface Source {
  /** The same however the address was written: a part of the counter's key. */
  readonly name: string
  /** How many times the slots of a single address it has. */
  readonly share: number
}

/** What cannot be told apart shares one counter: an attempt without a source would be one without a limit. */
const UNKNOWN: Source = { name: 'unknown', share: 1 }
/** A site is given a /48, and has many networks in it. */
const SITE_SHARE = 10

/**
 * The networks an attempt from this address counts against, the narrowest first. An IPv4 address stands for itself, also
 * where it is written as IPv6. Of an IPv6 address whoever has the /64 chooses the rest, and whoever has the /48 the
 * /64: both are counted, or one line could try from 2^80 addresses.
 */
export function sourcesOf(ip: string): readonly [Source, ...Source[]] {
  const [address = ''] = ip.split('%') // the zone is the name of an interface, and not a part of the address
  if (isIP(address) === 0) return [UNKNOWN] // the parser below takes 127.1 and 0x7f.1 too
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return [{ name: parsed.toString(), share: 1 }]
  return [
    { name: networkOf(parsed.toString(), 64), share: 1 },
    { name: networkOf(parsed.toString(), 48), share: SITE_SHARE },
  ]
}

function networkOf(address: string, bits: number): string {
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address}/${bits}`)}/${bits}`
}
