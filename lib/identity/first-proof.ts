import { FACTOR_FIELDS } from '../factors/methods.ts'
import type { UserChange } from '../user-change.ts'

/** Removes every credential and link that was set before the first proof of the address (docs/decisions/028, 031). */
export const WITHOUT_CREDENTIALS = [
  'passwordHash',
  'reset',
  'verification',
  ...FACTOR_FIELDS,
] as const satisfies NonNullable<UserChange['removes']>
