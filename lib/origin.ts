/** What a problem says that an origin should be. */
export function expectedOrigin(deployed: boolean): string {
  return `expected an exact origin such as https://app.example.com, without path or trailing slash${deployed ? ', https only' : ''}`
}

/** Whether a text is an exact origin as browsers send it; https only where that is asked for. */
export function isOrigin(text: string, deployed = false): boolean {
  if (!URL.canParse(text) || text.includes('*')) return false
  const { origin, protocol } = new URL(text)
  return origin === text && (protocol === 'https:' || (protocol === 'http:' && !deployed))
}
