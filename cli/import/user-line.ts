import type { NewUser } from '../../lib/accounts/users.ts'
import { defined } from '../../lib/defined.ts'
import { systemClock } from '../../lib/system.ts'
import { UsageError } from '../command.ts'
import { parseName, validateScopes } from '../fields.ts'
import { readStatus, STATUS_FIELDS } from './account-status.ts'
import { EMAIL_FIELDS, readEmail } from './email-fields.ts'
import { type Field, type Fields, isBlank, plainName, plainNames, present, readText } from './field-values.ts'
import type { FirebaseHashConfig } from './firebase-hash-config.ts'
import { HASH_FIELDS, readHashFields } from './hash-fields.ts'
import { LineFault } from './line-fault.ts'
import type { Hashing, HashNote } from './stored-hash.ts'
import { assertHarmless } from './unread-fields.ts'

/** How the lines of an import are read. */
export interface LineRules extends Hashing {
  /** Plain names of fields that are dropped, whatever they look like; see `plainName`. */
  readonly ignored?: ReadonlySet<string>
  /** What completes the hashes of a Firebase export. */
  readonly firebase?: FirebaseHashConfig | undefined
  /** Milliseconds since 1970, to tell whether a ban has ended. Default: now. */
  readonly now?: number
}

/** The user of a line, with a note on its hash. */
export interface ReadLine {
  readonly user: NewUser
  readonly note: HashNote | undefined
  /** Names of fields that were not read. */
  readonly unread: readonly string[]
}

const FULL_NAMES = plainNames('name', 'display_name', 'full_name')
const NAME_PARTS = [plainNames('first_name', 'last_name'), plainNames('given_name', 'family_name')]
/** Cognito has the email and other fields in a list of `{"Name": …, "Value": …}`. */
const ATTRIBUTE_LISTS = new Set(plainNames('attributes', 'user_attributes'))

const KNOWN_FIELDS = new Set([
  ...[...EMAIL_FIELDS, ...HASH_FIELDS, ...STATUS_FIELDS],
  ...[...FULL_NAMES, ...NAME_PARTS.flat(), 'nickname', 'scopes'],
])

/**
 * Reads a line in Coatcheck's own format or with the field names of other systems. `null` and an empty value count as
 * absent. @throws LineFault for an invalid line, and for a field that is not read and looks like a hash or a lock
 */
export function readUserLine(text: string, rules: LineRules): ReadLine {
  const { ignored = new Set(), now = systemClock() * 1000 } = rules
  const isIgnored = (name: string) => ignored.has(name)
  const unread: string[] = []
  const fields = new Map<string, Field>()
  const names = new Set<string>()
  for (const [name, value] of entriesOf(parseObject(text))) {
    const plain = plainName(name)
    if (isIgnored(plain)) continue
    if (KNOWN_FIELDS.has(plain)) {
      if (fields.has(plain)) throw new LineFault(`${name}: duplicate field`)
      names.add(plain)
      if (!isBlank(value)) fields.set(plain, { name, value })
    } else {
      assertHarmless(name, value, isIgnored)
      unread.push(name)
    }
  }
  const name = readName(fields)
  const { passwordHash, note } = readHashFields(fields, rules)
  const user: NewUser = {
    ...readEmail(fields, names, now),
    ...defined({ passwordHash, name: name === undefined ? undefined : rethrowAsFault(() => parseName(name)) }),
    scopes: readScopes(fields.get('scopes')),
    status: readStatus(fields, now),
  }
  return { user, note, unread }
}

function parseObject(text: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The message of the error would contain the line.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new LineFault('expected one JSON object in one line; `jq -c .[]` turns a JSON array into lines')
}

/** The fields of a line, and those of its attribute lists. */
function entriesOf(line: object): [name: string, value: unknown][] {
  return Object.entries(line).flatMap(([name, value]) =>
    ATTRIBUTE_LISTS.has(plainName(name)) && Array.isArray(value)
      ? value.map((entry): [string, unknown] => [String(entry?.Name), entry?.Value])
      : [[name, value] as [string, unknown]],
  )
}

function readName(fields: Fields): string | undefined {
  const [whole] = present(fields, FULL_NAMES).map(readText)
  if (whole !== undefined) return whole
  const [parts] = NAME_PARTS.map((names) => present(fields, names).map(readText)).filter((texts) => texts.length > 0)
  return parts?.join(' ') ?? present(fields, ['nickname']).map(readText)[0]
}

function readScopes(field: Field | undefined) {
  if (field === undefined) return []
  const { name, value } = field
  if (!Array.isArray(value) || !value.every((scope) => typeof scope === 'string'))
    throw new LineFault(`${name}: expected a list of strings`)
  return rethrowAsFault(() => validateScopes(value))
}

function rethrowAsFault<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    throw error instanceof UsageError ? new LineFault(error.message) : error
  }
}
