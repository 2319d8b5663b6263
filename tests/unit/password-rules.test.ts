import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PasswordRejectedError } from '../../lib/errors.ts'
import { BLOCKLIST } from '../../lib/passwords/blocklist.ts'
import { ownWords } from '../../lib/passwords/own-words.ts'
import { assertNewPassword } from '../../lib/passwords/password-rules.ts'
import { Secret } from '../../lib/secret.ts'
import { anyCharacter } from '../support/any-character.ts'

const WORDS = ownWords({ email: 'ada@example.com', name: 'Ada King-Lovelace', origin: 'https://app.example.com' })

/** The error, or `undefined`. */
function refusal(text: string, minLength = 15, words: readonly string[] = WORDS): PasswordRejectedError | undefined {
  try {
    assertNewPassword(new Secret(text), { minLength, words })
  } catch (error) {
    if (error instanceof PasswordRejectedError) return error
    throw error
  }
  return undefined
}

describe('the length rule', () => {
  test('refuses 14 characters with the reason and accepts 15 [PW-01]', () => {
    expect(refusal('plum tent gala')).toMatchObject({
      code: 'password_rejected',
      rule: 'length',
      message: 'A password must have at least 15 characters; this one has 14.',
    })
    expect(refusal('plum tent galas')).toBeUndefined()
  })

  test('counts the characters of the normalized password, which is the one that is hashed [PW-02]', () => {
    expect(refusal('plum tent gale\u0301')).toMatchObject({ message: expect.stringContaining('this one has 14') })
    expect(refusal('plum tent gale\u0301s')).toBeUndefined()
  })

  test('counts code points: refuses 8 emoji of 16 UTF-16 units and accepts 15 [PW-02]', () => {
    expect('😀'.repeat(8)).toHaveLength(16)
    expect(refusal('😀'.repeat(8))).toMatchObject({
      rule: 'length',
      message: expect.stringContaining('this one has 8'),
    })
    expect(refusal('😀'.repeat(15))).toBeUndefined()
  })

  test('accepts 64 characters of one byte and of four [PW-02]', () => {
    expect(refusal('😀'.repeat(64))).toBeUndefined()
    expect(refusal('plum tent galas '.repeat(4))).toBeUndefined()
  })
})

test.each([
  ['20 lower-case letters', 'plumtentgalaswindmill'.slice(0, 20)],
  ['spaces inside, before and behind', ' plum  tent galas '],
  ['one character again and again', 'ž'.repeat(15)],
  ['Chinese', '春眠不觉晓处处闻啼鸟夜来风雨声'],
  ['Hebrew', 'שלום לכולם ולילה טוב'],
  ['Arabic', 'صباح الخير يا أصدقاء'],
])('a password is accepted without composition rules: %s [PW-08]', (_, text) => {
  expect(refusal(text)).toBeUndefined()
})

describe('the blocklist', () => {
  const entries = BLOCKLIST.split(' ')
  const between = (from: number, to: number) =>
    entries.filter((entry) => [...entry].length >= from && [...entry].length <= to)

  test.each([
    'passwordpassword',
    'PasswordPassword',
    'PASSWORDPASSWORD',
    'ｐａｓｓｗｏｒｄpassword',
    ' passwordpassword ',
  ])('refuses %j as common [PW-09]', (text) => {
    expect(refusal(text)).toMatchObject({ rule: 'common', message: expect.stringContaining('Choose another') })
  })

  test('accepts a long phrase that contains an entry [PW-09]', () => {
    expect(refusal('my passwordpassword is a windmill')).toBeUndefined()
    expect(refusal('passwordpassword1')).toBeUndefined()
  })

  test('refuses every entry as common: all are stored in the normalized form [PW-09]', () => {
    const accepted = entries.filter((entry) => refusal(entry, 8, [])?.rule !== 'common')
    expect(accepted).toEqual([])
  })

  test('has no duplicate and no entry shorter than the shortest password [PW-09]', () => {
    expect(new Set(entries).size).toBe(entries.length)
    expect(between(0, 7)).toEqual([])
  })

  test('has at least 10,000 entries of 8 to 14 characters [PW-09]', () => {
    expect(between(8, 14).length).toBeGreaterThanOrEqual(10_000)
  })

  test('refuses at least 10,000 common passwords of 15 or more characters: entries, and short entries typed twice [PW-09]', () => {
    const long = between(15, 1024)
    expect(long.length).toBeGreaterThanOrEqual(9_500)
    const doubled = between(8, 14).map((entry) => entry + entry)
    for (const entry of doubled) expect(refusal(entry, 15, [])?.rule).toBe('common')
    expect(new Set([...long, ...doubled]).size).toBeGreaterThanOrEqual(10_000)
  })
})

