/** Splits typed scopes at spaces and commas, without duplicates. */
export function parseScopes(typed: string): string[] {
  return [...new Set(typed.split(/[\s,]+/).filter((scope) => scope !== ''))]
}
