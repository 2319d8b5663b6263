import type { Deadline } from '../deadline.ts'
import { ConflictError, WrongCodeError } from '../errors.ts'
import type { UserStore } from '../ports.ts'
import type { Secret } from '../secret.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { User } from '../user.ts'
import type { UserChange } from '../user-change.ts'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts'
import { type FactorKeys, seal, unseal } from './sealed-secret.ts'
import { sealedFor } from './second-factors.ts'
import { newTotpSecret, totpUri, verifyTotp } from './totp.ts'

/** A change of factors, and the recovery codes that it hands out. */
export interface FactorChange {
  readonly change: UserChange
  readonly recoveryCodes?: readonly Secret[]
}

/** The operations that set up second factors; see `createEnrolment`. */
export type Enrolment = ReturnType<typeof createEnrolment>

/**
 * Creates the operations that set up second factors. What they return as a change must be written as an advance of the
 * epoch: a sign-in that was under way by the password alone then fails, and every other session ends.
 */
export function createEnrolment({
  store,
  keys,
  issuer,
  clock = systemClock,
  randomText = systemRandomText,
}: {
  store: Pick<UserStore, 'update'>
  keys: FactorKeys
  /** The name of the service, as authenticator apps show it. */
  issuer: string
  clock?: Clock
  randomText?: RandomText
}) {
  return {
    /**
     * Makes the secret of an authenticator app, which counts once it is activated; one that was shown before is void. One
     * write.
     * @param user as read for this request
     * @throws ConflictError if the user was changed since.
     */
    async showTotp(user: User, deadline: Deadline): Promise<{ secret: Secret; uri: string }> {
      const secret = newTotpSecret(randomText)
      const id = randomText(ID_LENGTH)
      const totpPending = { id, sealed: seal(secret, sealedFor(user.id, id), keys, randomText), createdAt: clock() }
      if (!(await store.update(user.id, user.changeId, randomText(ID_LENGTH), { totpPending }, deadline)))
        throw new ConflictError()
      return { secret, uri: totpUri(secret, issuer, user.email) }
    },

    /**
     * The change that makes the shown app a second factor, in place of an earlier one. The code counts as used. Hands out
     * recovery codes with the first second factor. No call.
     * @throws ConflictError if no app is shown. @throws WrongCodeError if the code is wrong.
     */
    activateTotp(user: User, code: string): FactorChange {
      const { totpPending: totp, recoveryCodes = [] } = user
      if (!totp) throw new ConflictError('No authenticator app is being set up. Start again: POST /auth/factors/totp.')
      const secret = unseal(totp.sealed, sealedFor(user.id, totp.id), keys)
      const totpStep = secret && verifyTotp(secret, code, clock())
      if (totpStep === undefined) throw new WrongCodeError({ reason: 'wrong_totp', actor: user.id })
      const codes = recoveryCodes.length > 0 ? undefined : this.replaceRecoveryCodes()
      const change = { ...codes?.change, totp, totpStep, removes: ['totpPending'] } as const
      return { change, ...(codes?.recoveryCodes && { recoveryCodes: codes.recoveryCodes }) }
    },

    /** The change that replaces all recovery codes. No call. */
    replaceRecoveryCodes(): FactorChange {
      const recoveryCodes = newRecoveryCodes(randomText)
      return { change: { recoveryCodes: recoveryCodes.map((code) => hashRecoveryCode(code.reveal())) }, recoveryCodes }
    },
  }
}
