import { setTimeout as sleep } from 'node:timers/promises'
import type { Budget } from '../checker/budget.ts'
import { WRONG_PASSWORD } from '../secrets.ts'
import { ADMINISTRATORS } from './scenarios-administration.ts'
import { WITH_FACTORS } from './scenarios-factors.ts'
import { LENIENT } from './scenarios-lenient.ts'
import { OWNERS } from './scenarios-owner.ts'
import { SIGN_INS } from './scenarios-sign-in.ts'
import { logins, present, type Scenario, trial } from './trial.ts'

// Operations that run in parallel.

const OTHERS: readonly Scenario[] = [
  {
    name: 'session at its timeout',
    waits: true,
    run: (t) =>
      trial(t, 1, async (user, [held]) => {
        await t.generator.expireIn(1, user, t.history)
        await sleep(3500) // the second of the timeout, the skew, and a margin
        if (held) await t.generator.me(held)
        return []
      }),
  },
  {
    name: 'users of one service in parallel',
    run: async (t) => {
      await Promise.all(
        [1, 2, 3].map(() =>
          trial(t, 1, async (_, held) => {
            for (const each of held) await t.generator.me(each)
            return []
          }),
        ),
      )
    },
  },
  {
    name: 'wrong passwords',
    run: async (t) => {
      const user = await t.system.createUser()
      await Promise.all(Array.from({ length: 40 }, () => t.generator.login(user, { password: WRONG_PASSWORD })))
    },
  },
]

export const SCENARIOS: readonly Scenario[] = [
  ...OWNERS,
  ...ADMINISTRATORS,
  ...WITH_FACTORS,
  ...SIGN_INS,
  ...OTHERS,
  ...LENIENT,
]

/** The login budget of the service in the phase at the rate limit. */
export const BUDGET: Budget = { slots: 10, window: 900_000_000 }

/** The session cap of the service in the phase at the session cap. */
export const CAP = 3
export const CAPPED: readonly Scenario[] = [
  {
    name: 'more parallel logins than the session cap',
    run: (t) =>
      trial(t, 2, async (user, _, later) => {
        const given = await Promise.all(logins(t, user, 6, later))
        // The last login runs alone: it leaves no more sessions than the cap.
        return [...present(given), await t.generator.login(user), await t.generator.login(user)]
      }),
  },
  {
    name: 'logins in parallel to a revoke-all, at the session cap',
    run: (t) =>
      trial(t, CAP, async (user, _, later) => {
        const ended = later(() => t.generator.revokeAllSessions(user, t.admin))
        const given = await Promise.all(logins(t, user, 5, later))
        await ended
        return [...given, await t.generator.login(user)]
      }),
  },
]

export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name)
  if (!found) throw new Error(`There is no scenario "${name}".`)
  return found
}
