import { setTimeout as sleep } from 'node:timers/promises'
import type { User } from '../../../lib/user.ts'
import type { Held } from '../generator.ts'
import type { RouteName } from '../guarded-routes.ts'
import { ALLOWED_SECONDS } from '../notices/allowed.ts'
import { NEW_PASSWORDS } from '../secrets.ts'
import { present, type Scenario, type Trial, trial } from './trial.ts'

// Revocations while a route that allows staleness is called, and another route of the same processes that allows none.

/** Checks begin with the login; the revocation begins within this time, during the first reads or long after. */
const REVOKE_WITHIN_MS = 1500
/** How long checks go on after the staleness has passed. */
const BEYOND_MS = 600
const EVERY_MS = 250

/** The delay of responses under the condition `LATE`. */
export const LATE_MS = 600
const JUST_AFTER_MS = 50
/** Parallel checks: for several processes, and for all. */
const [FEW, MANY] = [3, 12]
const BY_LENIENT = { route: 'lenient' } as const

/** Parallel checks of one session: several, so that several processes cache it. */
const LENIENT_ONLY: readonly RouteName[] = ['lenient', 'lenient', 'lenient']
const BOTH: readonly RouteName[] = ['lenient', 'lenient', 'strict']

/** Checks a session by these routes until it is revoked, the staleness has passed, and a little longer. */
async function checkRepeatedly(t: Trial, held: Held, routes: readonly RouteName[], revoked: Promise<unknown>) {
  let until = Infinity
  const lane = async (route: RouteName) => {
    while (performance.now() < until) {
      await t.generator.me(held, { route })
      await sleep(EVERY_MS * (0.5 + t.random()))
    }
  }
  const lanes = routes.map(lane)
  await revoked
  until = performance.now() + ALLOWED_SECONDS * 1000 + BEYOND_MS
  await Promise.all(lanes)
}

/** Two sessions: one is checked by the lenient route alone, so that no other read renews the cache, one by both routes. */
function whileChecked(revoke: (t: Trial, user: User, held: readonly Held[]) => Promise<Held | undefined>) {
  return (t: Trial) =>
    trial(t, 2, async (user, held) => {
      const revoked = sleep(t.random() * REVOKE_WITHIN_MS).then(() => revoke(t, user, held))
      await Promise.all(held.map((each, index) => checkRepeatedly(t, each, index === 0 ? LENIENT_ONLY : BOTH, revoked)))
      return present([await revoked])
    })
}

export const LENIENT: readonly Scenario[] = [
  {
    name: 'revoke with a route that allows staleness',
    waits: true,
    run: whileChecked(async ({ generator, admin }, _, held) => {
      await Promise.all(held.map((each) => generator.revoke(each, admin)))
      return undefined
    }),
  },
  {
    name: 'revoke-all with a route that allows staleness, and renewals',
    waits: true,
    run: whileChecked(async ({ generator, system, admin }, user) => {
      await system.makeRenewalDue(user.id)
      await generator.revokeAllSessions(user, admin)
      return undefined
    }),
  },
  {
    name: 'password change with a route that allows staleness',
    waits: true,
    run: whileChecked(async ({ generator }, _, [, second]) =>
      second ? generator.changePassword(second, NEW_PASSWORDS.changed) : undefined,
    ),
  },
  {
    // With late reads the revocation is acknowledged after the row was read and before the process receives it.
    name: 'revoke during the first read of a route that allows staleness',
    waits: true,
    run: (t) =>
      trial(t, 1, async (_, held) => {
        const volley = (many: number) =>
          Promise.all(held.flatMap((each) => Array.from({ length: many }, () => t.generator.me(each, BY_LENIENT))))
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
