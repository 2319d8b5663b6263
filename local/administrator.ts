import { customAlphabet } from 'nanoid'
import type { Users } from '../lib/accounts/users.ts'
import { startDeadline } from '../lib/deadline.ts'
import { parseEmail } from '../lib/email.ts'
import { EmailTakenError } from '../lib/errors.ts'
import type { PasswordHasher } from '../lib/ports.ts'
import type { Scope } from '../lib/scope.ts'
import { Secret } from '../lib/secret.ts'

export interface Administrator {
  readonly email: string
  readonly password: string
}

export const ADMINISTRATOR = {
  email: 'admin@localhost',
  name: 'Administrator',
  scopes: ['admin:read', 'admin:write', 'admin:revoke'] as Scope[],
}
/** No request waits for the start, and an engine that has just started can be slow. */
const START_SECONDS = 30
/** Letters and digits that are easy to distinguish and to select with a double click; 24 of them carry 137 bits. */
const randomPassword = customAlphabet('abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789', 24)

/**
 * Creates the first administrator of a local stage, unless it exists. The password is not stored: it is shown before the
 * administrator is created, so that no administrator has a password that nobody has seen.
 * @param show shows the administrator; creates none if it returns `false`
 */
export async function createAdministrator(
  users: Users,
  hasher: PasswordHasher,
  show: (administrator: Administrator) => Promise<boolean>,
): Promise<void> {
  const email = parseEmail(ADMINISTRATOR.email)
  if (!email || (await users.findByEmail(email, startDeadline(START_SECONDS)))) return
  const password = randomPassword()
  const passwordHash = await hasher.hash(new Secret(password))
  if (!(await show({ email, password }))) return
  try {
    await users.register({ ...ADMINISTRATOR, email, passwordHash }, startDeadline(START_SECONDS))
  } catch (error) {
    if (!(error instanceof EmailTakenError)) throw error
    throw new Error('Another start has created the administrator, with another password: start this one again.')
  }
}
