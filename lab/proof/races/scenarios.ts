import { setTimeout as sleep } from 'node:timers/promises'
import type { Budget } from '../checker/budget.ts'
import { WRONG_PASSWORD } from '../secrets.ts'
import { ADMINISTRATORS } from './scenarios-administration.ts'
import { LENIENT } from './scenarios-lenient.ts'
import { OWNERS } from './scenarios-owner.ts'
import { logins, present, type Scenario, trial } from './trial.ts'

// What races with what (§6.4).

/** Nobody does anything to these. */
const LEFT_ALONE: readonly Scenario[] = [
  {
    name: 'a session at its end',
    isPatient: true,
    run: (t) =>
      trial(t, 1, async (user, [held]) => {
        await t.generator.expireIn(1, user, t.history)
        await sleep(3500) // and the second that clocks may differ by
        if (held) await t.generator.me(held)
        return []
      }),
  },
  {
    name: 'people of one service beside each other',
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
    name: 'guesses',
    run: async (t) => {
      const user = await t.system.user()
      await Promise.all(Array.from({ length: 40 }, () => t.generator.login(user, { password: WRONG_PASSWORD })))
    },
  },
]

export const SCENARIOS: readonly Scenario[] = [...OWNERS, ...ADMINISTRATORS, ...LEFT_ALONE, ...LENIENT]

/** Of a service that lets a password be guessed so often. */
export const BUDGET: Budget = { slots: 10, window: 900_000_000 }

/** Of a service that lets a user have so many sessions. */
export const CAP = 3
export const CAPPED: readonly Scenario[] = [
  {
    name: 'more logins at once than there may be sessions',
    run: (t) =>
      trial(t, 2, async (user, _, later) => {
        const given = await Promise.all(logins(t, user, 6, later))
        // Whoever comes last, and alone, leaves no more than may be.
        return [...present(given), await t.generator.login(user), await t.generator.login(user)]
      }),
  },
  {
    name: 'at the cap, logins beside an end-all',
    run: (t) =>
      trial(t, CAP, async (user, _, later) => {
        const ended = later(() => t.generator.revokeAllSessions(user, t.admin))
        const given = await Promise.all(logins(t, user, 5, later))
        await ended
        return [...given, await t.generator.login(user)]
      }),
  },
]

/** One of them by its name. */
export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name)
  if (!found) throw new Error(`There is no scenario "${name}".`)
  return found
}
