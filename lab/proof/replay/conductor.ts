import type { Step } from '../../model/explorer.ts'
import type { Made } from './gate.ts'
import { fits, type Label, labelOf, type Marks, nameOf } from './labels.ts'
import type { HeldCall, Player } from './player.ts'

// Forces the real code to make its calls in the order of a schedule.

/** Departures of the real code from the schedule, the most significant kind first. */
const KINDS = ['refused', 'not made', 'reads strongly', 'one more at the end', 'one more'] as const

export interface Departure {
  readonly kind: (typeof KINDS)[number]
  readonly actor: string
  readonly call: string
}

interface Direction {
  readonly engine: string
  readonly players: ReadonlyMap<string, Player>
  readonly marks: Marks
  /** After each step. */
  readonly watch: () => Promise<void>
  /** Advances the clock by a second. */
  readonly advanceClock: () => void
  /** The response of a replica that lags behind. */
  readonly outdated: (actor: string, body: string) => string
  /** Whether actors that have not finished with the schedule never do, since their worker crashed. */
  readonly crashes: boolean
}

/**
 * Each step waits until its actor holds a call or has finished. A call that no later step of the actor names passes at
 * once, calls after the actor's last step pass after the schedule, and a step whose call is not made is skipped.
 */
export async function conduct(steps: readonly Step[], direction: Direction): Promise<Departure[]> {
  const { engine, players, marks, watch } = direction
  const departures: Departure[] = []
  const late = new Map<string, () => Promise<Made>>()
  const depart = (kind: Departure['kind'], actor: string, call: string) => departures.push({ kind, actor, call })

  for (const [at, { actor, step }] of steps.entries()) {
    if (actor === 'time') {
      direction.advanceClock()
      continue
    }
    const player = players.get(actor)
    if (!player) throw new Error(`The schedule has no player for the actor "${actor}".`)
    const label = labelOf(step)
    const isMade = label.how === 'lands late' ? await land(actor, label) : await meet(player, label, at)
    if (!isMade) depart('not made', actor, step)
    await watch()
  }
  if (!direction.crashes) await finish()
  return departures.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))

  async function land(actor: string, { call }: Label): Promise<boolean> {
    const make = late.get(`${actor} ${call}`)
    if (make && (await make()) === 'refused') depart('refused', actor, `${call}, lands late`)
    return make !== undefined
  }

  async function meet(player: Player, label: Label, at: number): Promise<boolean> {
    await player.begin(engine)
    const further = steps.slice(at + 1).filter(({ actor }) => actor === player.name)
    const later = further.map(({ step }) => labelOf(step)).filter(({ how }) => how !== 'lands late')
    for (;;) {
      await player.rest()
      const call = player.held.find((held) => fits(label, held, marks))
      if (call) {
        await make(player, player.take(call), label)
        await player.rest()
        return true
      }
      const other = player.held[0]
      if (!other || player.held.some((held) => later.some((label) => fits(label, held, marks)))) return false
      depart('one more', player.name, nameOf(other, marks))
      await player.take(other).pass()
    }
  }

  async function make({ name }: Player, held: HeldCall, { call, how }: Label): Promise<void> {
    if (how === 'late') {
      late.set(`${name} ${call}`, held.delay())
      return
    }
    const isStale = how === 'stale' && held.input.ConsistentRead !== true
    if (how === 'stale' && !isStale) depart('reads strongly', name, call)
    const change = isStale ? (body: string) => direction.outdated(name, body) : undefined
    const made = await (how === 'answer lost' ? held.lose() : held.pass(change))
    if (made === 'refused') depart('refused', name, call)
  }

  async function finish(): Promise<void> {
    for (const player of players.values()) {
      await player.begin(engine)
      await player.rest()
    }
    for (let isOver = false; !isOver; ) {
      isOver = true
      for (const player of players.values()) {
        await player.rest()
        const [held] = player.held
        if (!held) continue
        isOver = false
        depart('one more at the end', player.name, nameOf(held, marks))
        await player.take(held).pass()
        await player.rest()
        await watch()
      }
    }
  }
}
