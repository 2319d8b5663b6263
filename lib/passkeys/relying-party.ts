import type { ConfigReader } from '../config-reader.ts'
import { isOrigin } from '../origin.ts'

/** The service, as authenticators and browsers know it (WebAuthn §4, relying party). */
export interface RelyingParty {
  /** The RP ID: a domain. Passkeys belong to it and work nowhere else. */
  readonly id: string
  /** As browsers and authenticators show it. */
  readonly name: string
  /** The origins of the pages whose responses count: the service's own first, then those of related origins. */
  readonly origins: readonly [string, ...string[]]
}

const DOMAIN = /^(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)*[a-z\d](?:[a-z\d-]*[a-z\d])?$/
/** Browsers need to accept only five different names among the origins of `/.well-known/webauthn` (WebAuthn §5.11.1). */
const MAX_RELATED = 20

/**
 * Reads `RP_ID`, by default the host of `ORIGIN`, and `PASSKEY_ORIGINS`. The RP ID must be the host of the origin or a
 * domain above it: browsers refuse any other.
 */
export function readRelyingParty(
  read: ConfigReader,
  { origin, deployed }: { origin: string; deployed: boolean },
  problems: string[],
): RelyingParty {
  const { host, hostname } = URL.canParse(origin) ? new URL(origin) : { host: '', hostname: '' }
  const id = read.text('RP_ID', hostname, DOMAIN, 'a domain such as example.com')
  if (hostname !== '' && id !== hostname && !hostname.endsWith(`.${id}`))
    problems.push(
      `\`RP_ID\`: expected the host of \`ORIGIN\` (${hostname}) or a domain above it, got ${JSON.stringify(id)}`,
    )
  const listed = read.text('PASSKEY_ORIGINS', '', /\S/, 'origins, by commas')
  const related = listed.split(/[\s,]+/).filter((entry) => entry !== '')
  for (const entry of related)
    if (!isOrigin(entry, deployed))
      problems.push(`\`PASSKEY_ORIGINS\`: expected origins such as https://example.de, got ${JSON.stringify(entry)}`)
  if (related.length > MAX_RELATED)
    problems.push(`\`PASSKEY_ORIGINS\`: expected at most ${MAX_RELATED} origins, got ${related.length}`)
  return { id, name: host, origins: [origin, ...related] }
}
