import { setTimeout as sleep } from 'node:timers/promises'
import type { User } from '../../../lib/user.ts'
import type { Door } from '../doors.ts'
import type { Generator, Held } from '../generator.ts'
import type { Operation } from '../history/operation.ts'
import type { System } from '../system.ts'

// One trial of a race: it has a user of its own, so that any number may run side by side, and ends with a look at every
// session it knows, by both doors, and at the table.

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
  /** Where it waits for seconds and does little: many of them fit beside each other, and none into a round of kills. */
  readonly isPatient?: true
  run(trial: Trial): Promise<void>
}

/** Does something a moment later: soon enough to meet what else is done. */
export type Later = <T>(work: () => Promise<T>) => Promise<T>

/** How long the starts of one race are apart at most: about as long as a call takes. */
const SPREAD_MS = 30
/** As often as checks go on in a race. */
const CHECKS = 8

export const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined)

/** A user, so many sessions of theirs, and what follows when all is over. */
export async function trial(
  { system, generator, random }: Trial,
  sessions: number,
  race: (user: User, held: Held[], later: Later) => Promise<(Held | undefined)[]>,
  user?: User,
): Promise<void> {
  const owner = user ?? (await system.user())
  const held = present(await Promise.all(Array.from({ length: sessions }, () => generator.login(owner))))
  const later: Later = async (work) => {
    await sleep(random() * SPREAD_MS)
    return work()
  }
  const given = await race(owner, held, later)
  const lookBack = async (each: Held) => {
    await generator.me(each)
    await generator.me(each, { door: 'authorizer' })
    await generator.look(each)
  }
  await Promise.all([...held, ...present(given)].map(lookBack))
  await generator.snapshot(owner)
}

const DOOR_OF: readonly Door[] = ['middleware', 'authorizer']

/** Checks of a session while something else happens to it, by each door in turn, each of them due to renew it. */
export function checks({ generator }: Trial, held: Held, later: Later): Promise<unknown>[] {
  return Array.from({ length: CHECKS }, (_, index) =>
    later(() => generator.me(held, { door: DOOR_OF[index % 2] ?? 'middleware' })),
  )
}

export const logins = ({ generator }: Trial, user: User, many: number, later: Later) =>
  Array.from({ length: many }, () => later(() => generator.login(user)))
