/**
 * The first key that occurs twice in the top-level object of a valid JSON text. `JSON.parse` silently keeps the last
 * value, while a proxy in front may have read the first (OWASP ASVS 15.3.7).
 */
export function repeatedKey(json: string): string | undefined {
  const seen = new Set<string>()
  let depth = 0
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (depth === 1 && colon !== undefined) {
      const key: string = JSON.parse(text as string)
      if (seen.has(key)) return key
      seen.add(key)
    }
  }
  return undefined
}
