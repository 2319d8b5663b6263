import { memoryAttemptStore, memorySessionStore, memoryUserStore } from 'coatcheck/testing'
import { nanoid } from 'nanoid'
import { createAccounts } from '../../lib/accounts/accounts.ts'
import type { NewUser } from '../../lib/accounts/users.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { UnavailableError } from '../../lib/errors.ts'
import type { AttemptStore, LogEntry, PasswordHasher, SessionStore, UserStore } from '../../lib/ports.ts'
import type { Scope } from '../../lib/scope.ts'
import { Secret } from '../../lib/secret.ts'
import type { CreatedSession, NewSession } from '../../lib/sessions/create-session.ts'
import { createSessions } from '../../lib/sessions/sessions.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import type { Email, User } from '../../lib/user.ts'
import { NOW } from './samples.ts'

// The domain on stores in memory, any of whose calls a test may fail or accompany.

export const soon = () => startDeadline(10)
export const FROM = { ip: '192.0.2.1', userAgent: 'tests' }
export const scopes = (...names: string[]) => names as Scope[]
export const down = () => Promise.reject(new UnavailableError('down'))

/** `right:` and the password, `old:` for a form to be replaced; anything else is not readable. */
const hasher: PasswordHasher = {
  hash: async (password) => `right:${password.reveal()}`,
  async verify(password, passwordHash) {
    const [, form, stored] = /^(right|old):(.*)$/.exec(passwordHash ?? 'right:') ?? []
    if (form === undefined) return 'unreadable'
    if (stored !== password.reveal()) return 'wrong'
    return form === 'old' ? 'outdated' : 'right'
  },
}
export const RIGHT = new Secret('correct horse battery staple')
export const WRONG = new Secret('not the right password')
const HASH = `right:${RIGHT.reveal()}`

interface Settings {
  readonly cap?: number
  readonly idleSeconds?: number
  readonly lifetimeSeconds?: number
  readonly notBefore?: number
  readonly limits?: Partial<Parameters<typeof createAttempts>[0]['limits']>
}

/** The default limits of attempts. */
export const LIMITS = {
  windowSeconds: 900,
  perAccount: 10,
  perSource: 100,
  registrationsPerSource: 20,
  mailsPerAddress: 5,
  mailsPerSource: 20,
  linksPerSource: 50,
  passkeysPerSource: 300,
  tokensPerUser: 300,
  providerRequestsPerSource: 300,
}

export function createParts({ cap = 0, limits, ...policy }: Settings = {}) {
  const stores: { users: UserStore; sessions: SessionStore; attempts: AttemptStore } = {
    users: memoryUserStore(),
    sessions: memorySessionStore(),
    attempts: memoryAttemptStore(),
  }
  const calls: string[] = []
  // Late, so that a test may replace a method at any time.
  const late = <Name extends keyof typeof stores>(name: Name) =>
    new Proxy(stores[name], {
      get:
        (_, method) =>
        (...args: unknown[]) => {
          calls.push(`${name}.${String(method)}`)
          return (Reflect.get(stores[name], method) as (...args: unknown[]) => unknown)(...args)
        },
    })
  const time = { now: NOW }
  const clock = () => time.now
  const entries: LogEntry[] = []
  const log = (entry: LogEntry) => void entries.push(entry)
  const sessions = createSessions({ store: late('sessions'), clock, cap, log, ...policy })
  const { users, revocations, administration } = createAccounts({ store: late('users'), sessions, clock, log })
  const attempts = createAttempts({
    store: late('attempts'),
    limits: { ...LIMITS, ...limits },
    pepper: new Secret('p'.repeat(32)),
    clock,
    log,
  })
  return {
    stores,
    /** Every datastore call, in order. */
    calls,
    time,
    entries,
    log,
    users,
    sessions,
    revocations,
    administration,
    attempts,
    hasher,
    user: (changes: Partial<NewUser> = {}): Promise<User> =>
      users.register(
        { email: `${nanoid(8).toLowerCase()}@example.com` as Email, passwordHash: HASH, ...changes },
        soon(),
      ),
    async session(user: User, changes: Partial<NewSession> = {}): Promise<CreatedSession> {
      const created = await sessions.create({ user, scopes: scopes('account'), ...FROM, ...changes }, users, soon())
      if (!created) throw new Error('unreachable')
      return created
    },
    /** The user as stored. */
    async stored(user: User): Promise<User> {
      return users.require(user.id, soon())
    },
    isAlive: async ({ token }: CreatedSession) => (await sessions.check(token.reveal())) !== undefined,
  }
}

/** The first calls fail, as many as are said; then it is as it was. */
export function failing<Args extends unknown[], Result>(
  times: number,
  method: (...args: Args) => Promise<Result>,
  error: Error = new UnavailableError('down'),
): (...args: Args) => Promise<Result> {
  let left = times
  return async (...args) => {
    if (left-- > 0) throw error
    return method(...args)
  }
}

/** Something happens right before each of the first calls, as many as are said. */
export function accompanied<Args extends unknown[], Result>(
  times: number,
  meanwhile: (...args: NoInfer<Args>) => Promise<unknown>,
  method: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  let left = times
  return async (...args) => {
    if (left-- > 0) await meanwhile(...args)
    return method(...args)
  }
}
