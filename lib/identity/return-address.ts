import { matchesOrigin } from '../origin.ts'

const MAX_LENGTH = 1000

/**
 * Where a sign-in ends: a path of the service, or an address of a trusted origin (CWE-601). Browsers read a backslash as
 * a slash and leave out tabs and line breaks, so both are refused.
 * @returns the absolute address; `undefined` if the text leads anywhere else
 */
export function returnAddress(
  text: string,
  { origin, trustedOrigins }: { readonly origin: string; readonly trustedOrigins: readonly string[] },
): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what browsers leave out
  if (text.length > MAX_LENGTH || /[\\\x00-\x20\x7f]/.test(text) || !URL.canParse(text, origin)) return undefined
  if (!/^(\/|https?:\/\/)/.test(text)) return undefined
  const url = new URL(text, origin)
  const own = new URL(origin).origin
  if (url.username !== '' || url.password !== '') return undefined
  if (text.startsWith('/')) return url.origin === own ? url.href : undefined
  return url.origin === own || matchesOrigin(url.origin, trustedOrigins) ? url.href : undefined
}
