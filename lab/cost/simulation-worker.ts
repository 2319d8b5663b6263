import { parentPort } from 'node:worker_threads'
import { playPlaces, type World } from './simulation.ts'

// One of several threads: simulates a range of devices and returns the tally.

/** Some of the places; which thread plays them makes no difference. */
export interface Portion {
  readonly world: World
  readonly places: number
  readonly seed: number
  readonly stream: number
}

parentPort?.on('message', ({ world, places, seed, stream }: Portion) => {
  parentPort?.postMessage(playPlaces(world, places, seed, stream))
})
