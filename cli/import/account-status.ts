import type { User } from '../../lib/user.ts'
import { type Field, type Fields, present, readBoolean, readInstant, readText } from './field-values.ts'
import { LineFault } from './line-fault.ts'

// How other systems say that an account must not sign in. Names are plain; see `plainName`.

const flag = (names: readonly string[]) => names.flatMap((name) => [name, `is${name}`])

/** True: disabled. Auth0 `blocked`, Firebase `disabled`, Clerk and better-auth `banned`, Clerk `locked`. */
const LOCKS = [
  ...flag(['blocked', 'banned', 'disabled', 'suspended', 'locked', 'deactivated', 'inactive']),
  ...['accountlocked', 'accountdisabled', 'lockedout', 'islockedout'],
]
/** False: disabled. Django `is_active`, Keycloak and Cognito `enabled`. */
const ENABLED = [...flag(['enabled', 'active']), 'accountenabled', 'accountactive']
/** The end of a ban, which may have passed. better-auth states it beside `banned`, which stays true. */
const BAN_ENDS = ['banneduntil', 'banexpires', 'banexpiresat'] // Supabase, better-auth
const LOCK_ENDS = [
  ...['blockeduntil', 'lockeduntil', 'suspendeduntil', 'disableduntil', 'lockoutuntil'],
  ...['lockoutend', 'lockoutenddateutc'], // ASP.NET Identity
]
/** When an account was disabled. Devise `locked_at`. */
const DISABLED_AT = ['bannedat', 'blockedat', 'lockedat', 'suspendedat', 'disabledat', 'deactivatedat']
const DELETED = [...flag(['deleted']), 'deletedat']
const STATUSES = ['status', 'userstatus', 'accountstatus']

/** The plain names of all fields that `readStatus` reads. */
export const STATUS_FIELDS = [...LOCKS, ...ENABLED, ...BAN_ENDS, ...LOCK_ENDS, ...DISABLED_AT, ...DELETED, ...STATUSES]

/** Words of Coatcheck, Okta and Cognito. Cognito's others say how the password is to be changed, not that it is refused. */
const ACTIVE_WORDS = ['active', 'enabled', 'confirmed', 'unconfirmed', 'externalprovider', 'forcechangepassword']
const ACTIVE = new Set([...ACTIVE_WORDS, 'resetrequired', 'passwordexpired', 'recovery'])
const DISABLED_WORDS = ['disabled', 'blocked', 'banned', 'suspended', 'locked', 'lockedout', 'inactive', 'deactivated']
const DISABLED = new Set([...DISABLED_WORDS, 'deprovisioned', 'archived', 'compromised'])

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
  const word = readText(field)
    .toLowerCase()
    .replace(/[\s_-]/g, '')
  if (DISABLED.has(word)) return true
  if (ACTIVE.has(word)) return false
  throw new LineFault(`${field.name}: expected active or disabled`)
}
