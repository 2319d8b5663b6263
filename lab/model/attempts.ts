import type { Model } from './explorer.ts'
import { type Change, DONE, modelOf, type Nature, type Operation, START, type Stage, type Turn } from './operation.ts'
import { allRules, type Rules } from './rules.ts'

// One counter of attempts (`lib/throttling/attempts.ts`, `lib/dynamodb/attempt-store.ts`): an account's, whose round lasts a window
// from its last slot and grows. A source's differs in the round alone.

const SLOTS = 2
const WINDOW = 2
const LONGEST = 4
const TRIES = 5

interface Round {
  taken: number
  window: number
  opensAt: number
}

interface Memory {
  step: string
  repeated: number
  tries: number
  round: Round | undefined
  /** When it took its slot. */
  at: number
  era: number
}

type Write =
  | { readonly kind: 'take'; readonly now: number }
  | { readonly kind: 'begin'; readonly seen: Round; readonly now: number }
  | { readonly kind: 'set'; readonly taken: number; readonly now: number }
  | { readonly kind: 'giveBack' }
  | { readonly kind: 'clear' }

interface World extends Stage {
  now: number
  round: Round | undefined
  readonly actors: Memory[]
  readonly late: { readonly actor: string; readonly step: string; readonly write: Write }[]
  /** Increases when a successful login begins and when it is answered; a verification that overlaps one is not counted. */
  era: number
  /** When those verifications of this era took their slots whose requests began in it. */
  verified: number[]
  /** Slots that were ever taken, by repeats too. */
  slots: number
  wrong: string
}

export interface Attempts {
  readonly guesses: number
  readonly owners: number
  /** Guesses that an outage keeps from being verified: they give their slot back. */
  readonly outages: number
  readonly retry: number
  /** A write that was reported failed may be applied at any later time. Else it is in the same second, or never. */
  readonly longAfter?: boolean
  /** How much time passes; twice a window if nothing else is said. */
  readonly seconds?: number
}

