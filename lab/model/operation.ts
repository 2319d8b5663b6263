import type { Model, Move } from './explorer.ts'

// Shared by all models: actors that run operations step by step, each datastore call one atomic step,
// and a datastore that may lose an answer, apply a write late, and workers that stop dead between two steps.

/** The part of a world that the machinery knows. */
export interface Stage {
  /** The memory of each actor: its step, whether its present write is a repeat, and what the model adds. */
  readonly actors: { step: string; repeated: number }[]
  /** Writes whose answer was lost and that have not been applied yet. They may be for ever: that is "not applied". */
  readonly late: { readonly actor: string; readonly step: string; readonly write: unknown }[]
  /** How many answers may still be lost. */
  retry: number
  /** How many actors may still stop dead. */
  crash: number
}

export type ActorOf<World extends Stage> = World['actors'][number]
export type WriteOf<World extends Stage> = World['late'][number]['write']

/** Changes the state and the actor's memory; returns the name of the next step. */
export type Change<World extends Stage> = (world: World, me: ActorOf<World>) => string

export type Steps<World extends Stage> = Readonly<Record<string, (turn: Turn<World>) => void>>

/** The steps of one actor, beginning with `start`. */
export interface Operation<World extends Stage> {
  readonly name: string
  readonly steps: Steps<World>
}

export const START = 'start'
export const DONE = 'done'

/** What differs between models. */
export interface Nature<World extends Stage> {
  copy(world: World): World
  /** Applies a write if its condition holds, and says whether it did. */
  land(world: World, write: WriteOf<World>): boolean
  /** Whether a write that has not landed yet can never have an effect any more. */
  isSpent?(world: World, write: WriteOf<World>): boolean
  /** Clears the memory of an actor that is done, so that otherwise equal states are the same state. */
  forget(me: ActorOf<World>): void
  key(world: World): string
  violation(world: World): string | undefined
}

/** One actor's turn in one state: collects all that it may do next. */
export class Turn<World extends Stage> {
  readonly moves: Move<World>[] = []
  readonly world: World
  readonly nature: Nature<World>
  index = 0
  actor = ''

  constructor(world: World, nature: Nature<World>) {
    this.world = world
    this.nature = nature
  }

  get me(): ActorOf<World> {
    return this.world.actors[this.index] as ActorOf<World>
  }

  /** A step that is answered. */
  call(step: string, change: Change<World>): void {
    const state = this.nature.copy(this.world)
    const me = state.actors[this.index] as ActorOf<World>
    me.step = change(state, me)
    if (me.step === DONE) this.nature.forget(me)
    this.reach(step, state)
  }

  /** Drops delayed writes that can have no effect any more, so that otherwise equal states are the same state. */
  reach(step: string, state: World): void {
    const { isSpent } = this.nature
    if (isSpent)
      for (let at = state.late.length - 1; at >= 0; at--)
        if (isSpent(state, state.late[at]?.write)) state.late.splice(at, 1)
    this.moves.push({ actor: this.actor, step, state })
  }

  /**
   * A write that the SDK repeats: answered; or applied and repeated; or repeated while the first try is still on its
   * way. `isOurs` tells whether a repeat that is refused was refused because the first try had been applied.
   */
  write(
    step: string,
    write: WriteOf<World>,
    applied: Change<World>,
    refused: Change<World>,
    isOurs: (world: World) => boolean = () => false,
  ): void {
    const isRepeat = this.me.repeated > 0
    this.call(isRepeat ? `${step}, again` : step, (world, me) => {
      me.repeated = 0
      const isApplied = this.nature.land(world, write) || (isRepeat && isOurs(world))
      return (isApplied ? applied : refused)(world, me)
    })
    this.#lose(step, write, (_, me) => {
      me.repeated = 1
      return me.step
    })
  }

  /** A write of one attempt: whose answer is lost does not know whether it was applied, and goes on with `lost`. */
  once(step: string, write: WriteOf<World>, applied: Change<World>, refused: Change<World>, lost: Change<World>): void {
    this.call(step, (world, me) => (this.nature.land(world, write) ? applied : refused)(world, me))
    this.#lose(step, write, lost)
  }

  #lose(step: string, write: WriteOf<World>, then: Change<World>): void {
    if (this.world.retry === 0) return
    this.call(`${step}, answer lost`, (world, me) => {
      world.retry--
      this.nature.land(world, write)
      return then(world, me)
    })
    this.call(`${step}, late`, (world, me) => {
      world.retry--
      world.late.push({ actor: this.actor, step, write })
      return then(world, me)
    })
  }
}

/** The operations side by side, from this world on. */
export function modelOf<World extends Stage>(
  start: World,
  operations: readonly Operation<World>[],
  nature: Nature<World>,
): Model<World> {
  return {
    start,
    key: nature.key,
    violation: nature.violation,
    next(world) {
      const turn = new Turn(world, nature)
      for (const [index, { name, steps }] of operations.entries()) {
        const { step } = world.actors[index] as ActorOf<World>
        if (step === DONE) continue
        turn.index = index
        turn.actor = name
        if (world.crash > 0 && step !== START)
          turn.call('crashes', (world) => {
            world.crash--
            return DONE
          })
        steps[step]?.(turn)
      }
      for (const [index, { actor, step, write }] of world.late.entries()) {
        const state = nature.copy(world)
        state.late.splice(index, 1)
        nature.land(state, write)
        turn.actor = actor
        turn.reach(`${step}, lands late`, state)
      }
      return turn.moves
    },
  }
}