describe('the own words rule', () => {
  test.each([
    'ada@example.com1',
    'Ada@Example.COM 2026',
    'example.com example.com',
    'app.example.com!',
    'ada-king-lovelace',
    'LovelaceLovelace',
    'coatcheck coatcheck',
    '1coatcheck2coatcheck3',
    'ａｄａｋｉｎｇｌｏｖｅｌａｃｅ',
    'exampleadaexample',
  ])('refuses %j [PW-09]', (text) => {
    expect(refusal(text)).toMatchObject({ rule: 'own_words', message: expect.stringContaining('Add words') })
  })

  test.each([
    'ada loves long example walks',
    'a windmill for coatcheck',
    'zq ada lovelace ada',
    'adaadaadaadaadax',
    'coatcheck for a windmill',
    '2026-11-22 19:45:07',
  ])('accepts %j [PW-09]', (text) => {
    expect(refusal(text)).toBeUndefined()
  })

  test('ignores words of fewer than three characters [PW-09]', () => {
    const words = ownWords({ email: 'jo@x.io', name: 'Jo', origin: '' })
    expect(refusal('jo jo jo jo jo jo', 15, words)).toBeUndefined()
    expect(refusal('jo@x.io jo@x.io 1', 15, words)?.rule).toBe('own_words')
  })

  test('uses the email, the name, the service’s name and host, and their parts', () => {
    expect(ownWords({ email: 'ada.k@mail.example', origin: 'http://localhost:4000' })).toEqual([
      ...['ada.k', 'ada', 'k', 'mail.example', 'mail', 'example', 'ada.k@mail.example', 'localhost', 'coatcheck'],
    ])
    expect(ownWords({ email: 'a@b.c', origin: 'https://[2001:db8::1]:8443' })).toContain('[2001:db8::1]')
    expect(WORDS).toEqual(expect.arrayContaining(['Ada King-Lovelace', 'King', 'Lovelace', 'app.example.com', 'app']))
  })
})

describe('any password', () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc
      .array(fc.constantFrom('ada', 'example', '.', '1', ' ', '😀', '\ud800'), { maxLength: 30 })
      .map((l) => l.join('')),
  )

  test('is accepted or refused with a rule, and never contained in the message', () => {
    fc.assert(
      fc.property(text, text, (password, name) => {
        const error = refusal(password, 8, ownWords({ email: 'ada@example.com', name, origin: '' }))
        if (!error) return
        expect(['length', 'own_words', 'common']).toContain(error.rule)
        if ([...password].length >= 8) expect(error.message).not.toContain(password)
      }),
      { numRuns: 2000 },
    )
  })

  test('that consists of own words is refused however they are joined', () => {
    const word = fc.constantFrom('ada', 'EXAMPLE', 'Lovelace', 'ada@example.com')
    const joint = fc.constantFrom('', ' ', '-', '7', '!9', '\u200b')
    fc.assert(
      fc.property(fc.array(fc.tuple(word, joint), { minLength: 5 }), (pairs) => {
        expect(refusal(pairs.flat().join(''))?.rule).toBe('own_words')
      }),
    )
  })
})
