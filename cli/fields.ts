import { isIP } from 'node:net'
import { ACCOUNT_SCOPE, isScope, MAX_GRANTED_SCOPES, type Scope } from '../lib/scope.ts'
import { hasInvisible, isIntact } from '../lib/typed-text.ts'
import { UsageError } from './command.ts'

// Fields of arguments and of imported lines, with the rules of the HTTP routes.

const MAX_NAME_LENGTH = 100

/** Reads scopes separated by commas or spaces; drops duplicates. @throws UsageError for an invalid scope or too many. */
export function parseScopes(texts: readonly string[]): Scope[] {
  return validateScopes(texts.flatMap((text) => text.split(/[\s,]+/)).filter((word) => word !== ''))
}

/** Validates scopes; drops duplicates and `account`, which every user has. @throws UsageError as `parseScopes`. */
export function validateScopes(words: readonly string[]): Scope[] {
  const invalid = words.find((word) => !isScope(word))
  if (invalid !== undefined)
    throw new UsageError(`Invalid scope ${JSON.stringify(invalid)}.`, 'A scope looks like notes:write.')
  const scopes = [...new Set(words as Scope[])].filter((scope) => scope !== ACCOUNT_SCOPE)
  if (scopes.length > MAX_GRANTED_SCOPES)
    throw new UsageError(
      `Too many scopes (${scopes.length}).`,
      `A user has at most ${MAX_GRANTED_SCOPES} besides account.`,
    )
  return scopes
}

/** @throws UsageError for a name that is too long, is not intact or has invisible characters. */
export function parseName(name: string): string {
  if (isIntact(name) && !hasInvisible(name) && [...name].length <= MAX_NAME_LENGTH) return name
  throw new UsageError(
    'Invalid name.',
    `A name is well-formed Unicode of at most ${MAX_NAME_LENGTH} characters, all of which can be seen.`,
  )
}

/** Reads a whole number from 1 to `max`. @throws UsageError that names the option */
export function parseCount(option: string, text: string, max: number): number {
  if (/^[1-9]\d*$/.test(text) && Number(text) <= max) return Number(text)
  throw new UsageError(
    `Invalid ${option} ${JSON.stringify(text)}.`,
    `Expected a whole number from 1 to ${max.toLocaleString('en')}.`,
  )
}

/** Reads the addresses of `--source`. @throws UsageError for text that is not an IP address. */
export function parseAddresses(texts: readonly string[] = []): readonly string[] {
  const invalid = texts.find((text) => isIP(text) === 0)
  if (invalid === undefined) return texts
  throw new UsageError(`Invalid --source ${JSON.stringify(invalid)}.`, 'Expected an IP address.')
}
