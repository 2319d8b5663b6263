import { FACTOR_FIELDS } from '../factors/methods.ts'
import type { UserChange } from '../user-change.ts'

/**
 * Removes the credentials and links that somebody else may have set before the first proof of the address
 * (docs/decisions/028). The identities go too, or give way to the one that proves the address (docs/decisions/033).
 */
export const WITHOUT_CREDENTIALS = [
  'passwordHash',
  'reset',
  'verification',
  ...FACTOR_FIELDS,
] as const satisfies NonNullable<UserChange['removes']>
