import { setTimeout as sleep } from 'node:timers/promises'
import type { User } from '../../../lib/user.ts'
import type { Generator, Held } from '../generator.ts'
import type { RouteName } from '../guarded-routes.ts'
import type { Operation } from '../history/operation.ts'
import type { System } from '../system.ts'

// One trial of a scenario: it has a user of its own, so that any number run in parallel. It ends with checks of every
// session it knows, by both routes, and with a read of the table.

export interface Trial {
  readonly system: System
  readonly generator: Generator
  readonly history: Operation[]
  /** The session of an administrator, which no trial revokes. */
  readonly admin: Held
  /** From 0 to 1. */
  random(): number
}

export interface Scenario {
  readonly name: string
  /** Whether it waits for seconds and does little: many can run in parallel, none during kills. */
  readonly waits?: true
  run(trial: Trial): Promise<void>
}

/** Starts work after a short random delay. */
export type Later = <T>(work: () => Promise<T>) => Promise<T>

/** The longest delay: about as long as a request takes. */
const SPREAD_MS = 30

const CHECKS = 8

export const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined)

/** Signs a user in, runs the race, and checks all sessions and the table after it. */
export async function trial(
  { system, generator, random }: Trial,
  sessions: number,
  race: (user: User, held: Held[], later: Later) => Promise<(Held | undefined)[]>,
  user?: User,
): Promise<void> {
  const owner = user ?? (await system.createUser())
  const held = present(await Promise.all(Array.from({ length: sessions }, () => generator.login(owner))))
  const later: Later = async (work) => {
    await sleep(random() * SPREAD_MS)
    return work()
  }
  const given = await race(owner, held, later)
  const checkEverywhere = async (each: Held) => {
    await generator.me(each)
    await generator.me(each, { route: 'authorizer' })
    await generator.look(each)
  }
  await Promise.all([...held, ...present(given)].map(checkEverywhere))
  await generator.snapshot(owner)
}

const GUARDED: readonly RouteName[] = ['middleware', 'authorizer']

/** Checks of a session by both routes in turn. */
export function checks({ generator }: Trial, held: Held, later: Later): Promise<unknown>[] {
  return Array.from({ length: CHECKS }, (_, index) =>
    later(() => generator.me(held, { route: GUARDED[index % 2] ?? 'middleware' })),
  )
}

export const logins = ({ generator }: Trial, user: User, many: number, later: Later) =>
  Array.from({ length: many }, () => later(() => generator.login(user)))
