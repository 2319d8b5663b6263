import type { HttpRequest } from './request.ts'

/** One preference, such as `return=receipt` or `wait=10`; the value may be quoted. */
const PREFERENCE = /^([\w!#$%&'*+.^`|~-]+)\s*=\s*("?)([^"\s]*)\2$/

/**
 * Whether a request prefers a value (RFC 7240 §2). Of several values of one preference the first counts; parameters are
 * ignored.
 */
export function prefers({ header }: Pick<HttpRequest, 'header'>, name: string, value: string): boolean {
  for (const entry of (header('prefer') ?? '').split(',')) {
    const [preference = ''] = entry.split(';')
    const [, given, , wanted] = PREFERENCE.exec(preference.trim()) ?? []
    if (given?.toLowerCase() === name) return wanted === value
  }
  return false
}