export function attemptsModel(
  { guesses, owners, outages, retry, longAfter = false, seconds = 2 * WINDOW }: Attempts,
  rules: Rules = allRules,
): Model<World> {
  type Make = (turn: Turn<World>) => void

  /** Takes a slot, and goes on with `then`. */
  function taking(then: Change<World>): Record<string, Make> {
    const taken =
      (at: number): Change<World> =>
      (world, me) => {
        me.at = at
        me.tries = 0
        me.round = undefined
        return then(world, me)
      }
    const refused: Change<World> = (world, me) => {
      const { round, now } = world
      if (++me.tries === TRIES || !round) return me.tries === TRIES ? DONE : 'take'
      if (round.opensAt <= now) {
        me.round = round
        return 'begin'
      }
      if (round.taken < SLOTS) return 'take'
      if (world.slots < SLOTS) world.wrong = 'refused though slots were left'
      return DONE
    }
    return {
      take(turn) {
        const { now } = turn.world
        if (!rules('atomicSlot'))
          return turn.call('GetItem attempts', (world, me) => {
            const { taken = 0, opensAt = 0 } = world.round ?? {}
            if (taken >= SLOTS && opensAt > now) return DONE
            me.tries = opensAt > now ? taken : 0
            return 'set'
          })
        const write = { kind: 'take', now } as const
        if (rules('slotIsKept')) return turn.write('UpdateItem attempts', write, taken(now), refused)
        turn.once('UpdateItem attempts', write, taken(now), refused, () => 'undo')
      },
      undo(turn) {
        turn.call('UpdateItem attempts: gives back', (world) => {
          nature.land(world, { kind: 'giveBack' })
          return 'take'
        })
      },
      set(turn) {
        const { now } = turn.world
        const write = { kind: 'set', taken: turn.me.tries + 1, now } as const
        turn.write('UpdateItem attempts', write, taken(now), taken(now))
      },
      begin(turn) {
        const { now } = turn.world
        const { round } = turn.me
        if (round)
          turn.write('UpdateItem attempts: next round', { kind: 'begin', seen: round, now }, taken(now), () => 'take')
      },
    }
  }

  /** A write of one attempt at the end of a request. */
  const settling =
    (step: string, write: Write, then: Change<World>): Make =>
    (turn) => {
      if (longAfter) return turn.once(step, write, then, then, then)
      turn.call(step, (world, me) => {
        nature.land(world, write)
        return then(world, me)
      })
      if (turn.world.retry > 0)
        turn.call(`${step}, lost`, (world, me) => {
          world.retry--
          return then(world, me)
        })
    }

  const verify: Change<World> = (world, me) => {
    if (me.era !== world.era) return DONE
    world.verified = [...world.verified, me.at].sort((a, b) => a - b)
    for (const at of world.verified)
      if (world.verified.filter((other) => other <= at && other > at - WINDOW).length > SLOTS)
        world.wrong = 'I7: more verifications than slots'
    return DONE
  }
  const guess = (name: string): Operation<World> => ({
    name,
    steps: {
      [START](turn) {
        turn.call('GetItem attempts: mark', (world, me) => {
          me.era = world.era
          if (rules('slotBeforeVerify')) return 'take'
          const { taken = 0, opensAt = 0 } = world.round ?? {}
          return taken >= SLOTS && opensAt > world.now ? DONE : 'early'
        })
      },
      early(turn) {
        turn.call('verifies', (world, me) => {
          me.at = world.now
          verify(world, me)
          return 'take'
        })
      },
      ...taking(rules('slotBeforeVerify') ? () => 'verify' : () => DONE),
      verify(turn) {
        turn.call('verifies', verify)
      },
    },
  })
  const outage = (name: string): Operation<World> => ({
    name,
    steps: {
      [START]: (turn) => turn.call('GetItem attempts: mark', () => 'take'),
      ...taking(() => 'release'),
      release: settling('UpdateItem attempts: gives back', { kind: 'giveBack' }, () => DONE),
    },
  })
  const owner = (name: string): Operation<World> => {
    const answer: Change<World> = (world) => {
      world.era++
      world.verified = []
      return DONE
    }
    return {
      name,
      steps: {
        [START](turn) {
          turn.call('GetItem attempts: mark', (world, me) => {
            answer(world, me)
            return 'take'
          })
        },
        ...taking(() => 'clear'),
        clear: settling('DeleteItem attempts', { kind: 'clear' }, answer),
      },
    }
  }

  const nature: Nature<World> = {
    copy: (world) => ({ ...world, actors: world.actors.map((actor) => ({ ...actor })), late: world.late.slice() }),
    land(world, write) {
      const { round } = world
      if (write.kind === 'clear') {
        world.round = undefined
        return true
      }
      if (write.kind === 'giveBack') {
        if (!round || round.taken === 0) return false
        world.round = { ...round, taken: round.taken - 1 }
        return true
      }
      const { now } = write
      if (write.kind === 'begin') {
        const { seen } = write
        if (round?.opensAt !== seen.opensAt || round.taken !== seen.taken) return false
        const window = Math.min(2 * seen.window, LONGEST)
        world.slots++
        world.round = { taken: 1, window, opensAt: now + window }
        return true
      }
      const { window = WINDOW, taken = 0, opensAt = 0 } = round ?? {}
      if (write.kind === 'take' && round && (taken >= SLOTS || opensAt <= now)) return false
      world.slots++
      world.round = { taken: write.kind === 'set' ? write.taken : taken + 1, window, opensAt: now + window }
      return true
    },
    forget(me) {
      Object.assign(me, { step: DONE, repeated: 0, tries: 0, round: undefined, at: 0, era: 0 })
    },
    key: (world) => JSON.stringify(world),
    violation: ({ wrong }) => wrong || undefined,
  }

  const pass = (world: World): World => ({
    ...nature.copy(world),
    late: longAfter ? world.late.slice() : [],
    now: world.now + 1,
  })
  const several = (count: number, name: string, make: (name: string) => Operation<World>) =>
    Array.from({ length: count }, (_, index) => make(index ? `${name} ${index + 1}` : name))
  const operations = [
    ...several(guesses, 'guess', guess),
    ...several(outages, 'guess in an outage', outage),
    ...several(owners, 'owner', owner),
  ]
  const memory = { step: START, repeated: 0, tries: 0, round: undefined, at: 0, era: 0 }
  const start: World = {
    now: 0,
    round: undefined,
    actors: operations.map(() => ({ ...memory })),
    late: [],
    retry,
    crash: 0,
    era: 0,
    verified: [],
    slots: 0,
    wrong: '',
  }
  const model = modelOf(start, operations, nature)
  return {
    ...model,
    next: (world) => [
      ...model.next(world),
      ...(world.now < seconds ? [{ actor: 'time', step: 'passes', state: pass(world) }] : []),
    ],
  }
}
