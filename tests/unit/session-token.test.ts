import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Secret } from '../../lib/secret.ts'
import { formatToken, hashSecret, mintToken, parseToken, secretMatches } from '../../lib/sessions/session-token.ts'
import { systemRandomText } from '../../lib/system.ts'
import { anyCharacter } from '../support/any-character.ts'
import { draws } from '../support/draws.ts'
import { newUserId } from '../support/samples.ts'

const part = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'ABCabc019_-'), minLength: length, maxLength: length })

describe('session token', () => {
  test('is parsed back from its text', () => {
    fc.assert(
      fc.property(part(21), part(21), part(43), (userId, sessionId, secret) => {
        const token = parseToken(`cct_${userId}.${sessionId}.${secret}`)
        expect(token).toMatchObject({ userId, sessionId })
        expect(token && formatToken(token).reveal()).toBe(`cct_${userId}.${sessionId}.${secret}`)
        expect(token && secretMatches(token.secret, hashSecret(new Secret(secret)))).toBe(true)
      }),
    )
  })

  test('is not parsed from any other text', () => {
    const good = formatToken(mintToken(newUserId(), systemRandomText)).reveal()
    fc.assert(
      fc.property(fc.nat(good.length), fc.string({ unit: anyCharacter, minLength: 1, maxLength: 3 }), (at, extra) => {
        expect(parseToken(good.slice(0, at) + extra + good.slice(at))).toBeUndefined()
      }),
    )
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => parseToken(text) === undefined))
    for (const text of [
      '',
      `${good}\n`,
      ` ${good}`,
      good.replace('cct_', 'CCT_'),
      good.replaceAll('.', '_'),
      good.slice(0, -1),
    ])
      expect(parseToken(text)).toBeUndefined()
  })

  test('matches only the hash of its own secret', () => {
    const { secret } = mintToken(newUserId(), systemRandomText)
    const hash = hashSecret(secret)
    expect(hash).toHaveLength(32)
    expect(secretMatches(new Secret(`${secret.reveal().slice(0, -1)}!`), hash)).toBe(false)
    for (const other of [new Uint8Array(0), hash.slice(1), new Uint8Array(32)])
      expect(secretMatches(secret, other)).toBe(false)
  })

  test('is unique in a large sample and uses every letter in every position', () => {
    const seen = new Set<string>()
    const letters = Array.from({ length: 43 }, () => new Set<string>())
    const drawn = draws(20_000, 100_000)
    for (let i = 0; i < drawn; i++) {
      const secret = mintToken(newUserId(), systemRandomText).secret.reveal()
      seen.add(secret)
      if (i < 10_000) for (const [position, letter] of [...secret].entries()) letters[position]?.add(letter)
    }
    expect(seen.size).toBe(drawn)
    for (const used of letters) expect(used.size).toBe(64)
  })

  test('does not print its secret', () => {
    const secret = new Secret('open sesame')
    for (const shown of [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }),
      inspect({ ...secret }),
    ])
      expect(shown).not.toContain('sesame')
    expect(secret.reveal()).toBe('open sesame')
  })
})
