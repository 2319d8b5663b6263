import * as v from 'valibot'
import { parseEmail } from '../../lib/email.ts'
import { ACCOUNT_SCOPE, isScope, MAX_GRANTED_SCOPES, MAX_SCOPES, type Scope } from '../../lib/scope.ts'

// Body fields that several routes accept. Messages never repeat the received value.

/** Lets a text read in another order or as another text. Emoji and some scripts need joiners and variation selectors. */
const INVISIBLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u2800]|(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/u

/** A well-formed text (no lone surrogates) of at most `max` characters, all of which can be seen. */
const text = (max: number) =>
  v.pipe(
    v.string(),
    v.check(
      (value) => value.isWellFormed() && [...value].length <= max,
      `expected at most ${max} characters of well-formed text`,
    ),
    v.check((value) => !INVISIBLE.test(value), 'expected no invisible characters, line breaks or direction marks'),
  )

export const email = v.pipe(
  v.string(),
  v.transform((value) => parseEmail(value)),
  v.check(
    (value) => value !== undefined,
    'expected one email address such as ada@example.com, at most 254 bytes, without a name or angle brackets',
  ),
  v.transform((value) => value as NonNullable<typeof value>),
)

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
