import * as v from 'valibot'
import { ACCOUNT_SCOPE, isScope, MAX_GRANTED_SCOPES, MAX_SCOPES, type Scope } from '../../lib/scope.ts'
import { parseEmail } from '../../lib/user.ts'

// The body fields that more than one route takes. Messages never repeat what was received.

/** Text of at most so many characters, none of them half a one. */
const text = (most: number) =>
  v.pipe(
    v.string(),
    v.check(
      (value) => value.isWellFormed() && [...value].length <= most,
      `at most ${most} characters, all of them whole`,
    ),
  )

export const email = v.pipe(
  v.string(),
  v.transform((value) => parseEmail(value)),
  v.check((value) => value !== undefined, 'expected an email address of at most 254 bytes'),
  v.transform((value) => value as NonNullable<typeof value>),
)

export const name = text(100)
export const label = text(64)

export const scopes = v.pipe(
  v.array(v.pipe(v.string(), v.check(isScope, 'expected a scope such as notes:write'))),
  v.maxLength(MAX_SCOPES, `at most ${MAX_SCOPES} scopes`),
  v.transform((list) => list as Scope[]),
)

/** Scopes to grant. Everybody holds `account` without being granted it, and a session has room for it besides. */
export const granted = v.pipe(
  scopes,
  v.transform((list) => [...new Set(list)].filter((scope) => scope !== ACCOUNT_SCOPE)),
  v.maxLength(MAX_GRANTED_SCOPES, `at most ${MAX_GRANTED_SCOPES} scopes besides account`),
)
