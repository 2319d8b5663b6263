import { matchesOrigin } from '../origin.ts'

/**
 * Returns where a page wants its user sent back to after the sign-in, if that is a page of the service's own origin or of
 * a trusted one; `undefined` for anything else, so that the service forwards nobody to a stranger's page (CWE-601).
 * @param asked the query parameter `returnTo`: a path such as `/notes?open=1`, or a whole address
 */
export function returnAddress(
  asked: string,
  { origin, trustedOrigins }: { readonly origin: string; readonly trustedOrigins: readonly string[] },
): string | undefined {
  // Browsers read \ as /, and leave out tabs and line breaks.
  if (/[\\\p{Cc}\s]/u.test(asked) || asked.startsWith('//')) return undefined
  const base = asked.startsWith('/') ? origin : undefined
  if (!URL.canParse(asked, base)) return undefined
  const url = new URL(asked, base)
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined
  return url.origin === origin || matchesOrigin(url.origin, trustedOrigins) ? url.href : undefined
}
