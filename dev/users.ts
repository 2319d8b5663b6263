import { createUsers } from '../lib/accounts/users.ts'
import { startDeadline } from '../lib/deadline.ts'
import { dynamodbUserStore } from '../lib/dynamodb/index.ts'
import { parseEmail } from '../lib/email.ts'
import { parsePassword } from '../lib/passwords/password-hasher.ts'
import { isScope, type Scope } from '../lib/scope.ts'
import { systemRandomText } from '../lib/system.ts'
import type { Preparation } from '../local/stack.ts'
import type { UserSettings } from './types.ts'

/** A user that exists now. */
export interface CreatedUser {
  readonly email: string
  readonly password: string
  /** Whether nobody has chosen the password. */
  readonly isGenerated: boolean
}

/** No request waits for the start, and an engine that has just started can be slow. */
const START_SECONDS = 30
const PASSWORD_LENGTH = 24

/**
 * Creates the users that do not exist yet, and leaves the others as they are.
 * @returns those that were created, by their keys
 * @throws Error if the settings of a user are invalid
 */
export async function createUsersOf(
  settings: Readonly<Record<string, UserSettings>>,
  { config, client, hasher }: Preparation,
): Promise<Map<string, CreatedUser>> {
  const users = createUsers({ store: dynamodbUserStore({ client, tableName: config.tables.users }) })
  const created = new Map<string, CreatedUser>()
  for (const [key, { name, emailVerified = true, ...given }] of Object.entries(settings)) {
    const email = parseEmail(given.email ?? (key.includes('@') ? key : `${key}@example.com`))
    if (!email) throw new Error(`User ${key}: the email is invalid. An email looks like ann@example.com.`)
    const text = given.password ?? systemRandomText(PASSWORD_LENGTH)
    const password = parsePassword(text)
    if (!password) throw new Error(`User ${key}: the password is empty or longer than 1024 bytes.`)
    const scopes = (given.scopes ?? []).map((scope) => readScope(key, scope))
    if (await users.findByEmail(email, startDeadline(START_SECONDS))) continue
    const passwordHash = await hasher.hash(password)
    const wanted = { email, passwordHash, scopes, emailVerified, ...(name !== undefined && { name }) }
    await users.register(wanted, startDeadline(START_SECONDS))
    created.set(key, { email, password: text, isGenerated: given.password === undefined })
  }
  return created
}

function readScope(key: string, text: string): Scope {
  if (!isScope(text))
    throw new Error(`User ${key}: invalid scope ${JSON.stringify(text)}. A scope looks like notes:write.`)
  return text
}
