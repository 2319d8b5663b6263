import { setTimeout as sleep } from 'node:timers/promises'
import type { Scope } from '../../../lib/scope.ts'
import type { User } from '../../../lib/user.ts'
import type { Generator, Held } from '../generator.ts'
import type { RouteName } from '../guarded-routes.ts'
import type { Operation } from '../history/operation.ts'
import { SCOPES, type System } from '../system.ts'

// One trial of a scenario: it has a user of its own, so that any number run in parallel. It ends with checks of every
// session it knows, by both routes, and with a read of the table.

export interface Trial {
  readonly system: System
  readonly generator: Generator
  readonly history: Operation[]
  /** The sessions of an administrator and of a service that may introspect, which no trial revokes. */
  readonly admin: Held
  readonly service: Held
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

const CHECKS = 6

export const present = <T>(values: readonly (T | undefined)[]): T[] => values.filter((value) => value !== undefined)

/** A user with a password of the proof: from the table, or one who registered and was granted the scopes. */
async function createUser({ system, generator, admin, random }: Trial): Promise<User> {
  const user = random() < 0.2 ? await generator.register() : undefined
  if (!user || (await generator.change('scope-grant', user, admin)) !== 'ok') return system.createUser()
  return { ...user, scopes: [...SCOPES.kept, SCOPES.removed] as Scope[] }
}

/** A login, sometimes with a session that it replaces. */
async function signIn({ generator, random }: Trial, user: User): Promise<Held | undefined> {
  if (random() < 0.8) return generator.login(user)
  const presented = await generator.login(user)
  const held = await generator.login(user, { presented })
  if (presented) await generator.me(presented)
  return held
}

/** Signs a user in, runs the race, and checks all sessions and the table after it. */
export async function trial(
  t: Trial,
  sessions: number,
  race: (user: User, held: Held[], later: Later) => Promise<(Held | undefined)[]>,
  user?: User,
): Promise<void> {
  const { generator, admin, service, random } = t
  const owner = user ?? (await createUser(t))
  const held = present(await Promise.all(Array.from({ length: sessions }, () => signIn(t, owner))))
  const later: Later = async (work) => {
    await sleep(random() * SPREAD_MS)
    return work()
  }
  const given = await race(owner, held, later)
  const checkEverywhere = async (each: Held) => {
    await generator.me(each)
    await generator.me(each, { route: 'authorizer' })
    await generator.look(each)
    await generator.introspect(each, service)
    await generator.list(owner, each)
  }
  await Promise.all([...held, ...present(given)].map(checkEverywhere))
  await generator.list(owner, admin)
  await generator.snapshot(owner)
}

const GUARDED: readonly RouteName[] = ['middleware', 'authorizer']

/** Checks of a session by both routes in turn, by introspection and by a list. */
export function checks({ generator, service }: Trial, held: Held, later: Later): Promise<unknown>[] {
  const byRoutes = Array.from({ length: CHECKS }, (_, index) =>
    later(() => generator.me(held, { route: GUARDED[index % 2] ?? 'middleware' })),
  )
  return [...byRoutes, later(() => generator.introspect(held, service)), later(() => generator.list(held.user, held))]
}

export const logins = (t: Trial, user: User, many: number, later: Later) =>
  Array.from({ length: many }, () => later(() => signIn(t, user)))
