import { hash } from 'node:crypto'
import { Secret } from '../secret.ts'
import type { RandomText } from '../system.ts'

/** How many recovery codes a user has. */
const RECOVERY_CODES = 10

/** Without letters and digits that sound or look alike. There are 32, so that five bits select each with equal odds. */
const CHARACTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
/** 100 random bits; NIST SP 800-63B §3.1.2.1 demands 64 of a code that is stored as a fast hash. */
const LENGTH = 20
const GROUPS = /.{5}(?!$)/g
/** The characters of base64url that 20 bytes take. */
const RANDOM_CHARACTERS = 27

/** Makes ten recovery codes, such as `abcde-fghij-kmnpq-rstuv`. */
export function newRecoveryCodes(randomText: RandomText): Secret[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const bytes = Buffer.from(randomText(RANDOM_CHARACTERS), 'base64url').subarray(0, LENGTH)
    const characters = [...bytes].map((byte) => CHARACTERS.charAt(byte & 31)).join('')
    return new Secret(characters.replace(GROUPS, '$&-'))
  })
}

/** SHA-256 of a code as typed: case, spaces and hyphens do not count. Because a code has 100 random bits, a fast hash suffices. */
export function hashRecoveryCode(code: string): string {
  return hash('sha256', code.toLowerCase().replaceAll(/[\s-]/g, ''), 'base64url')
}
