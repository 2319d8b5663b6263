import { ACCOUNT_SCOPE, isScope, MAX_GRANTED_SCOPES, type Scope } from '../lib/scope.ts'
import { UsageError } from './command.ts'

// What people type or files hold, by the rules of the routes.

const LONGEST_NAME = 100

/** Scopes apart by commas or spaces, each once. @throws UsageError for one that is none, or too many. */
export function parseScopes(texts: readonly string[]): Scope[] {
  return asScopes(texts.flatMap((text) => text.split(/[\s,]+/)).filter((word) => word !== ''))
}

/** The same one by one. `account` is dropped: everybody holds it. */
export function asScopes(words: readonly string[]): Scope[] {
  const wrong = words.find((word) => !isScope(word))
  if (wrong !== undefined) throw new UsageError(`${JSON.stringify(wrong)} is no scope: one is such as notes:write.`)
  const scopes = [...new Set(words as Scope[])].filter((scope) => scope !== ACCOUNT_SCOPE)
  if (scopes.length > MAX_GRANTED_SCOPES)
    throw new UsageError(
      `A user has at most ${MAX_GRANTED_SCOPES} scopes besides account, and these are ${scopes.length}.`,
    )
  return scopes
}

/** @throws UsageError for a name that is too long or has half a character in it. */
export function parseName(name: string): string {
  if (name.isWellFormed() && [...name].length <= LONGEST_NAME) return name
  throw new UsageError(`A name has at most ${LONGEST_NAME} characters, all of them whole.`)
}
