/** Describes an accepted origin, for error messages. */
export function expectedOrigin(deployed: boolean): string {
  return `expected an origin such as https://app.example.com, without path or trailing slash${deployed ? ', https only' : ''}`
}

/** Whether a text is an origin exactly as browsers send it; if `deployed`, only `https:` is accepted. */
export function isOrigin(text: string, deployed = false): boolean {
  if (!URL.canParse(text) || text.includes('*')) return false
  const { origin, protocol } = new URL(text)
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && !deployed))
}
