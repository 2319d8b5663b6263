import type { SessionPolicy } from '../lib/session.ts'
import { createSessions, type Sessions } from '../lib/sessions/sessions.ts'
import type { EpochSeconds } from '../lib/system.ts'
import { type FixedClock, fixedClock } from './fixed-clock.ts'
import { memorySessionStore } from './memory-session-store.ts'
import { type SignedIn, type SignInOptions, signIn } from './sign-in.ts'

/** Sessions in memory, for tests of handlers. */
export interface TestCoatcheck {
  /** For the option `sessions` of `requireSession` and `createAuthorizer`. */
  readonly sessions: Sessions
  readonly clock: FixedClock
  /** Creates a session; see `signIn`. */
  signIn(options?: SignInOptions): Promise<SignedIn>
}

/**
 * Creates sessions in memory, with the default timeouts unless given, on a clock that stands at `now`.
 * @example
 * ```ts
 * import middy from '@middy/core'
 * import { requireSession } from 'coatcheck/middleware'
 * import { httpApiEvent, invoke, testCoatcheck } from 'coatcheck/testing'
 *
 * const { sessions, clock, signIn } = testCoatcheck()
 * const handler = middy()
 *   .use(requireSession({ sessions, scopes: ['notes:read'] }))
 *   .handler(async () => ({ statusCode: 200 }))
 *
 * const { headers } = await signIn({ scopes: ['notes:read'] })
 * await invoke(handler, httpApiEvent({ headers })) // { statusCode: 200 }
 * clock.advance(8 * 86_400)
 * await invoke(handler, httpApiEvent({ headers })) // { statusCode: 401, … }: past the idle timeout
 * ```
 */
export function testCoatcheck({ now, ...policy }: Partial<SessionPolicy> & { now?: EpochSeconds } = {}): TestCoatcheck {
  const clock = fixedClock(now)
  const sessions = createSessions({ ...policy, store: memorySessionStore(), clock })
  return { sessions, clock, signIn: (options) => signIn(sessions, options) }
}
