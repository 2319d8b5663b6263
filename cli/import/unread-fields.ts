import { asBoolean, isBlank, plainName } from './field-values.ts'
import { LineFault } from './line-fault.ts'

// An import must not drop a password, a lock or a second factor because it does not know the name of the field.

/** Times, counters and reset tokens beside a password or a second factor, which an import may drop. */
const TIMES =
  /(set|changed?|updated?|reset|modified|sent|expire[sd]?|expiry)(at|on|date|time)?$|(token|count|attempts)$/
/** Details of a lock whose state another field has. `LockoutEnabled`: whether wrong passwords lock, in ASP.NET Identity. */
const LOCK_DETAILS = /(token|count|attempts|reason|by|seconds)$|^lockout.?enabled$/

const PASSWORD = /pass(word|wd|phrase)|pwd|hash|salt|digest|credential|crypt|pepper/
const FACTOR = /secret|totp|mfa|2fa|(two|multi).?factor|(backup|recovery).?code|webauthn|passkey|authenticator/
const LOCK = /locked|lockout|banned|blocked|disabled|suspended|suspension|deactivated|inactive|deleted|terminated/
const LOCK_WORDS = new Set(['ban', 'lock', 'block', 'frozen', 'restricted', 'revoked', 'archived', 'closed'])
/** `account_active`, `login_allowed`: false says that the user must not sign in. */
const PERMIT = /^(is|account|user|login|signin|can|may).*(active|enabled|allowed|login|signin)$/
/** A password hash by its value, whatever the name of the field. */
const HASH_VALUE = /^(\$[\w-]{1,20}\$|\{[\w-]{2,20}\}.{16}|(pbkdf2|scrypt|bcrypt|argon2|sha\d|md\d)[\w:-]*\$)/i

const MAX_DEPTH = 4

/**
 * Refuses a field that the import does not read if it looks like a password hash, a salt, a lock or a second factor,
 * also within lists and objects. @throws LineFault that names the field
 */
export function assertHarmless(name: string, value: unknown, isIgnored: (name: string) => boolean, depth = 0): void {
  if (isBlank(value) || isEmptyObject(value) || isIgnored(plainName(name))) return
  const kind = depth === 0 || !/\.\d+$/.test(name) ? suspicion(name.slice(name.lastIndexOf('.') + 1), value) : undefined
  if (kind) throw new LineFault(`${name}: ${kind}, or give --ignore-fields ${name} to import the user without it`)
  if (typeof value === 'string' && HASH_VALUE.test(value))
    throw new LineFault(
      `${name}: not read, but its value looks like a password hash; rename it to passwordHash, or give --ignore-fields ${name}`,
    )
  const inner = typeof value === 'string' && /^\s*[{[]/.test(value) ? parsed(value) : value
  if (typeof inner !== 'object' || inner === null || depth === MAX_DEPTH) return
  for (const [key, entry] of Object.entries(inner)) assertHarmless(`${name}.${key}`, entry, isIgnored, depth + 1)
}

function suspicion(name: string, value: unknown): string | undefined {
  const plain = plainName(name)
  const boolean = asBoolean(value)
  if (PERMIT.test(plain) && boolean === false)
    return 'not read, but looks like a lock; say it by status (active or disabled)'
  if (boolean === false) return undefined
  const isLock = LOCK.test(plain) || wordsOf(name).some((word) => LOCK_WORDS.has(word))
  if (isLock && !LOCK_DETAILS.test(plain))
    return 'not read, but looks like a lock; say it by status (active or disabled)'
  if (TIMES.test(plain)) return undefined
  if (FACTOR.test(plain) || wordsOf(name).includes('otp'))
    return 'looks like a second factor, which Coatcheck does not have; leave the user out'
  // `hasPassword: true` and a number are no hash.
  if ((PASSWORD.test(plain) || wordsOf(name).includes('pass')) && boolean === undefined && typeof value !== 'number')
    return 'not read, but looks like a part of a password hash; rename it to passwordHash if it is the complete hash'
  return undefined
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function wordsOf(name: string): string[] {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
}

/** A column of JSON in a CSV file. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
