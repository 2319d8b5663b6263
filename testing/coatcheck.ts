import type { SessionPolicy } from '../lib/session.ts'
import { createSessions, type Sessions } from '../lib/sessions/sessions.ts'
import type { EpochSeconds } from '../lib/system.ts'
import { type FixedClock, fixedClock } from './fixed-clock.ts'
import { memorySessionStore } from './memory-session-store.ts'
import { type SignedIn, type SignInOptions, signIn } from './sign-in.ts'

/** Coatcheck without a table. */
export interface TestCoatcheck {
  /** For `requireSession({ sessions })` and `createAuthorizer({ sessions })`. */
  readonly sessions: Sessions
  readonly clock: FixedClock
  signIn(options?: SignInOptions): Promise<SignedIn>
}

/** Sessions in memory, of the default policy unless told otherwise, on a clock that stands at `now`. */
export function testCoatcheck({ now, ...policy }: Partial<SessionPolicy> & { now?: EpochSeconds } = {}): TestCoatcheck {
  const clock = fixedClock(now)
  const sessions = createSessions({ ...policy, store: memorySessionStore(), clock })
  return { sessions, clock, signIn: (options) => signIn(sessions, options) }
}
