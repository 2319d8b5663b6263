import { Secret as OtpSecret, TOTP } from 'otpauth'
import { Secret } from '../secret.ts'
import type { EpochSeconds, RandomText } from '../system.ts'

/** RFC 6238 §5.2 recommends steps of 30 seconds, and one step each way for clocks that differ. */
const PERIOD = 30
const WINDOW = 1
/** RFC 4226 §4, R6: at least 128 bits; 160 recommended. */
const SECRET_BYTES = 20
/** Six bits each. */
const SECRET_CHARACTERS = 27
const OPTIONS = { algorithm: 'SHA1', digits: 6, period: PERIOD } as const

/** Makes the secret of an authenticator app, in base32. */
export function newTotpSecret(randomText: RandomText): Secret {
  const bytes = Buffer.from(randomText(SECRET_CHARACTERS), 'base64url').subarray(0, SECRET_BYTES)
  return new Secret(new OtpSecret({ buffer: new Uint8Array(bytes).buffer }).base32)
}

/** The address that an authenticator app reads as a QR code. */
export function totpUri(secret: Secret, issuer: string, label: string): string {
  return new TOTP({ ...OPTIONS, issuer, label, secret: secret.reveal() }).toString()
}

/**
 * Verifies a code of an authenticator app (RFC 6238).
 * @returns the step that the code is of, so that the step can be used up; `undefined` for a wrong code
 */
export function verifyTotp(secret: Secret, code: string, now: EpochSeconds): number | undefined {
  const token = code.replaceAll(/[\s-]/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const timestamp = now * 1000
  const delta = new TOTP({ ...OPTIONS, secret: secret.reveal() }).validate({ token, timestamp, window: WINDOW })
  return delta === null ? undefined : Math.floor(now / PERIOD) + delta
}
