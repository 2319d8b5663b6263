import * as v from 'valibot'
import { emailFault, parseEmail } from '../../lib/email.ts'
import { ACCOUNT_SCOPE, isScope, MAX_GRANTED_SCOPES, MAX_SCOPES, type Scope } from '../../lib/scope.ts'
import { hasInvisible, isIntact } from '../../lib/typed-text.ts'
import type { Email } from '../../lib/user.ts'

// Body fields that several routes accept. Messages never repeat the received value.

/** A well-formed text (no lone surrogates) of at most `max` characters, all of which can be seen. */
const text = (max: number) =>
  v.pipe(
    v.string(),
    v.check(
      (value) => isIntact(value) && [...value].length <= max,
      `expected at most ${max} characters of well-formed text`,
    ),
    v.check((value) => !hasInvisible(value), 'expected no invisible characters, line breaks or direction marks'),
  )

export const email = v.pipe(
  v.string(),
  v.check(
    (value) => parseEmail(value) !== undefined,
    ({ input }) => emailFault(input),
  ),
  v.transform((value) => parseEmail(value) as Email),
)

/** A secret that the service has handed out; any other text is refused like one that is no longer good. */
export const secretText = v.pipe(v.string(), v.maxLength(200, 'expected the text as it was handed out'))

/** A code of an authenticator app, or a recovery code, as typed. */
export const oneTimeCode = v.pipe(v.string(), v.maxLength(64, 'expected a code'))

/** Whether the session's token is set as a cookie or returned. */
export const credential = v.optional(v.picklist(['cookie', 'bearer']), 'cookie')

export const name = text(100)
export const label = text(64)

export const scopes = v.pipe(
  v.array(v.pipe(v.string(), v.check(isScope, 'expected a scope such as notes:write'))),
  v.maxLength(MAX_SCOPES, `expected at most ${MAX_SCOPES} scopes`),
  v.transform((list) => list as Scope[]),
)

/** Scopes to grant. Every user holds `account` without a grant, so it is removed from the list. */
export const granted = v.pipe(
  scopes,
  v.transform((list) => [...new Set(list)].filter((scope) => scope !== ACCOUNT_SCOPE)),
  v.maxLength(MAX_GRANTED_SCOPES, `expected at most ${MAX_GRANTED_SCOPES} scopes besides account`),
)
