import { Secret as OtpSecret } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { hashRecoveryCode, newRecoveryCodes } from '../../lib/factors/recovery-codes.ts'
import { type FactorKeys, seal, unseal } from '../../lib/factors/sealed-secret.ts'
import { newTotpSecret, totpUri, verifyTotp } from '../../lib/factors/totp.ts'
import { Secret } from '../../lib/secret.ts'
import { systemRandomText } from '../../lib/system.ts'

// The building blocks of second factors, without a store.

describe('a code of an authenticator app', () => {
  // RFC 6238, appendix B, SHA-1: codes of eight digits, of which the last six are the code of six digits.
  const secret = new Secret(OtpSecret.fromUTF8('12345678901234567890').base32)
  const VECTORS = [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ] as const

  test.each(VECTORS)('is that of RFC 6238 at %i, and is accepted one step early or late', (time, digits) => {
    const code = digits.slice(-6)
    const step = Math.floor(time / 30)
    for (const now of [time - 30, time, time + 30]) expect(verifyTotp(secret, code, now)).toBe(step)
    for (const now of [time - 60, time + 60]) expect(verifyTotp(secret, code, now)).toBeUndefined()
  })

  test('is accepted with spaces and hyphens, and not with other characters or of another length', () => {
    for (const code of ['287 082', '287-082', ' 287082 ']) expect(verifyTotp(secret, code, 59)).toBe(1)
    for (const code of ['', '28708', '94287082', '28708a', '２８７０８２'])
      expect(verifyTotp(secret, code, 59)).toBeUndefined()
  })

  test('belongs to a secret of 160 bits, which an app reads from a URI', () => {
    const made = newTotpSecret(systemRandomText)
    expect(made.reveal()).toMatch(/^[A-Z2-7]{32}$/)
    const uri = new URL(totpUri(made, 'auth.example.com', 'ada@example.com'))
    expect(uri.href).toContain('otpauth://totp/auth.example.com:ada%40example.com?')
    const { issuer, secret, algorithm, digits, period } = Object.fromEntries(uri.searchParams)
    expect({ issuer, algorithm, digits, period }).toEqual({
      ...{ issuer: 'auth.example.com', algorithm: 'SHA1', digits: '6', period: '30' },
    })
    expect(secret).toBe(made.reveal())
  })
})

describe('a sealed secret', () => {
  const keyOf = (letter: string) => new Secret(letter.repeat(32))
  const first: FactorKeys = { version: 1, current: keyOf('a') }
  const secret = new Secret('A'.repeat(32))
  const sealed = seal(secret, 'totp ada app', first, systemRandomText)
  const opened = (text: string, about: string, keys: FactorKeys) => unseal(text, about, keys)?.reveal()

  test('is opened as what it was sealed for, and differs each time', () => {
    expect(opened(sealed, 'totp ada app', first)).toBe(secret.reveal())
    expect(sealed).not.toContain(secret.reveal())
    expect(seal(secret, 'totp ada app', first, systemRandomText)).not.toBe(sealed)
  })

  test('is not opened for another user or another app, or by another key', () => {
    for (const about of ['totp bob app', 'totp ada other', '']) expect(opened(sealed, about, first)).toBeUndefined()
    expect(opened(sealed, 'totp ada app', { version: 1, current: keyOf('b') })).toBeUndefined()
  })

  test('is not opened if any byte was changed, or a part is missing', () => {
    const [version, text = ''] = sealed.split('.')
    const bytes = Buffer.from(text, 'base64url')
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes)
      changed[index] = (bytes[index] ?? 0) ^ 1
      expect(opened(`${version}.${changed.toString('base64url')}`, 'totp ada app', first)).toBeUndefined()
    }
    for (const part of ['', version, `${version}.`, text, `${version}.${text.slice(0, 37)}`, `9.${text}`])
      expect(opened(part ?? '', 'totp ada app', first)).toBeUndefined()
  })

  test('is opened by the key before the current one, and by no earlier one', () => {
    const second = { version: 2, current: keyOf('b'), previous: keyOf('a') }
    expect(opened(sealed, 'totp ada app', second)).toBe(secret.reveal())
    expect(seal(secret, 'totp ada app', second, systemRandomText)).toMatch(/^2\./)
    expect(opened(sealed, 'totp ada app', { version: 2, current: keyOf('b') })).toBeUndefined()
    expect(opened(sealed, 'totp ada app', { version: 3, current: keyOf('c'), previous: keyOf('a') })).toBeUndefined()
  })
})

describe('recovery codes', () => {
  const codes = newRecoveryCodes(systemRandomText).map((code) => code.reveal())

  test('are ten different ones of 100 bits, without characters that look alike', () => {
    expect(new Set(codes).size).toBe(10)
    for (const code of codes) expect(code).toMatch(/^([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/)
  })

  test('count as typed, whatever the case, spaces and hyphens', () => {
    const [code = '', other = ''] = codes
    const hash = hashRecoveryCode(code)
    expect(hash).toMatch(/^[\w-]{43}$/)
    for (const typed of [code.toUpperCase(), code.replaceAll('-', ''), ` ${code.replaceAll('-', ' ')} `])
      expect(hashRecoveryCode(typed)).toBe(hash)
    expect(hashRecoveryCode(other)).not.toBe(hash)
  })
})
