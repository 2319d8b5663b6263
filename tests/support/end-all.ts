import { createClient, dynamodbSessionStore, dynamodbUserStore } from '../../lib/dynamodb/index.ts'
import { createEndOfSessions } from '../../lib/end-of-sessions.ts'
import { createSessions } from '../../lib/sessions.ts'
import type { UserId } from '../../lib/user.ts'
import { createUsers } from '../../lib/users.ts'

// A process that ends all sessions of a user and nothing else: there for `interrupted.test.ts` to kill.

const [endpoint = '', sessionsTable = '', usersTable = '', userId = ''] = process.argv.slice(2)
const client = createClient({ endpoint, timeoutMs: 5000 })
const store = dynamodbUserStore({ client, tableName: usersTable })
const sessions = createSessions({ store: dynamodbSessionStore({ client, tableName: sessionsTable }) })
await createEndOfSessions({ store, users: createUsers({ store }), sessions }).endAll(userId as UserId)
