import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { emptyTally, type Tally, type World } from './simulation.ts'
import type { Portion } from './simulation-worker.ts'

/** Small enough for progress to be seen and threads to end together, whatever else the machine does. */
const PORTION = 20_000

interface Simulation {
  readonly world: World
  readonly places: number
  readonly seed: number
  readonly threads: number
  readonly progress?: (places: number) => void
}

/** Plays all places in threads of their own. The same seed gives the same, whatever the number of threads. */
export async function simulate({ world, places, seed, threads, progress }: Simulation): Promise<Tally> {
  const portions = Math.ceil(places / PORTION)
  const tallies: Tally[] = []
  let next = 0
  let done = 0

  async function work(): Promise<void> {
    const worker = new Worker(new URL('./simulation-worker.ts', import.meta.url))
    try {
      while (next < portions) {
        const stream = next++
        const size = Math.min(PORTION, places - stream * PORTION)
        const portion: Portion = { world, places: size, seed, stream }
        worker.postMessage(portion)
        const [tally] = await once(worker, 'message') // fails with the thread's own error
        tallies[stream] = tally
        done += size
        progress?.(done)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(threads, portions) }, work))

  // In order: sums of fractions depend on it.
  return tallies.reduce(together, emptyTally())
}

function together(a: Tally, b: Tally): Tally {
  const names = Object.keys(a) as (keyof Tally)[]
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as Tally
}
