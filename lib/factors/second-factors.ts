import type { Deadline } from '../deadline.ts'
import { WrongCodeError } from '../errors.ts'
import { type Factor, type Proof, strengthened } from '../factor.ts'
import type { UserStore } from '../ports.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { User } from '../user.ts'
import { hashRecoveryCode } from './recovery-codes.ts'
import { type FactorKeys, isCurrent, seal, unseal } from './sealed-secret.ts'
import { verifyTotp } from './totp.ts'

/** A code that a user presents as the second factor. */
export type PresentedCode = { readonly totp: string } | { readonly recoveryCode: string }

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
  store: Pick<UserStore, 'useTotpStep' | 'useRecoveryCode'>
  keys: FactorKeys
  clock?: Clock
  randomText?: RandomText
}) {
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
     * Verifies a code and uses it up; a secret that an earlier key has sealed is sealed anew by the same write. One write for a right code, none for a wrong one. Reserve an attempt first.
     * @returns the proof with this factor added
     * @throws WrongCodeError if the code is wrong or was used.
     */
    async verify(user: User, presented: PresentedCode, proof: Proof, deadline: Deadline): Promise<Proof> {
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
