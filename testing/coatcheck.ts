import { parseConfig } from '../lib/config.ts'
import { startDeadline } from '../lib/deadline.ts'
import { parseEmail } from '../lib/email.ts'
import type { UserStore } from '../lib/ports.ts'
import type { SessionPolicy } from '../lib/session.ts'
import { createSessions, type Sessions } from '../lib/sessions/sessions.ts'
import { type EpochSeconds, systemRandomText } from '../lib/system.ts'
import type { User, UserId } from '../lib/user.ts'
import { installDefaults } from '../middleware/defaults.ts'
import { type FixedClock, fixedClock } from './fixed-clock.ts'
import { memorySessionStore } from './memory-session-store.ts'
import { memoryUserStore } from './memory-user-store.ts'
import { type SignedIn, type SignInOptions, signInOptions, signInUser } from './sign-in.ts'

/** Options of a test's sign-in. */
export interface TestSignInOptions extends SignInOptions {
  /** Facts about a new user, which `loadUser` gives to handlers. Default: a made-up, verified address and no name. */
  readonly user?: { readonly email?: string; readonly emailVerified?: boolean; readonly name?: string } | undefined
}

/** Sessions and users in memory, for tests of handlers. */
export interface TestCoatcheck {
  /** For the option `sessions` of `requireSession` and `createAuthorizer`. */
  readonly sessions: Sessions
  /** For the option `loadUser` of `requireSession`; has the users of `signIn`. */
  readonly users: UserStore
  readonly clock: FixedClock
  /** Creates a session, and its user unless there is one with this `userId`; see `signIn`. */
  signIn(options?: TestSignInOptions): Promise<SignedIn>
  /**
   * Makes every handler of this process use these sessions and users if its options name none, and the given environment
   * variables instead of those of the process. Handlers can be imported before or after.
   * @returns a function that undoes it
   * @throws ConfigError that lists every problem of the environment variables
   */
  install(environment?: Readonly<Record<string, string | undefined>>): () => void
}

/**
 * Creates sessions and users in memory, with the default timeouts unless given, on a clock that stands at `now`.
 * @example
 * ```ts
 * import middy from '@middy/core'
 * import { requireSession } from 'coatcheck/middleware'
 * import { httpApiEvent, invoke, testCoatcheck } from 'coatcheck/testing'
 *
 * const handler = middy()
 *   .use(requireSession({ scopes: ['notes:read'] }))
 *   .handler(async () => ({ statusCode: 200 }))
 *
 * const { install, clock, signIn } = testCoatcheck()
 * install()
 * const { headers } = await signIn({ scopes: ['notes:read'] })
 * await invoke(handler, httpApiEvent({ headers })) // { statusCode: 200 }
 * clock.advance(8 * 86_400)
 * await invoke(handler, httpApiEvent({ headers })) // { statusCode: 401, … }: past the idle timeout
 * ```
 */
export function testCoatcheck({
  now,
  ...policy
}: Partial<SessionPolicy> & { now?: EpochSeconds | undefined } = {}): TestCoatcheck {
  const clock = fixedClock(now)
  const sessions = createSessions({ ...policy, store: memorySessionStore(), clock })
  const users = memoryUserStore()
  return {
    sessions,
    users,
    clock,
    async signIn(options = {}) {
      const { userId, scopes } = signInOptions(options)
      const user = (await users.get(userId, startDeadline())) ?? newUser(userId, clock(), { scopes }, options.user)
      await addUser(user)
      return signInUser(sessions, user, scopes, options.as)
    },
    install: (environment = {}) => installDefaults({ config: parseConfig(environment), sessions, users }),
  }

  async function addUser(user: User) {
    if (await users.get(user.id, startDeadline())) return
    await users.create(user, startDeadline())
    await users.claimEmail(user.email, { userId: user.id }, undefined, startDeadline())
  }
}

function newUser(
  id: UserId,
  createdAt: EpochSeconds,
  { scopes }: Pick<User, 'scopes'>,
  { email = `${id}@example.com`, emailVerified = true, name }: TestSignInOptions['user'] = {},
): User {
  return {
    id,
    email: parsed(email),
    emailVerified,
    ...(name === undefined ? {} : { name }),
    scopes,
    status: 'active',
    epoch: 0,
    changeId: systemRandomText(21),
    sweepPending: false,
    createdAt,
  }
}

function parsed(email: string): User['email'] {
  const canonical = parseEmail(email)
  if (canonical === undefined) throw new TypeError('signIn: `user.email` must be an email address')
  return canonical
}
