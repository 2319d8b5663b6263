import { readFileSync } from 'node:fs'
import type { Tally } from './simulation.ts'

const FILE = new URL('../../docs/cost-simulation.json', import.meta.url)

/** The latest simulation of the defaults that was written down: `--simulate … --write`. */
export interface Recorded {
  readonly places: number
  readonly seed: number
  readonly measuredDays: number
  readonly warmUpDays: number
  readonly tally: Tally
  readonly at: string
  readonly seconds: number
  readonly threads: number
  readonly node: string
  readonly cores: number
  readonly processor: string
  readonly loadBefore: string
  readonly loadAfter: string
}

export const RECORDED_FILE = FILE
export const readRecorded = (): Recorded => JSON.parse(readFileSync(FILE, 'utf8'))
