import { judged, type Phase } from './phase.ts'
import { racesOf } from './races/races.ts'
import { type Clock, type Setting, startSystem } from './system.ts'

// Clocks differ from worker to worker, jump, and come to dates that others have stumbled over.

export interface Clocks {
  readonly name: string
  readonly of: (index: number) => Clock
  /** By how many seconds two of them may differ. */
  readonly apart: number
}

/** Of the workers one third each has the time, is ahead, and is behind. */
const apart = (name: string, seconds: number): Clocks => ({
  name,
  of: (index) => ({ ahead: [0, seconds, -seconds][index % 3] ?? 0 }),
  apart: 2 * seconds,
})

/** All workers agree that it is a little before an instant. */
const dated = (name: string, instant: string): Clocks => ({
  name,
  of: () => ({ ahead: Math.floor((Date.parse(instant) - Date.now()) / 1000) }),
  apart: 2,
})

export const MINUTES = apart('clocks five minutes ahead and behind', 300)
export const EVERY_CLOCK: readonly Clocks[] = [
  MINUTES,
  apart('clocks an hour ahead and behind', 3600),
  {
    name: 'clocks that jump back by ten minutes',
    of: (index) => ({ ahead: 600, until: 8 + 2 * index }),
    apart: 600,
  },
  dated('the end of 31-bit seconds', '2038-01-19T03:14:00Z'),
  dated('a leap day', '2028-02-28T23:59:50Z'),
]

export async function turnClocks(setting: Setting, clocks: Clocks, rounds: number): Promise<Phase> {
  const system = await startSystem({ ...setting, clock: clocks.of })
  try {
    const history = await racesOf(rounds, system, clocks.name, setting.seed)
    return judged(clocks.name, history, { skew: Math.max(1, clocks.apart) * 1_000_000 })
  } finally {
    await system.close()
  }
}
