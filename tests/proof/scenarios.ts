import { setTimeout as sleep } from 'node:timers/promises'
import type { User } from '../../lib/user.ts'
import type { Generator, Held } from './generator.ts'
import type { Operation } from './history-operation.ts'
import { PASSWORD, type System } from './system.ts'

// What races with what (§6.4). Each trial has a user of its own, so that any number of them may run side by side, and
// ends with a look at every session it knows and at the table.

export interface Trial {
  readonly system: System
  readonly generator: Generator
  /** What has been written down so far. */
  readonly history: Operation[]
  /** An administrator, who is in no race. */
  readonly admin: Held
  /** From 0 to 1, from the seed. */
  random(): number
}

export interface Scenario {
  readonly name: string
  run(trial: Trial): Promise<void>
}

/** How long the starts of one race are apart at most: about as long as a call takes. */
const SPREAD_MS = 30
/** As often as checks go on in a race. */
const CHECKS = 8

const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined)

/** A user, so many sessions of theirs, and what follows when all is over. */
async function trial(
  { system, generator, random }: Trial,
  sessions: number,
  race: (user: User, held: Held[], later: <T>(work: () => Promise<T>) => Promise<T>) => Promise<(Held | undefined)[]>,
  user?: User,
): Promise<void> {
  const owner = user ?? (await system.user())
  const held = present(await Promise.all(Array.from({ length: sessions }, () => generator.login(owner))))
  const later = async <T>(work: () => Promise<T>) => {
    await sleep(random() * SPREAD_MS)
    return work()
  }
  const given = await race(owner, held, later)
  for (const each of [...held, ...present(given)]) {
    await generator.me(each)
    await generator.me(each)
    await generator.look(each)
  }
  await generator.snapshot(owner)
}

/** Checks of a session while something else happens to it, each of them due to renew it. */
function checks(
  { generator }: Trial,
  held: Held,
  later: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<unknown>[] {
  return Array.from({ length: CHECKS }, () => later(() => generator.me(held)))
}

const logins = ({ generator }: Trial, user: User, many: number, later: <T>(work: () => Promise<T>) => Promise<T>) =>
  Array.from({ length: many }, () => later(() => generator.login(user)))

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'logout beside checks that renew',
    run: (t) =>
      trial(t, 1, async (user, held, later) => {
        await t.system.age(user.id, 60)
        const ended = held.map((each) => later(() => t.generator.logout(each)))
        await Promise.all([...ended, ...held.flatMap((each) => checks(t, each, later))])
        return []
      }),
  },
  {
    name: 'two logouts at once',
    run: (t) =>
      trial(t, 1, async (_, held, later) => {
        await Promise.all(
          held.flatMap((each) => [later(() => t.generator.logout(each)), later(() => t.generator.logout(each))]),
        )
        return []
      }),
  },
  {
    name: 'an administrator’s revoke beside checks that renew',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        await t.system.age(user.id, 60)
        const [first] = held
        const ended = first ? [later(() => t.generator.revoke(first, t.admin))] : []
        await Promise.all([...ended, ...held.flatMap((each) => checks(t, each, later))])
        return []
      }),
  },
  {
    name: 'end-all beside logins',
    run: (t) =>
      trial(t, 3, async (user, held, later) => {
        const ended = later(() => t.generator.endAll(user, t.admin))
        const checked = held.flatMap((each) => checks(t, each, later))
        const given = await Promise.all(logins(t, user, 16, later))
        await Promise.all([ended, ...checked])
        return given
      }),
  },
  {
    name: 'disabling beside logins',
    run: (t) =>
      trial(t, 2, async (user, _, later) => {
        const ended = later(() => t.generator.change('disable', user, t.admin))
        const given = await Promise.all(logins(t, user, 6, later))
        await ended
        await t.generator.login(user)
        return given
      }),
  },
  {
    name: 'a password change beside logins with the old one',
    run: (t) =>
      trial(t, 2, async (user, [first], later) => {
        const changed = later(async () => first && t.generator.changePassword(first, 'five loud umbrellas at dusk'))
        const given = await Promise.all(logins(t, user, 6, later))
        const mine = await changed
        return [
          ...given,
          mine,
          await t.generator.login(user),
          await t.generator.login(user, { password: 'five loud umbrellas at dusk' }),
        ]
      }),
  },
  {
    name: 'another form of the hash beside a password change',
    run: async (t) => {
      const old = await t.system.user(['greeting:read'], await t.system.hash(PASSWORD, 5))
      await trial(
        t,
        0,
        async (user, _, later) => {
          const first = await t.generator.login(user)
          const changed = later(async () => first && t.generator.changePassword(first, 'tin whistles at dawn'))
          const given = await Promise.all(logins(t, user, 4, later))
          return [first, ...given, await changed, await t.generator.login(user)]
        },
        old,
      )
    },
  },
  {
    name: 'taking a scope away beside logins',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        const ended = later(() => t.generator.change('scope-removal', user, t.admin))
        const checked = held.flatMap((each) => checks(t, each, later))
        await Promise.all([ended, ...checked])
        return []
      }),
  },
  {
    name: 'a confirmation beside a logout and a password change',
    run: (t) =>
      trial(t, 2, async (_, [first, second], later) => {
        if (!first || !second) return []
        const [given, , changed] = await Promise.all([
          later(() => t.generator.confirm(first)),
          later(() => t.generator.logout(first)),
          later(() => t.generator.changePassword(second, 'a lighthouse made of paper')),
        ])
        return [given, changed]
      }),
  },
  {
    name: '"sign out the others" beside a revoke of one’s own',
    run: (t) =>
      trial(t, 3, async (_, [first, ...rest], later) => {
        if (!first) return []
        const [given] = await Promise.all([
          later(() => t.generator.endOthers(first)),
          later(() => t.generator.revoke(first, t.admin)),
          ...rest.flatMap((each) => checks(t, each, later)),
        ])
        return [given]
      }),
  },
  {
    name: 'an end-all soon after another, with logins in between',
    run: (t) =>
      trial(t, 1, async (user, _, later) => {
        await t.generator.endAll(user, t.admin)
        const given = await Promise.all(logins(t, user, 4, later))
        await t.generator.endAll(user, t.admin)
        return given
      }),
  },
  {
    name: 'a session at its end',
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
      await Promise.all(Array.from({ length: 40 }, () => t.generator.login(user, { password: 'not the right one' })))
    },
  },
]

/** One of them by its name. */
export function scenarioOf(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name)
  if (!found) throw new Error(`There is no scenario "${name}".`)
  return found
}
