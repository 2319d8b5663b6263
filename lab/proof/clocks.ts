import { judgePhase, type Phase } from './phase.ts'
import { racesOf } from './races/races.ts'
import { type Clock, type Setting, startSystem } from './system.ts'

// Wall clocks that differ between workers, jump, or reach dates that break software.

export interface Clocks {
  readonly name: string
  readonly of: (index: number) => Clock
  /** The largest difference between two workers. */
  readonly skewSeconds: number
}

/** A third of the workers has the right time, a third is ahead, a third is behind. */
const skewed = (name: string, seconds: number): Clocks => ({
  name,
  of: (index) => ({ aheadSeconds: [0, seconds, -seconds][index % 3] ?? 0 }),
  skewSeconds: 2 * seconds,
})

/** The clocks of all workers start at an instant. */
const dated = (name: string, instant: string): Clocks => ({
  name,
  of: () => ({ aheadSeconds: Math.floor((Date.parse(instant) - Date.now()) / 1000) }),
  skewSeconds: 2,
})

export const MINUTES = skewed('clocks five minutes ahead and behind', 300)
export const EVERY_CLOCK: readonly Clocks[] = [
  MINUTES,
  skewed('clocks an hour ahead and behind', 3600),
  {
    name: 'clocks that jump back by ten minutes',
    of: (index) => ({ aheadSeconds: 600, untilSeconds: 8 + 2 * index }),
    skewSeconds: 600,
  },
  dated('the end of 31-bit seconds', '2038-01-19T03:14:00Z'),
  dated('a leap day', '2028-02-28T23:59:50Z'),
]

export async function turnClocks(setting: Setting, clocks: Clocks, rounds: number): Promise<Phase> {
  const system = await startSystem({ ...setting, clock: clocks.of })
  try {
    const history = await racesOf(rounds, system, clocks.name, setting.seed)
    return judgePhase(clocks.name, history, { skew: Math.max(1, clocks.skewSeconds) * 1_000_000 })
  } finally {
    await system.close()
  }
}
