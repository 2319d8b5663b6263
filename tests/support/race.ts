import { expect } from 'vitest'
import type { EpochSeconds } from '../../lib/system.ts'
import { everyInterleaving, someInterleavings, type Turn } from './interleavings.ts'
import { NOW } from './samples.ts'
import { type Place, type Run, Scene, type Setting, type Stores } from './scene.ts'

// Runs actors concurrently in one scene, in every order of their datastore calls, and checks the invariants afterwards.

/** An operation of a race. It gets stores of its own, a name and the time of its clock. */
export type Actor = (scene: Scene, stores: Stores, self: Self) => Promise<unknown>

interface Self {
  readonly name: string
  readonly now: EpochSeconds
  /** Takes the time that a response takes to arrive: operations of other actors may come in between. */
  receive?(): Promise<void>
}

/** The outcome of an actor. */
export interface Outcome {
  readonly value?: unknown
  /** The code of the problem; `none` if the operation succeeded. */
  readonly error: string
}

interface Race {
  readonly setting?: Setting
  readonly actors: readonly Actor[]
  /** The number of random orders in memory, if all orders would take too long. */
  readonly drawn?: number | undefined
  /** The number of random orders on the first engine; other engines run a share of them. */
  readonly onEngine?: number
  /** An actor that runs after all others have finished and before the invariants are checked. */
  readonly lastly?: Actor
  /** Items that a datastore failure in this race may leave behind. */
  readonly remains?: Parameters<Scene['judge']>[0]
  /** Further checks after each order; `count` counts an outcome. */
  readonly after?: (scene: Scene, outcomes: Outcome[], count: (what: string) => void) => Promise<void> | void
}

export interface Tally {
  readonly orders: number
  /** Returns how often an outcome was counted. */
  readonly times: (what: string) => number
}

const ON_ENGINE = 30

/**
 * Runs actors in every order of their datastore calls, or in many random orders, and fails with the shortest orders that
 * violate an invariant.
 */
export async function race(place: Place, what: Race): Promise<Tally> {
  const { setting = {}, actors, drawn, onEngine = ON_ENGINE, lastly, remains, after } = what
  const draw = place.isEngine ? place.share(onEngine) : drawn
  const nextDelay = draw === undefined ? () => 0 : delays()
  const counts = new Map<string, number>()
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  const broken: string[] = []
  let orders = 0
  let scene = await Scene.open(place, setting)
  let outcomes: Outcome[] = []
  const play = (turns: Turn[]) => {
    outcomes = []
    return turns.map(async (turn, index) => {
      await Promise.resolve() // all start together
      // Without delays, a short actor would seldom come late in a random order.
      for (let delay = nextDelay(); delay > 0; delay--) await turn()
      const act = actors[index] as Actor
      outcomes[index] = await outcomeOf(scene, act, index, oneByOne(turn, place.isEngine ? undefined : scene))
    })
  }
  const check = async (order: string) => {
    orders++
    if (lastly) await outcomeOf(scene, lastly, actors.length)
    await scene.judge(remains)
    await after?.(scene, outcomes, count)
    for (const violation of new Set(scene.violations)) broken.push(`${order}: ${violation}`)
    scene = await Scene.open(place, setting)
  }
  if (draw === undefined) await everyInterleaving(actors.length, play, check)
  else await someInterleavings({ orders: draw, seed: 1 }, actors.length, play, check)

  const shortest = broken.sort((a, b) => a.length - b.length).slice(0, 3)
  expect(shortest, `${broken.length} violations in ${orders} orders`).toEqual([])
  return { orders, times: (what) => counts.get(what) ?? 0 }
}

/** Runs one actor; `run` holds up its datastore calls. */
export async function outcomeOf(scene: Scene, act: Actor, index = 0, run?: Run): Promise<Outcome> {
  const name = 'abcdefgh'.charAt(index)
  const now = NOW + 1000 + (scene.setting.skew?.[index] ?? 0)
  try {
    const receive = async () => run?.(async () => {})
    return { value: await act(scene, scene.storesOf(run), { name, now, receive }), error: 'none' }
  } catch (error) {
    if (error instanceof Died) return { error: 'died' }
    const { code } = error as { code?: unknown }
    if (typeof code === 'string' && /^[a-z_]+$/.test(code)) return { error: code }
    scene.violate(`a response that is no problem: ${error}`)
    return { error: 'crash' }
  }
}

/** Fails each call of a process that was killed. */
class Died extends Error {}

/** Runs one actor whose process is killed after `calls` datastore calls. */
export async function abandoned(
  scene: Scene,
  act: Actor,
  calls: number,
  index = 0,
): Promise<Outcome & { readonly died: boolean }> {
  let made = 0
  const run: Run = async (call) => {
    if (++made > calls) throw new Died()
    return call()
  }
  const outcome = await outcomeOf(scene, act, index, run)
  return { ...outcome, died: made > calls }
}

/** Makes the parallel calls of one actor one after the other. */
function oneByOne(turn: Turn, watched: Scene | undefined): Run {
  let last: Promise<unknown> = Promise.resolve()
  const watch = () => watched?.watch()
  return (call) => {
    const made = last.then(turn).then(call)
    last = made.then(watch, watch)
    return last.then(() => made)
  }
}

/** Returns the number of turns that an actor waits before it starts: 0 to 11, the same sequence each time. */
function delays(): () => number {
  let state = 7
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0 // as in `someInterleavings`
    return Math.floor((state / 2 ** 32) * 12)
  }
}
