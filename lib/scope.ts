declare const brand: unique symbol

/** One permission, an RFC 6749 §3.3 scope token of at most 64 characters: `notes:write`. Compared exactly. */
export type Scope = string & { readonly [brand]: 'Scope' }

/** Every user holds it without being granted it: their own account's routes. */
export const ACCOUNT_SCOPE = 'account' as Scope

/** What a session row has room for: a row stays below one read unit. */
export const MAX_SCOPES = 16

/** What a user can be granted: a session has room for `account` besides. */
export const MAX_GRANTED = MAX_SCOPES - 1

const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/

export function isScope(text: string): text is Scope {
  return SCOPE.test(text)
}

/** The required scopes that are not among the held ones: plain set membership, no prefixes and no wildcards. */
export function missingScopes(required: readonly Scope[], held: readonly Scope[]): Scope[] {
  return required.filter((scope) => !held.includes(scope))
}

/** What a user holds: the granted scopes and the account's own. */
export function heldScopes({ scopes }: { readonly scopes: readonly Scope[] }): Scope[] {
  return [...new Set([ACCOUNT_SCOPE, ...scopes])]
}
