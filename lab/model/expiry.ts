import type { Model, Move } from './explorer.ts'
import { DONE, modelOf, type Nature, type Operation, START, type Stage } from './operation.ts'
import type { Rules } from './rules.ts'

// One session, requests on two workers whose clocks differ, and time that passes: `lib/session.ts` and renewal, with
// the instants that `world.ts` leaves out. The first worker's clock is right, and it has created the session.

const IDLE = 4
const RENEW = 2
const LIFETIME = 8
/** Time stops here: past the end of everything, by either clock. */
const LAST = LIFETIME + 3

interface Row {
  lastSeenAt: number
  expiresAt: number
}

interface Memory {
  step: string
  repeated: number
  /** When its request began, by the right clock. */
  began: number
}

interface World extends Stage {
  now: number
  row: Row
  readonly actors: Memory[]
  readonly late: { readonly actor: string; readonly step: string; readonly write: Renewal }[]
  /** When a request was last accepted; and one whose renewal, if it was due, is known to have been made. */
  activeAt: number
  renewedAt: number
  /** Whether a request was refused. */
  refused: number
  /** A wrong answer to a request. */
  wrong: string
}

interface Renewal {
  readonly now: number
  readonly expiresAt: number
}

/** @param offset by how much the second worker's clock is ahead; the skew is as much */
export function expiryModel(offset: number, retry: number, rules: Rules): Model<World> {
  const skew = Math.abs(offset)
  const endOf = (now: number) => (rules('absoluteEnd') ? Math.min(now + IDLE, LIFETIME) : now + IDLE)
  const isLive = ({ expiresAt }: Row, now: number) =>
    (!rules('idleEnd') || now < expiresAt) && (!rules('absoluteEnd') || now < LIFETIME)

  function accept(world: World, began: number, isRenewed: boolean): string {
    if (began >= LIFETIME + skew) world.wrong = 'I5: accepted past the absolute end'
    // A renewal that is applied late, or by a clock that is behind, may still bring it back: to the end it then had.
    else if (world.refused && offset === 0 && retry === 0) world.wrong = 'I4: alive again after it had expired'
    else if (began >= world.activeAt + IDLE + skew) world.wrong = 'I5: accepted past the idle end'
    world.activeAt = world.now
    if (isRenewed) world.renewedAt = world.now
    return START
  }
  function refuse(world: World): string {
    world.refused = 1
    if (world.now < LIFETIME - skew && world.now < world.renewedAt + IDLE - RENEW - skew)
      world.wrong = 'I2: refused as expired before its end'
    return START
  }

  const worker = (name: string, ahead: number): Operation<World> => ({
    name,
    steps: {
      [START](turn) {
        const now = turn.world.now + ahead
        if (now < 0) return
        turn.call('GetItem sessions', (world, me) => {
          if (!isLive(world.row, now)) return refuse(world)
          if (now - world.row.lastSeenAt < RENEW) return accept(world, world.now, true)
          me.began = world.now
          return 'renew'
        })
      },
      renew(turn) {
        const now = turn.world.now + ahead // a second look at the clock
        const write = { now, expiresAt: endOf(now) }
        const accepted = (isRenewed: boolean) => (world: World, me: Memory) => {
          const { began } = me
          me.began = 0
          return accept(world, began, isRenewed)
        }
        // ALL_OLD: another has renewed it, or it has expired meanwhile.
        const refused = (world: World, me: Memory) => {
          if (isLive(world.row, now)) return accepted(true)(world, me)
          me.began = 0
          return refuse(world)
        }
        turn.once('UpdateItem sessions', write, accepted(true), refused, accepted(false))
      },
    },
  })

  const nature: Nature<World> = {
    copy: (world) => ({ ...world, actors: world.actors.map((actor) => ({ ...actor })), late: world.late.slice() }),
    land(world, { now, expiresAt }) {
      if (rules('absoluteEnd') && now >= LIFETIME) return false
      if (rules('renewalLive') && world.row.expiresAt <= now) return false
      if (rules('renewalCondition') && world.row.lastSeenAt >= now) return false
      world.row = { lastSeenAt: now, expiresAt }
      return true
    },
    forget(me) {
      Object.assign(me, { step: DONE, began: 0 })
    },
    key: (world) => JSON.stringify(world),
    violation: ({ wrong }) => wrong || undefined,
  }
  const start: World = {
    now: 0,
    row: { lastSeenAt: 0, expiresAt: IDLE },
    actors: [0, 1].map(() => ({ step: START, repeated: 0, began: 0 })),
    late: [],
    retry,
    crash: 0,
    activeAt: 0,
    renewedAt: 0,
    refused: 0,
    wrong: '',
  }
  const model = modelOf(start, [worker('right worker', 0), worker('skewed worker', offset)], nature)
  const tick = (world: World): Move<World>[] =>
    world.now < LAST ? [{ actor: 'time', step: 'passes', state: { ...nature.copy(world), now: world.now + 1 } }] : []
  return { ...model, next: (world) => [...model.next(world), ...tick(world)] }
}
