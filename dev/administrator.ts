import { createAccounts } from '../lib/accounts/accounts.ts'
import { startDeadline } from '../lib/deadline.ts'
import { dynamodbSessionStore, dynamodbUserStore } from '../lib/dynamodb/index.ts'
import { parseEmail } from '../lib/email.ts'
import { parsePassword } from '../lib/passwords/password-hasher.ts'
import { createSessions } from '../lib/sessions/sessions.ts'
import { ADMINISTRATOR } from '../local/administrator.ts'
import type { Preparation } from '../local/stack.ts'
import { createUsersOf } from './users.ts'

const SECONDS = 30

/** Gives the local administrator this password: creates the administrator, or replaces another password. */
export async function setAdministrator(text: string, given: Preparation): Promise<void> {
  const { config, client, hasher } = given
  const password = parsePassword(text)
  if (!password) throw new Error('The password of the administrator is empty or longer than 1024 bytes.')
  const { email: address, name, scopes } = ADMINISTRATOR
  const created = await createUsersOf({ [address]: { name, scopes, password: text, emailVerified: false } }, given)
  const email = parseEmail(address)
  if (created.size > 0 || !email) return
  const store = dynamodbUserStore({ client, tableName: config.tables.users })
  const sessionStore = dynamodbSessionStore({ client, tableName: config.tables.sessions })
  const { users, administration } = createAccounts({
    store,
    sessions: createSessions({ ...config.policy, store: sessionStore }),
  })
  const user = await users.findByEmail(email, startDeadline(SECONDS))
  if (!user || (await hasher.verify(password, user.passwordHash)) !== 'wrong') return
  await administration.setPassword(user.id, await hasher.hash(password), startDeadline(SECONDS))
}
