import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEmail } from '../../lib/user.ts'
import { anyCharacter } from '../support/any-character.ts'

test('parseEmail is idempotent and normalizes case, white space and composition', () => {
  const part = fc.string({ unit: anyCharacter, minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(part, part, (name, host) => {
      const email = parseEmail(`${name}@${host}`)
      if (email) expect(parseEmail(email)).toBe(email)
    }),
    { numRuns: 5000 },
  )
  expect(parseEmail(' J\u030cANE@Example.COM ')).toBe('\u01f0ane@example.com')
})

test.each(['', '@', 'a@', '@b', 'a@b@c', 'a b@c', 'a\n@c', 'a\u0000@c', 'a@\u200bc', `${'a'.repeat(243)}@example.com`])(
  'parseEmail refuses %j',
  (text) => {
    expect(parseEmail(text)).toBeUndefined()
  },
)

test('parseEmail accepts 254 bytes', () => {
  const email = `${'a'.repeat(242)}@example.com`
  expect(parseEmail(email)).toBe(email)
})
