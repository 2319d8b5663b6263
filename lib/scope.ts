declare const brand: unique symbol

/** A permission such as `notes:write`: a scope token of RFC 6749 §3.3 of at most 64 characters, compared exactly. */
export type Scope = string & { readonly [brand]: 'Scope' }

/** The scope of the routes of a user's own account; every user holds it without a grant. */
export const ACCOUNT_SCOPE = 'account' as Scope

/** The most scopes of a session, so that its row stays below one read unit. */
export const MAX_SCOPES = 16

/** The most scopes granted to a user; a session has `account` in addition. */
export const MAX_GRANTED_SCOPES = MAX_SCOPES - 1

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/

/**
 * Whether a text is a scope.
 * @example
 * ```ts
 * import { isScope, type Scope } from 'coatcheck'
 *
 * const scopes: Scope[] = ['notes:read', 'notes:write'].filter(isScope)
 * ```
 */
export function isScope(text: string): text is Scope {
  return SCOPE.test(text)
}

/**
 * Returns the required scopes that are not held. Scopes are compared exactly: there are no prefixes and no wildcards.
 * @example
 * ```ts
 * import { missingScopes, type Scope, type Session } from 'coatcheck'
 *
 * const mayWrite = (session: Session) => missingScopes(['notes:write' as Scope], session.scopes).length === 0
 * ```
 */
export function missingScopes(required: readonly Scope[], held: readonly Scope[]): Scope[] {
  return required.filter((scope) => !held.includes(scope))
}

/** The scopes a user holds: the granted scopes and `account`. */
export function heldScopes({ scopes }: { readonly scopes: readonly Scope[] }): Scope[] {
  return [...new Set([ACCOUNT_SCOPE, ...scopes])]
}
