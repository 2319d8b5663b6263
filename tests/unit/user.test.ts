import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emailFault, parseEmail } from '../../lib/email.ts'
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

test.each([
  'ada@München.example',
  'ada@MÜNCHEN.EXAMPLE',
  'ada@mu\u0308nchen.example',
  'ada@xn--mnchen-3ya.example',
  'ada@münchen.example.',
  'ada@münchen。example',
  'ada@münchen．example｡',
])('parseEmail has one form for %j', (text) => {
  expect(parseEmail(text)).toBe('ada@xn--mnchen-3ya.example')
})

test.each([
  '',
  '@',
  'a@',
  '@b',
  'a@b@c',
  'a b@c',
  'a\n@c',
  'a\u0000@c',
  'a@\u200bc',
  `${'a'.repeat(243)}@example.com`,
  '<a@b>',
  'mailto:a@b',
  'A <a@b>',
  'a@b,c@d',
  'a@b;',
  '"a b"@c',
  'a\u00ad@b',
  'a\u2800@b',
  'a\u200d@b',
  'a@b\u00ad',
  'a@\u3164',
  'a@b..c',
  'a@.b',
  'a@-b',
  'a@b-',
  'a@127.0.0.1',
  'a@0x7f.1',
  'a@[::1]',
  'a@%62',
  'a@b/c',
  'a@b:25',
  'a@b_c',
])('parseEmail refuses %j', (text) => {
  expect(parseEmail(text)).toBeUndefined()
})

test('parseEmail accepts 254 bytes', () => {
  const email = `${'a'.repeat(242)}@example.com`
  expect(parseEmail(email)).toBe(email)
})

test.each([
  ['mailto:ada@example.com', 'without `mailto:`'],
  [' MAILTO:Ada <ada@example.com>', 'without `mailto:`'],
  ['<ada@example.com>', 'without a name, quotes or brackets'],
  ['Ada <ada@example.com>', 'without a name, quotes or brackets'],
  ['"Ada" ada@example.com', 'without a name, quotes or brackets'],
  ['ada@example.com (Ada)', 'without a name, quotes or brackets'],
  ['ada@example.com, grace@example.com', 'one email address, not a list'],
  ['ada@example.com;grace@example.com', 'one email address, not a list'],
  ['ada@example.com grace@example.com', 'one email address, not a list'],
  ['ada lovelace@example.com', 'without spaces or invisible characters'],
  ['ada\u200b@example.com', 'without spaces or invisible characters'],
  ['ada\u202e@example.com', 'without spaces or invisible characters'],
  ['ad\ufffd@example.com', 'some bytes of it were lost'],
  ['ad\ud800@example.com', 'some bytes of it were lost'],
  [`${'a'.repeat(243)}@example.com`, 'at most 254 bytes'],
  ['ada', 'such as ada@example.com'],
  [` ${'a'.repeat(254)} `, 'such as ada@example.com'],
  ['', 'such as ada@example.com'],
])('emailFault says what is wrong with the address %j: expected %s', (text, fault) => {
  expect(parseEmail(text)).toBeUndefined()
  expect(emailFault(text)).toContain(fault)
  expect(emailFault(text)).not.toContain('grace')
})
