import type { Step } from '../../model/explorer.ts'
import { fits, type Label, labelOf, type Marks, nameOf } from './labels.ts'
import type { HeldCall, Player } from './player.ts'
import type { Made } from './proxy.ts'

// Has the real code make its calls in the order of a schedule, as far as it makes them.

/** Where the real code did not do as the schedule says, the most telling kind first. */
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
  /** A second passes. */
  readonly pass: () => void
  /** What a replica that is behind would answer to somebody. */
  readonly behind: (actor: string, body: string) => string
  /** Whoever has not come to its end with the schedule never does: its worker is no more. */
  readonly crashes: boolean
}

/**
 * Each step waits until its actor is at a call or at its end. A call that no later step of its actor's is for is let
 * through as soon as it comes, those after its last step once the schedule is over; a step whose call does not come is
 * left out. In the end everything is let through.
 */
export async function conduct(steps: readonly Step[], direction: Direction): Promise<Departure[]> {
  const { engine, players, marks, watch } = direction
  const departures: Departure[] = []
  const late = new Map<string, () => Promise<Made>>()
  const depart = (kind: Departure['kind'], actor: string, call: string) => departures.push({ kind, actor, call })

  for (const [at, { actor, step }] of steps.entries()) {
    if (actor === 'time') {
      direction.pass()
      continue
    }
    const player = players.get(actor)
    if (!player) throw new Error(`Nobody plays ${actor}.`)
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
    const isBehind = how === 'stale' && held.input.ConsistentRead !== true
    if (how === 'stale' && !isBehind) depart('reads strongly', name, call)
    const changed = isBehind ? (body: string) => direction.behind(name, body) : undefined
    const made = await (how === 'answer lost' ? held.lose() : held.pass(changed))
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
