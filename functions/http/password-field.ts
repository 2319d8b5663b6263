import * as v from 'valibot'
import { parsePassword } from '../../lib/passwords/password-hasher.ts'

/** Apart from the other fields: whoever imports it has bcrypt in the bundle. */
export const password = v.pipe(
  v.string(),
  v.transform((value) => parsePassword(value)),
  v.check((value) => value !== undefined, 'expected 1 to 1,024 bytes of text'),
  v.transform((value) => value as NonNullable<typeof value>),
)
