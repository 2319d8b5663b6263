import * as v from 'valibot'
import { parsePassword } from '../lib/password.ts'
import { isScope, MAX_SCOPES, type Scope } from '../lib/scope.ts'
import { parseEmail } from '../lib/user.ts'

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

export const password = v.pipe(
  v.string(),
  v.transform((value) => parsePassword(value)),
  v.check((value) => value !== undefined, 'expected 1 to 1,024 bytes of text'),
  v.transform((value) => value as NonNullable<typeof value>),
)

export const name = text(100)
export const label = text(64)

export const scopes = v.pipe(
  v.array(v.pipe(v.string(), v.check(isScope, 'expected a scope such as notes:write'))),
  v.maxLength(MAX_SCOPES, `at most ${MAX_SCOPES} scopes`),
  v.transform((list) => list as Scope[]),
)
