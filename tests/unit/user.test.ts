import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEmail } from '../../lib/user.ts'

test('an email has one form: what is parsed again stays as it is', () => {
  const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
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
  '%j is none',
  (text) => {
    expect(parseEmail(text)).toBeUndefined()
  },
)

test('an email may have 254 bytes', () => {
  const email = `${'a'.repeat(242)}@example.com`
  expect(parseEmail(email)).toBe(email)
})
