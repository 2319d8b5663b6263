import fc from 'fast-check'
import { anyCharacter } from '../../../tests/support/any-character.ts'
import { CANARY } from './secrets.ts'

// Arbitrary values: short and long texts, NUL, syntax of other languages, JSON of any shape. Lone surrogates are members of
// the lists: UTF-8 cannot represent them, so a request holds them only as JSON escapes.

const SPECIAL = [
  CANARY,
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\u202e',
  '\u2028',
  '__proto__',
  'constructor',
  'null',
  '[]',
  '-1',
  '1e999',
  '../../etc/passwd',
  '%00',
  '%2e%2e%2f',
  "' OR 1=1 --",
  '{"S":"x"}',
  '{{jndi:ldap://x}}',
  'İ@example.com',
  'ﬀ@ﬀ',
  'a@b',
  'admin:write',
]

export const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SPECIAL) },
  { weight: 5, arbitrary: fc.string({ unit: anyCharacter, maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('a', 'é', '\u0301', '💥', `${CANARY} `), fc.constantFrom(64, 100, 254, 1024, 17_000))
      .map(([piece, length]) => piece.repeat(length).slice(0, length)),
  },
)

export const json: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.constantFrom(null, true, false, 0, -1, 1e308, -0, 2 ** 53, [], {}, [[]], [CANARY]),
  fc.jsonValue({ maxDepth: 3 }),
)

/** Names of fields and parameters, without the canary, since a problem repeats them. */
export const name = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', '', ' ', 'a/b~c', 'email', 'password', 'scopes', '\ud800'),
  fc.string({ maxLength: 80 }),
)
