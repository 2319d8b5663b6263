import { ConflictError, NotFoundError } from '../errors.ts'
import type { FactorChange } from '../factors/enrolment.ts'
import { methodsOf } from '../factors/methods.ts'
import { hashRecoveryCode, newRecoveryCodes } from '../factors/recovery-codes.ts'
import type { EpochSeconds, RandomText } from '../system.ts'
import type { Passkey, User } from '../user.ts'
import type { UserChange } from '../user-change.ts'
import type { NewPasskey } from './registration.ts'

// The changes of a user's passkeys. No call. Additions and removals must be written as an advance of the epoch, as the
// changes of `enrolment.ts`, of the user as read.

/** The most passkeys of a user: the user item, and with it the cost of each of its writes, stays small. */
export const MAX_PASSKEYS = 20

/** What a user calls an addition, and what Coatcheck adds. */
interface Addition {
  /** A new random text, the passkey's id: it never names another passkey. */
  readonly passkeyId: string
  readonly name: string
  readonly now: EpochSeconds
  readonly randomText: RandomText
}

/** @throws ConflictError if the user can have no further passkey */
export function assertRoom({ passkeys = {} }: User): void {
  if (Object.keys(passkeys).length >= MAX_PASSKEYS)
    throw new ConflictError(`You have ${MAX_PASSKEYS} passkeys, the most that are possible. Remove one first.`)
}

/**
 * Adds a passkey. Hands out recovery codes with the first second factor.
 * @throws ConflictError if the user has this passkey already, or can have no further one.
 */
export function addition(user: User, made: NewPasskey, { passkeyId, name, now, randomText }: Addition): FactorChange {
  const { passkeys = {}, recoveryCodes = [] } = user
  assertRoom(user)
  if (Object.values(passkeys).some(({ credentialId }) => credentialId === made.credentialId))
    throw new ConflictError('You have this passkey already. Use another authenticator.')
  const passkey: Passkey = { ...made, name, createdAt: now, since: user.epoch + 1 }
  const codes = recoveryCodes.length > 0 ? undefined : newRecoveryCodes(randomText)
  return {
    change: {
      passkeys: { ...passkeys, [passkeyId]: passkey },
      // Sign-ins write below these, which must exist; what they have written must not be written again.
      ...(user.passkeyCounts ? {} : { passkeyCounts: {} }),
      ...(user.passkeyUsedAt ? {} : { passkeyUsedAt: {} }),
      ...(codes && { recoveryCodes: codes.map((code) => hashRecoveryCode(code.reveal())) }),
    },
    ...(codes && { recoveryCodes: codes }),
  }
}

/** Names a passkey. @throws NotFoundError */
export function renaming(user: User, passkeyId: string, name: string): UserChange {
  return { passkeys: { ...user.passkeys, [passkeyId]: { ...passkeyOf(user, passkeyId), name } } }
}

/** Removes a passkey, and with the last second factor the recovery codes. @throws NotFoundError */
export function removal(user: User, passkeyId: string): UserChange {
  passkeyOf(user, passkeyId)
  const { [passkeyId]: _, ...passkeys } = user.passkeys ?? {}
  if (Object.keys(passkeys).length > 0)
    return { passkeys, removes: [`passkeyCounts.${passkeyId}`, `passkeyUsedAt.${passkeyId}`] }
  const isLast = methodsOf({ ...user, passkeys }).length === 0
  return { removes: ['passkeys', 'passkeyCounts', 'passkeyUsedAt', ...(isLast ? (['recoveryCodes'] as const) : [])] }
}

/** The passkey of an id. @throws NotFoundError */
export function passkeyOf({ passkeys = {} }: User, passkeyId: string): Passkey {
  const passkey = Object.hasOwn(passkeys, passkeyId) ? passkeys[passkeyId] : undefined
  if (!passkey) throw new NotFoundError('No passkey has this id. List the factors to see the ids.')
  return passkey
}
