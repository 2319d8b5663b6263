/** Scopes as people type them: between spaces or commas. */
export function scopesIn(typed: string): string[] {
  return [...new Set(typed.split(/[\s,]+/).filter((scope) => scope !== ''))]
}
