/** Describes an accepted origin, for error messages. */
export function expectedOrigin(deployed: boolean): string {
  return `expected an origin such as https://app.example.com, without path or trailing slash${deployed ? ', https only' : ''}`
}

/** Describes an accepted trusted origin, for error messages. */
export function expectedTrustedOrigin(deployed: boolean): string {
  return `${expectedOrigin(deployed)}, the origin of an app such as capacitor://localhost, or a pattern such as https://*.preview.example.com`
}

/** Whether a text is an origin exactly as browsers send it; if `deployed`, only `https:` is accepted. */
export function isOrigin(text: string, deployed = false): boolean {
  if (!URL.canParse(text) || text.includes('*')) return false
  const { origin, protocol } = new URL(text)
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && !deployed))
}

/** Apps serve their pages by a scheme of their own, or by http on a host that never leaves the machine (RFC 6761 §6.3). */
const APP_ORIGIN =
  /^(?!(?:https?|wss?|ftp|file|data|blob|about|javascript):)[a-z][a-z\d+.-]*:\/\/[a-z\d-]+(?:\.[a-z\d-]+)*$/
const APP_HOST = /^http:\/\/[a-z\d-]+\.localhost$/
const LABEL = '[a-z\\d](?:[a-z\\d-]*[a-z\\d])?'
/** One whole label in front of at least two others. That these are no public suffix is checked when packaging. */
const PATTERN = new RegExp(`^https://\\*\\.((?:${LABEL}\\.)+${LABEL})(:\\d+)?$`)

/**
 * Whether a text may be listed as a trusted origin: an origin, the origin of an app such as `capacitor://localhost`, or a
 * pattern such as `https://*.preview.example.com`, whose `*` stands for one label.
 */
export function isTrustedOrigin(text: string, deployed = false): boolean {
  if (isOrigin(text, deployed) || APP_ORIGIN.test(text) || APP_HOST.test(text)) return true
  return isOriginPattern(text)
}

/** Whether a text is a pattern of origins such as `https://*.preview.example.com`. */
export function isOriginPattern(text: string): boolean {
  // Stryker disable next-line StringLiteral: an origin has any label, also an empty one
  return PATTERN.test(text) && isOrigin(text.replace('*', 'a'))
}

/** Whether an `Origin` header equals a trusted origin, or matches a pattern of them. */
export function matchesOrigin(origin: string, trusted: readonly string[]): boolean {
  return trusted.some((each) => {
    // `https://` and the rest of the pattern after its `*`
    // Stryker disable next-line StringLiteral: only for the compiler, split() returns at least one text
    const [start = '', end] = each.split('*')
    if (end === undefined) return each === origin
    if (!origin.startsWith(start) || !origin.endsWith(end)) return false
    return new RegExp(`^${LABEL}$`).test(origin.slice(start.length, -end.length))
  })
}
