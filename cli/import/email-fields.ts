import { emailFault, parseEmail } from '../../lib/email.ts'
import type { Email } from '../../lib/user.ts'
import { asBoolean, type Field, type Fields, plainNames, present, readInstant, readText } from './field-values.ts'
import { LineFault } from './line-fault.ts'

/** The last one is Clerk's. */
export const ADDRESSES = plainNames('email', 'email_address', 'primary_email', 'primary_email_address')
/** Booleans, or the time of the verification: Laravel and Auth.js `email_verified_at`, Supabase `email_confirmed_at`. */
const VERIFICATIONS = plainNames(
  ...['email_verified', 'is_email_verified', 'email_verified_at', 'email_confirmed', 'email_confirmed_at'],
)
/** Clerk's list of verified addresses. */
const [VERIFIED_LIST = ''] = plainNames('verified_email_addresses')
/** Devise's time of the verification; Supabase's also tells of a verified telephone number. */
const [CONFIRMED_AT = '', ...BESIDE_A_PHONE] = plainNames('confirmed_at', 'email_confirmed_at', 'phone_confirmed_at')
/** Newer exports of Auth0 have the email in `identifiers`. */
const IDENTIFIERS = 'identifiers'

/** The plain names of all fields that `readEmail` reads. */
export const EMAIL_FIELDS = [
  ...[...ADDRESSES, ...VERIFICATIONS, VERIFIED_LIST, CONFIRMED_AT, ...BESIDE_A_PHONE, IDENTIFIERS],
]

/**
 * Reads the email and whether it is verified: only if every field that speaks of it says so.
 * @param names plain names of all fields of the line, empty ones too
 * @throws LineFault without exactly one valid email
 */
export function readEmail(
  fields: Fields,
  names: ReadonlySet<string>,
  now: number,
): { email: Email; emailVerified: boolean } {
  const identifier = emailIdentifier(fields.get(IDENTIFIERS)?.value)
  const addresses = present(fields, ADDRESSES).map(readText)
  const [address = identifier?.value ?? '', ...others] = addresses
  const email = parseEmail(address)
  if (!email) throw new LineFault(`email: ${emailFault(address)}`)
  if (others.some((other) => parseEmail(other) !== email)) throw new LineFault('email: several different addresses')

  const statements = present(fields, VERIFICATIONS).map((field) => isVerified(field, now))
  const list = fields.get(VERIFIED_LIST)
  if (list) statements.push(addressesIn(list).some((text) => parseEmail(text) === email))
  const confirmed = fields.get(CONFIRMED_AT)
  if (confirmed && !BESIDE_A_PHONE.some((name) => names.has(name))) statements.push(readInstant(confirmed) <= now)
  if (statements.length === 0 && identifier && parseEmail(identifier.value) === email)
    statements.push(identifier.verified)
  return { email, emailVerified: statements.length > 0 && !statements.includes(false) }
}

function isVerified(field: Field, now: number): boolean {
  const boolean = asBoolean(field.value)
  if (boolean !== undefined) return boolean
  try {
    return readInstant(field) <= now
  } catch {
    throw new LineFault(`${field.name}: expected true, false or the time of the verification`)
  }
}

function addressesIn({ value }: Field): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((entry) => String(entry).split(/[\s,;|]+/))
}

function emailIdentifier(value: unknown): { value: string; verified: boolean } | undefined {
  if (!Array.isArray(value)) return undefined
  const found = value.find((entry) => entry?.type === 'email' && typeof entry.value === 'string')
  return found && { value: found.value, verified: found.verified === true }
}
