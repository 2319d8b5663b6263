import { InvalidRequestError } from '../../lib/errors.ts'
import type { PresentedCode, PresentedPasskey } from '../../lib/factors/second-factors.ts'
import { type AssertionJson, readAssertion } from '../../lib/passkeys/assertion.ts'
import { challengeOfSignIn } from '../../lib/passkeys/passkey-challenges.ts'
import type { RelyingParty } from '../../lib/passkeys/relying-party.ts'

interface CodeFields {
  readonly totp?: string | undefined
  readonly recoveryCode?: string | undefined
}

interface FactorFields extends CodeFields {
  /** The secret of the sign-in that is continued. */
  readonly challenge: string
  readonly passkey?: AssertionJson | undefined
}

/**
 * The code or the passkey of a body.
 * @throws InvalidRequestError unless it has exactly one. @throws WrongPasskeyError as `readAssertion`
 */
export function presentedFactor(body: FactorFields, relyingParty: RelyingParty): PresentedCode | PresentedPasskey {
  const code = optionalCode(body)
  if (!code && body.passkey)
    return { passkey: readAssertion(body.passkey, relyingParty), challenge: challengeOfSignIn(body.challenge) }
  if (code && !body.passkey) return code
  const part = { pointer: '/totp', detail: 'expected one of totp, recoveryCode and passkey' }
  throw new InvalidRequestError('The request body needs one factor. Send `totp`, `recoveryCode` or `passkey`.', [part])
}

/** The code of a body, if it has one. @throws InvalidRequestError if it has two */
export function optionalCode({ totp, recoveryCode }: CodeFields): PresentedCode | undefined {
  if (totp !== undefined && recoveryCode !== undefined) {
    const part = { pointer: '/recoveryCode', detail: 'expected either totp or recoveryCode' }
    throw new InvalidRequestError('The request body has two codes. Send one.', [part])
  }
  if (totp !== undefined) return { totp }
  return recoveryCode === undefined ? undefined : { recoveryCode }
}
