import type { NewUser } from '../../lib/accounts/users.ts'
import { defined } from '../../lib/defined.ts'
import { emailFault, parseEmail } from '../../lib/email.ts'
import type { User } from '../../lib/user.ts'
import { UsageError } from '../command.ts'
import { parseName, validateScopes } from '../fields.ts'
import { LineFault } from './line-fault.ts'
import { type Hashing, type HashNote, readHash } from './stored-hash.ts'

/** The user of a line, with a note on its hash. */
export interface ReadLine {
  readonly user: NewUser
  readonly note: HashNote | undefined
  /** Names of ignored fields. */
  readonly unread: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const KNOWN_FIELDS = new Set([
  ...['email', 'name', 'passwordhash', 'scopes', 'emailverified', 'status'],
  // Fields of Auth0's user export and of its export of password hashes.
  ...['nickname', 'blocked', 'identifiers'],
])

/**
 * Reads a line in Coatcheck's own format or in one of Auth0's. Case, spaces and underscores in names are ignored, so
 * `emailVerified`, `email_verified` and `Email Verified` are the same field. `null` counts as absent.
 * @throws LineFault for an invalid line
 */
export function readUserLine(text: string, hashing: Hashing): ReadLine {
  const unread: string[] = []
  const fields: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(parseObject(text))) {
    const known = name.replace(/[\s_]/g, '').toLowerCase()
    if (known === 'password')
      throw new LineFault('password: a plain-text password is not accepted; use passwordHash with its bcrypt hash')
    if (!KNOWN_FIELDS.has(known)) unread.push(name)
    else if (value !== null) {
      if (known in fields) throw new LineFault(`${name}: duplicate field`)
      fields[known] = value
    }
  }
  const identifier = emailIdentifier(fields.identifiers)
  const own = readText(fields, 'email')
  const address = own ?? identifier?.value ?? ''
  const email = parseEmail(address)
  const verified = identifier !== undefined && parseEmail(identifier.value) === email && identifier.verified
  if (!email) throw new LineFault(`email: ${emailFault(address)}`)
  const name = readText(fields, 'name') ?? readText(fields, 'nickname')
  const { passwordHash, note } = readHash(readText(fields, 'passwordhash'), hashing)
  const user: NewUser = {
    email,
    emailVerified: readBoolean(fields, 'emailverified') ?? verified,
    ...defined({ passwordHash, name: name === undefined ? undefined : rethrowAsFault(() => parseName(name)) }),
    scopes: readScopes(fields.scopes),
    status: readStatus(fields),
  }
  return { user, note, unread }
}

function parseObject(text: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The message of the error would contain the line.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new LineFault('expected one JSON object in one line; `jq -c .[]` turns a JSON array into lines')
}

function readText(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  if (value === undefined || typeof value === 'string') return value
  throw new LineFault(`${name}: expected a string`)
}

function readBoolean(fields: Fields, name: string): boolean | undefined {
  const value = fields[name]
  if (value === undefined || typeof value === 'boolean') return value
  throw new LineFault(`${name}: expected true or false`)
}

function readScopes(value: unknown) {
  if (value === undefined) return []
  if (!Array.isArray(value) || !value.every((scope) => typeof scope === 'string'))
    throw new LineFault('scopes: expected a list of strings')
  return rethrowAsFault(() => validateScopes(value))
}

/** A user that Auth0 has blocked is imported as disabled. */
function readStatus(fields: Fields): User['status'] {
  const { status = 'active' } = fields
  if (status !== 'active' && status !== 'disabled') throw new LineFault('status: expected active or disabled')
  return readBoolean(fields, 'blocked') ? 'disabled' : status
}

/** Newer exports of Auth0 have the email in `identifiers` instead of `email`. */
function emailIdentifier(value: unknown): { value: string; verified: boolean } | undefined {
  if (!Array.isArray(value)) return undefined
  const found = value.find((entry) => entry?.type === 'email' && typeof entry.value === 'string')
  return found && { value: found.value, verified: found.verified === true }
}

function rethrowAsFault<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw error instanceof UsageError ? new LineFault(error.message) : error
  }
}
