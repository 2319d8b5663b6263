import type { SecondFactor } from '../factor-errors.ts'
import type { User } from '../user.ts'
import type { UserChange } from '../user-change.ts'

/** The second factors that continue a sign-in of this user. Recovery codes alone are no second factor. */
export function methodsOf({ totp, passkeys = {}, recoveryCodes = [] }: User): SecondFactor[] {
  const methods: SecondFactor[] = totp ? ['totp'] : []
  if (Object.keys(passkeys).length > 0) methods.push('passkey')
  return methods.length > 0 && recoveryCodes.length > 0 ? [...methods, 'recovery_code'] : methods
}

/** Whether the password alone does not sign the user in. */
export const hasSecondFactor = (user: User): boolean => methodsOf(user).length > 0

/** What a user item has about second factors. */
export const FACTOR_FIELDS = [
  'totp',
  'totpPending',
  'totpStep',
  'recoveryCodes',
  'passkeys',
  'passkeyCounts',
  'passkeyUsedAt',
] as const satisfies readonly (keyof User)[]

/** What a user item has about an authenticator app. */
const TOTP_FIELDS = ['totp', 'totpPending', 'totpStep'] as const satisfies readonly (keyof User)[]

/** Removes the authenticator app, and with the last second factor the recovery codes. */
export function withoutTotp({ passkeys = {} }: User): UserChange {
  return { removes: Object.keys(passkeys).length > 0 ? TOTP_FIELDS : [...TOTP_FIELDS, 'recoveryCodes'] }
}

/** Removes every second factor. */
export const WITHOUT_FACTORS: UserChange = { removes: FACTOR_FIELDS }
