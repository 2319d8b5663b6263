import { setTimeout as sleep } from 'node:timers/promises'
import type { User } from '../../../lib/user.ts'
import type { Door } from '../doors.ts'
import type { Held } from '../generator.ts'
import { ALLOWED_SECONDS } from '../notices/allowed.ts'
import { NEW_PASSWORDS } from '../secrets.ts'
import { present, type Scenario, type Trial, trial } from './trial.ts'

// What is ended while a route is asked that lets a check be a little old, and beside it, in the same processes, one that
// does not.

/** Checks begin with the login and the end comes when it likes: while the first of them are being read, or long after. */
const BEFORE_MS = 1500
/** What is asked after the staleness is over. */
const BEYOND_MS = 600
const EVERY_MS = 250

/** By how much answers are late in the weather that is made for this. */
export const LATE_MS = 600
const JUST_AFTER_MS = 50
/** At once: for several processes, and for all that there are. */
const [FEW, MANY] = [3, 12]
const LENIENTLY = { door: 'lenient' } as const

/** How one session is asked for, side by side: more than once, so that several processes come to know it. */
const ALONE: readonly Door[] = ['lenient', 'lenient', 'lenient']
const BOTH: readonly Door[] = ['lenient', 'lenient', 'strict']

/** Asks for a session by these doors from now on, until its end was answered and the staleness is over, and longer. */
async function ask(t: Trial, held: Held, doors: readonly Door[], ended: Promise<unknown>) {
  let until = Infinity
  const lane = async (door: Door) => {
    while (performance.now() < until) {
      await t.generator.me(held, { door })
      await sleep(EVERY_MS * (0.5 + t.random()))
    }
  }
  const lanes = doors.map(lane)
  await ended
  until = performance.now() + ALLOWED_SECONDS * 1000 + BEYOND_MS
  await Promise.all(lanes)
}

/**
 * Two sessions: one that the lenient route alone is asked for, so that nothing makes a process read before it must, and
 * one of both routes.
 */
function beside(end: (t: Trial, user: User, held: readonly Held[]) => Promise<Held | undefined>) {
  return (t: Trial) =>
    trial(t, 2, async (user, held) => {
      const ended = sleep(t.random() * BEFORE_MS).then(() => end(t, user, held))
      await Promise.all(held.map((each, index) => ask(t, each, index === 0 ? ALONE : BOTH, ended)))
      return present([await ended])
    })
}

export const LENIENT: readonly Scenario[] = [
  {
    name: 'an administrator’s revoke beside a route that allows staleness',
    isPatient: true,
    run: beside(async ({ generator, admin }, _, held) => {
      await Promise.all(held.map((each) => generator.revoke(each, admin)))
      return undefined
    }),
  },
  {
    name: 'an end-all beside a route that allows staleness, and renewals',
    isPatient: true,
    run: beside(async ({ generator, system, admin }, user) => {
      await system.age(user.id, 60)
      await generator.revokeAllSessions(user, admin)
      return undefined
    }),
  },
  {
    name: 'a password change beside a route that allows staleness',
    isPatient: true,
    run: beside(async ({ generator }, _, [, second]) =>
      second ? generator.changePassword(second, NEW_PASSWORDS.changed) : undefined,
    ),
  },
  {
    // Where answers are late the row has been read, and its end is acknowledged before the process has got it.
    name: 'a revoke under way when a route that allows staleness first reads',
    isPatient: true,
    run: (t) =>
      trial(t, 1, async (_, held) => {
        const volley = (many: number) =>
          Promise.all(held.flatMap((each) => Array.from({ length: many }, () => t.generator.me(each, LENIENTLY))))
        const ended = Promise.all(held.map((each) => t.generator.revoke(each, t.admin)))
        await sleep(LATE_MS / 3)
        const first = volley(FEW)
        await ended
        await sleep(ALLOWED_SECONDS * 1000 + JUST_AFTER_MS)
        await Promise.all([first, volley(MANY)])
        return []
      }),
  },
]
