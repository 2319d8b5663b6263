import type { NewUser } from '../../lib/accounts/users.ts'
import { defined } from '../../lib/defined.ts'
import { parseEmail, type User } from '../../lib/user.ts'
import { UsageError } from '../command.ts'
import { asScopes, parseName } from '../fields.ts'
import { LineFault } from './line-fault.ts'
import { type Hashing, type HashNote, readHash } from './stored-hash.ts'

/** What a line says, and what is to be noted about it. */
export interface ReadLine {
  readonly user: NewUser
  readonly note: HashNote | undefined
  /** The names of fields that are not read, as they stand there. */
  readonly unread: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

const READ = new Set([
  ...['email', 'name', 'passwordhash', 'scopes', 'emailverified', 'status'],
  // Auth0's, besides: of its user export, and of its export of password hashes.
  ...['nickname', 'blocked', 'identifiers'],
])

/**
 * Reads a line in Coatcheck's own form or in either of Auth0's. Names count without capitals, spaces and underscores,
 * so that `emailVerified`, `email_verified` and `Email Verified` are one; `null` is as good as nothing.
 * @throws LineFault for a line that makes no user.
 */
export function readUserLine(text: string, hashing: Hashing): ReadLine {
  const unread: string[] = []
  const fields: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(parseObject(text))) {
    const known = name.replace(/[\s_]/g, '').toLowerCase()
    if (known === 'password') throw new LineFault('a password in the clear is not imported: store its bcrypt hash')
    if (!READ.has(known)) unread.push(name)
    else if (value !== null) {
      if (known in fields) throw new LineFault(`${name}: is there twice`)
      fields[known] = value
    }
  }
  const identifier = emailIdentifier(fields.identifiers)
  const own = textOf(fields, 'email')
  const email = parseEmail(own ?? identifier?.value ?? '')
  const verified = identifier !== undefined && parseEmail(identifier.value) === email && identifier.verified
  if (!email) throw new LineFault('email: expected an email address of at most 254 bytes')
  const name = textOf(fields, 'name') ?? textOf(fields, 'nickname')
  const { passwordHash, note } = readHash(textOf(fields, 'passwordhash'), hashing)
  const user: NewUser = {
    email,
    emailVerified: yesOrNo(fields, 'emailverified') ?? verified,
    ...defined({ passwordHash, name: name === undefined ? undefined : orFault(() => parseName(name)) }),
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
    // Its message would repeat the line.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new LineFault('not a JSON object in one line; a file that is one array becomes lines with `jq -c .[]`')
}

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name]
  if (value === undefined || typeof value === 'string') return value
  throw new LineFault(`${name}: expected text`)
}

function yesOrNo(fields: Fields, name: string): boolean | undefined {
  const value = fields[name]
  if (value === undefined || typeof value === 'boolean') return value
  throw new LineFault(`${name}: expected true or false`)
}

function readScopes(value: unknown) {
  if (value === undefined) return []
  if (!Array.isArray(value) || !value.every((scope) => typeof scope === 'string'))
    throw new LineFault('scopes: expected a list of texts')
  return orFault(() => asScopes(value))
}

/** Whom Auth0 has blocked does not get in here. */
function readStatus(fields: Fields): User['status'] {
  const { status = 'active' } = fields
  if (status !== 'active' && status !== 'disabled') throw new LineFault('status: expected active or disabled')
  return yesOrNo(fields, 'blocked') ? 'disabled' : status
}

/** Where Auth0's newer exports of password hashes have the email when `email` is not there. */
function emailIdentifier(value: unknown): { value: string; verified: boolean } | undefined {
  if (!Array.isArray(value)) return undefined
  const found = value.find((one) => one?.type === 'email' && typeof one.value === 'string')
  return found && { value: found.value, verified: found.verified === true }
}

function orFault<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw error instanceof UsageError ? new LineFault(error.message) : error
  }
}
