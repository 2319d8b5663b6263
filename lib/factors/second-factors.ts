import type { Deadline } from '../deadline.ts'
import { WrongCodeError, WrongPasskeyError } from '../errors.ts'
import { type Factor, type Proof, strengthened } from '../factor.ts'
import type { Assertion } from '../passkeys/assertion.ts'
import { createPasskeys } from '../passkeys/passkeys.ts'
import type { UserStore } from '../ports.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { User } from '../user.ts'
import { hashRecoveryCode } from './recovery-codes.ts'
import { type FactorKeys, isCurrent, seal, unseal } from './sealed-secret.ts'
import { verifyTotp } from './totp.ts'

/** A code that a user presents as the second factor. */
export type PresentedCode = { readonly totp: string } | { readonly recoveryCode: string }

/** A passkey that a user presents as the second factor, and what its authenticator had to sign. */
export interface PresentedPasskey {
  readonly passkey: Assertion
  readonly challenge: string
}

/** The operations that verify second factors; see `createSecondFactors`. */
export type SecondFactors = ReturnType<typeof createSecondFactors>

/** What the sealed secret of an authenticator app belongs to. */
export const sealedFor = (userId: string, totpId: string): string => `totp ${userId} ${totpId}`

/**
 * Creates the verification of second factors. Each code takes effect once: a step of an authenticator app and a recovery
 * code are used up by a conditional write before they count (RFC 6238 §5.2; docs/decisions/029).
 */
export function createSecondFactors({
  store,
  keys,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: Pick<UserStore, 'useTotpStep' | 'useRecoveryCode' | 'usePasskey'>
  keys: FactorKeys
  clock?: Clock
  randomText?: RandomText
}) {
  const passkeys = createPasskeys({ store, clock, randomText })

  async function usePasskey(user: User, { passkey, challenge }: PresentedPasskey, deadline: Deadline): Promise<void> {
    if (passkey.challenge !== challenge) throw new WrongPasskeyError({ reason: 'another_challenge', actor: user.id })
    await passkeys.use(user, passkeys.verify(user, passkey), deadline)
  }

  async function useTotp({ id, totp, totpStep = -1 }: User, code: string, deadline: Deadline): Promise<boolean> {
    const secret = totp && unseal(totp.sealed, sealedFor(id, totp.id), keys)
    const step = secret && verifyTotp(secret, code, clock())
    if (!totp || !secret || step === undefined || step <= totpStep) return false
    const sealed = isCurrent(totp.sealed, keys) ? totp.sealed : seal(secret, sealedFor(id, totp.id), keys, randomText)
    return store.useTotpStep(id, { ...totp, sealed }, step, randomText(ID_LENGTH), deadline)
  }

  async function useRecovery({ id, recoveryCodes = [] }: User, code: string, deadline: Deadline): Promise<boolean> {
    const codeHash = hashRecoveryCode(code)
    // The set itself decides; this saves the write for a code that the user never had.
    return recoveryCodes.includes(codeHash) && store.useRecoveryCode(id, codeHash, randomText(ID_LENGTH), deadline)
  }

  return {
    /**
     * Verifies a code and uses it up; a secret that an earlier key has sealed is sealed anew by the same write. One write for
     * a right code, none for a wrong one; a passkey costs as `Passkeys.use`. Reserve an attempt first.
     * @returns the proof with this factor added
     * @throws WrongCodeError if the code is wrong or was used. @throws WrongPasskeyError if the passkey is not accepted.
     */
    async verify(
      user: User,
      presented: PresentedCode | PresentedPasskey,
      proof: Proof,
      deadline: Deadline,
    ): Promise<Proof> {
      if ('passkey' in presented) {
        await usePasskey(user, presented, deadline)
        return strengthened(proof, { factors: ['passkey'], assurance: 2 }) // besides another factor it need not verify the user
      }
      const isTotp = 'totp' in presented
      const isRight = isTotp
        ? await useTotp(user, presented.totp, deadline)
        : await useRecovery(user, presented.recoveryCode, deadline)
      const factor: Factor = isTotp ? 'totp' : 'recovery'
      if (!isRight) throw new WrongCodeError({ reason: `wrong_${factor}`, actor: user.id })
      return strengthened(proof, { factors: [factor], assurance: 2 })
    },
  }
}
