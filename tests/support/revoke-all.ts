import { createAccounts } from '../../lib/accounts/accounts.ts'
import { createClient, dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import type { UserId } from '../../lib/user.ts'

// A process that revokes all sessions of a user: `tests/races/interrupted.test.ts` kills it.

const [endpoint = '', sessionsTable = '', usersTable = '', userId = ''] = process.argv.slice(2)
const client = createClient({ endpoint, timeoutMs: 5000 })
const store = dynamodbUserStore({ client, tableName: usersTable })
const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: sessionsTable }) })
await createAccounts({ store, sessions }).revocations.revokeAllSessions(userId as UserId)
