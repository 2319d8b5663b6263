import type { User } from '../../lib/user.ts'
import { type Field, type Fields, plainNames, present, readBoolean, readInstant } from './field-values.ts'
import { LineFault } from './line-fault.ts'

// How other systems say that an account must not sign in.

const flags = (...names: readonly string[]) => plainNames(...names.flatMap((name) => [name, `is_${name}`]))

/** True: disabled. Auth0 `blocked`, Firebase `disabled`, Clerk and better-auth `banned`, Clerk `locked`. */
const LOCKS = [
  ...flags('blocked', 'banned', 'disabled', 'suspended', 'locked', 'locked_out', 'deactivated', 'inactive'),
  ...plainNames('account_locked', 'account_disabled'),
]
/** False: disabled. Django `is_active`, Keycloak and Cognito `enabled`. */
const ENABLED = [...flags('enabled', 'active'), ...plainNames('account_enabled', 'account_active')]
/** The end of a ban, which may have passed: Supabase, better-auth. The latter states it beside `banned`, which stays true. */
const BAN_ENDS = plainNames('banned_until', 'ban_expires', 'ban_expires_at')
const LOCK_ENDS = [
  ...plainNames('blocked_until', 'locked_until', 'suspended_until', 'disabled_until', 'lockout_until'),
  ...plainNames('lockout_end', 'lockout_end_date_utc'), // ASP.NET Identity
]
/** When an account was disabled. Devise `locked_at`. */
const DISABLED_AT = plainNames(
  ...['banned_at', 'blocked_at', 'locked_at', 'suspended_at', 'disabled_at', 'deactivated_at'],
)
const DELETED = [...flags('deleted'), ...plainNames('deleted_at')]
const STATUSES = plainNames('status', 'user_status', 'account_status')

/** The plain names of all fields that `readStatus` reads. */
export const STATUS_FIELDS = [...[LOCKS, ENABLED, BAN_ENDS, LOCK_ENDS, DISABLED_AT, DELETED, STATUSES].flat()]

/** Words of Coatcheck, Okta and Cognito. Cognito's others say how the password is to be changed, not that it is refused. */
const ACTIVE = new Set([
  ...['active', 'enabled', 'confirmed', 'unconfirmed', 'external_provider', 'force_change_password', 'reset_required'],
  ...['password_expired', 'recovery'],
])
const DISABLED = new Set([
  ...['disabled', 'blocked', 'banned', 'suspended', 'locked', 'locked_out', 'inactive', 'deactivated'],
  ...['deprovisioned', 'archived', 'compromised'],
])

/**
 * Reads whether the account may sign in: disabled if any field of the line says so. A ban or lock whose end has passed
 * says nothing. @throws LineFault for a deleted user, and for a value that is not understood
 */
export function readStatus(fields: Fields, now: number): User['status'] {
  for (const { name, value } of present(fields, DELETED))
    if (value !== false && value !== 0 && !/^(false|f|no|0)$/i.test(String(value)))
      throw new LineFault(`${name}: the user has been deleted; leave the line out`)
  const isFuture = (field: Field) => readInstant(field) > now
  const banEnds = present(fields, BAN_ENDS)
  const isBanOver = banEnds.length > 0 && !banEnds.some(isFuture)
  const isBan = ({ name }: Field) => /ban/i.test(name)
  const isDisabled = [
    ...present(fields, LOCKS).map((field) => readBoolean(field) && !(isBan(field) && isBanOver)),
    ...present(fields, ENABLED).map((field) => !readBoolean(field)),
    ...[...banEnds, ...present(fields, LOCK_ENDS)].map(isFuture),
    ...present(fields, DISABLED_AT).map((field) => readInstant(field) <= now),
    ...present(fields, STATUSES).map(isDisabledStatus),
  ].includes(true)
  return isDisabled ? 'disabled' : 'active'
}

function isDisabledStatus(field: Field): boolean {
  const word = String(field.value).trim().toLowerCase().replace(/[\s-]/g, '_')
  if (DISABLED.has(word)) return true
  if (ACTIVE.has(word)) return false
  throw new LineFault(`${field.name}: expected active or disabled`)
}
