import * as v from 'valibot'
import { parsePassword } from '../../lib/passwords/password-hasher.ts'

/** A password. In a file of its own, since importing it puts bcrypt into the bundle. */
export const password = v.pipe(
  v.string(),
  v.transform((value) => parsePassword(value)),
  v.check((value) => value !== undefined, 'expected 1 to 1,024 bytes of text'),
  v.transform((value) => value as NonNullable<typeof value>),
)
