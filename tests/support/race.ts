import { expect } from 'vitest'
import { CoatcheckError } from '../../lib/errors.ts'
import type { EpochSeconds } from '../../lib/system.ts'
import { everyInterleaving, someInterleavings, type Turn } from './interleavings.ts'
import { NOW } from './samples.ts'
import { type Place, type Run, Scene, type Setting, type Stores } from './scene.ts'

// Actors side by side in one scene, held up before each datastore call, and what must be true whoever was first.

/** What somebody does, with the stores that they are given, as whom and at what time. */
export type Actor = (scene: Scene, stores: Stores, self: Self) => Promise<unknown>

interface Self {
  readonly name: string
  readonly now: EpochSeconds
}

/** What came of an actor. */
export interface Outcome {
  readonly value?: unknown
  /** The name of the error; `none` when there was an answer. */
  readonly error: string
}

interface Race {
  readonly setting?: Setting
  readonly actors: readonly Actor[]
  /** So many orders drawn in memory too, where all of them would be too many. */
  readonly drawn?: number | undefined
  /** So many orders on the first engine, and a share of them on another. */
  readonly onEngine?: number
  /** Who comes when all have answered, before it is looked at what there is. */
  readonly lastly?: Actor
  /** What a datastore that fails in this race may leave. */
  readonly remains?: Parameters<Scene['judge']>[0]
  /** What else is to be true after each order; what is given to `count` is counted. */
  readonly after?: (scene: Scene, outcomes: Outcome[], count: (what: string) => void) => Promise<void> | void
}

export interface Tally {
  readonly orders: number
  /** How often this was counted. */
  readonly times: (what: string) => number
}

const ON_ENGINE = 30

/**
 * Has actors race in every order of their datastore calls, or in many drawn at random, and fails with the shortest
 * orders that break a promise.
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
      await Promise.resolve() // all begin together, once the scene is set
      // Without these a drawn order would seldom have a short actor come late.
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

/** Somebody acts in a scene, alone unless `run` makes them wait for others. */
export async function outcomeOf(scene: Scene, act: Actor, index = 0, run?: Run): Promise<Outcome> {
  const name = 'abcdefgh'.charAt(index)
  const now = NOW + 1000 + (scene.setting.skew?.[index] ?? 0)
  try {
    return { value: await act(scene, scene.storesOf(run), { name, now }), error: 'none' }
  } catch (error) {
    if (!(error instanceof CoatcheckError || error instanceof Died)) scene.violate(`no refusal of ours: ${error}`)
    return { error: (error as Error).constructor.name }
  }
}

/** Of a process that is no more: whatever it sets out to do fails. */
class Died extends Error {}

/** The same as `outcomeOf`, but after so many datastore calls the process dies, or the datastore for it. */
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

/** An actor may set out on several calls at once: they are made in turn. */
function oneByOne(turn: Turn, watched: Scene | undefined): Run {
  let last: Promise<unknown> = Promise.resolve()
  const watch = () => watched?.watch()
  return (call) => {
    const made = last.then(turn).then(call)
    last = made.then(watch, watch)
    return last.then(() => made)
  }
}

/** So many turns somebody waits before they begin: from 0 to 11, the same numbers each time. */
function delays(): () => number {
  let state = 7
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0 // as in `someInterleavings`
    return Math.floor((state / 2 ** 32) * 12)
  }
}
