import { domainToASCII } from 'node:url'
import { hasInvisible, isIntact } from './typed-text.ts'
import type { Email } from './user.ts'

/** RFC 5321 §4.5.3.1.3, less the angle brackets of the path. */
const MAX_EMAIL_BYTES = 254

// One bare address: no quoted strings, comments, lists, angle brackets or `mailto:`, and no character that is invisible
// or looks like a space. Braille blank (U+2800) is the only such character outside the Unicode properties.
const LOCAL_PART = /^[^\s\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800@<>()[\]\\,;:"]+$/u

// `domainToASCII` also decodes percent signs and IPv4 literals, so only the characters of host names reach it.
const DOMAIN = /^(?:[\p{L}\p{M}\p{N}-]+[.\u3002\uff0e\uff61])*[\p{L}\p{M}\p{N}-]+[.\u3002\uff0e\uff61]?$/u
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u
const LABEL = '[a-z\\d](?:[a-z\\d-]*[a-z\\d])?'
const ASCII_DOMAIN = new RegExp(`^(?:${LABEL}\\.)*(?!\\d+$)${LABEL}$`)

/**
 * Parses an email address into its canonical form, so that one mailbox has one account: trimmed, lower case, NFC, and
 * the domain in its ASCII form (UTS 46) without a trailing dot.
 * @returns `undefined` if the text is not one bare address of at most 254 bytes
 * @example
 * ```ts
 * import { parseEmail } from 'coatcheck'
 *
 * const email = parseEmail(' Ada@MÜNCHEN.example ') // 'ada@xn--mnchen-3ya.example'
 * ```
 */
export function parseEmail(text: string): Email | undefined {
  const parts = text.trim().toLowerCase().normalize('NFC').split('@') // toLowerCase() may decompose
  // Stryker disable next-line StringLiteral: only for the compiler, the number of parts is checked
  const [local = '', domain = ''] = parts
  if (
    !isIntact(text) ||
    parts.length !== 2 ||
    !LOCAL_PART.test(local) ||
    !DOMAIN.test(domain) ||
    INVISIBLE.test(domain)
  )
    return undefined
  const asciiDomain = domainToASCII(domain).replace(/\.$/, '')
  const email = `${local}@${asciiDomain}`
  return ASCII_DOMAIN.test(asciiDomain) && Buffer.byteLength(email) <= MAX_EMAIL_BYTES ? (email as Email) : undefined
}

/** Says what is wrong with a text that `parseEmail` refuses, without repeating it; people paste addresses in many forms. */
export function emailFault(text: string): string {
  if (!isIntact(text)) return 'expected an email address in UTF-8; some bytes of it were lost'
  if (/mailto:/i.test(text)) return 'expected the email address without `mailto:`'
  if (/[<>"()]/.test(text)) return 'expected the email address alone, without a name, quotes or brackets'
  if (/[,;]/.test(text) || text.split('@').length > 2) return 'expected one email address, not a list'
  if (/\s/.test(text.trim()) || hasInvisible(text))
    return 'expected an email address without spaces or invisible characters'
  if (Buffer.byteLength(text.trim()) > MAX_EMAIL_BYTES)
    return `expected an email address of at most ${MAX_EMAIL_BYTES} bytes`
  return 'expected an email address such as ada@example.com'
}
