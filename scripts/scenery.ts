import { createUsers } from '../lib/accounts/users.ts'
import { startDeadline } from '../lib/deadline.ts'
import { createClient, dynamodbSessionStore, dynamodbUserStore } from '../lib/dynamodb/index.ts'
import { parseEmail } from '../lib/email.ts'
import { bcryptHasher } from '../lib/passwords/password-hasher.ts'
import type { Scope } from '../lib/scope.ts'
import { Secret } from '../lib/secret.ts'
import { createSessions } from '../lib/sessions/sessions.ts'
import type { User } from '../lib/user.ts'

// Users and sessions for the screenshots, with example addresses of RFC 5737 and RFC 3849.

export const PASSWORD = 'correct horse battery staple'
export const PEPPER = 'a pepper for pictures, used nowhere else'

const HOUR = 3600
const DAY = 24 * HOUR
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'

interface Device {
  readonly ip: string
  readonly userAgent: string
  readonly label?: string
  readonly createdSecondsAgo: number
  readonly lastSeenSecondsAgo: number
}

const DEVICES: readonly Device[] = [
  { ip: '203.0.113.24', userAgent: IPHONE, createdSecondsAgo: 12 * DAY, lastSeenSecondsAgo: 2 * HOUR },
  { ip: '198.51.100.7', userAgent: CHROME, createdSecondsAgo: 3 * DAY, lastSeenSecondsAgo: 26 * HOUR },
  { ip: '2001:db8::51', userAgent: FIREFOX, createdSecondsAgo: 5 * HOUR, lastSeenSecondsAgo: 40 * 60 },
  {
    ip: '192.0.2.90',
    userAgent: 'curl/8.14.1',
    label: 'Nightly export',
    createdSecondsAgo: 6 * DAY,
    lastSeenSecondsAgo: 9 * HOUR,
  },
]

const USERS: readonly [email: string, name: string, scopes: string][] = [
  ['ada@example.com', 'Ada Lovelace', 'notes:read notes:write'],
  ['grace@example.com', 'Grace Hopper', 'admin:read admin:revoke admin:write'],
  ['alan@example.com', 'Alan Turing', 'notes:read'],
  ['hedy@example.com', 'Hedy Lamarr', 'orders:read orders:write'],
  ['katherine@example.com', 'Katherine Johnson', ''],
  ['edsger@example.com', 'Edsger Dijkstra', 'notes:read orders:read'],
]

/** Creates the users in the tables of a local stack. A user's key is the part of the email before the `@`. */
export async function makeScenery(endpoint: string) {
  const client = createClient({ endpoint, timeoutMs: 5000 })
  const store = dynamodbUserStore({ client, tableName: 'coatcheck-local-users' })
  const users = createUsers({ store })
  const sessionStore = dynamodbSessionStore({ client, tableName: 'coatcheck-local-sessions' })
  const hasher = bcryptHasher({ cost: 10, pepper: new Secret(PEPPER) })
  const passwordHash = await hasher.hash(new Secret(PASSWORD))
  const usersByName = new Map<string, User>()
  for (const [address, name, scopes] of USERS) {
    const email = parseEmail(address)
    if (!email) throw new Error(`Invalid email address ${address}`)
    const granted = scopes.split(' ').filter(Boolean) as Scope[]
    const user = await users.register({ email, name, passwordHash, scopes: granted }, startDeadline(10))
    usersByName.set(address.replace(/@.*/, ''), user)
  }

  /** Signs a user in on every device, with the times given above. */
  async function signInEverywhere({ id }: User): Promise<void> {
    const user = await users.require(id, startDeadline(10)) // revoking all sessions changes the user's epoch
    const now = Math.floor(Date.now() / 1000)
    for (const { createdSecondsAgo, lastSeenSecondsAgo, ...device } of DEVICES) {
      const past = createSessions({ store: sessionStore, clock: () => now - createdSecondsAgo, idleSeconds: 29 * DAY })
      const wanted = { user, scopes: ['account', ...user.scopes] as Scope[], ...device }
      const created = await past.create(wanted, users, startDeadline(10))
      if (!created) throw new Error('The session was not created')
      await createSessions({ store: sessionStore, clock: () => now - lastSeenSecondsAgo }).renew(
        created.session,
        startDeadline(10),
      )
    }
  }

  const userOf = (name: string) => usersByName.get(name) ?? failUnknown(name)
  return { signInEverywhere, userOf, close: () => client.destroy() }
}

function failUnknown(name: string): never {
  throw new Error(`Unknown user ${name}. Add it to USERS.`)
}
