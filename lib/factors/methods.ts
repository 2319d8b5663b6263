import type { SecondFactor } from '../factor-errors.ts'
import type { User } from '../user.ts'
import type { UserChange } from '../user-change.ts'

/** The second factors that continue a sign-in of this user. Recovery codes alone are no second factor. */
export function methodsOf({ totp, recoveryCodes = [] }: User): SecondFactor[] {
  if (!totp) return []
  return recoveryCodes.length > 0 ? ['totp', 'recovery_code'] : ['totp']
}

/** Whether the password alone does not sign the user in. */
export const hasSecondFactor = (user: User): boolean => methodsOf(user).length > 0

/** What a user item has about second factors. */
export const FACTOR_FIELDS = [
  'totp',
  'totpPending',
  'totpStep',
  'recoveryCodes',
] as const satisfies readonly (keyof User)[]

/** Removes every second factor. */
export const WITHOUT_FACTORS: UserChange = { removes: FACTOR_FIELDS }
