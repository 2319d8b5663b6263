import { type Clocks, EVERY_CLOCK, MINUTES } from './clocks.ts'
import { FULL_STORMS, QUICK_STORMS } from './load/storms.ts'
import { TRAPS } from './power/power.ts'

/** How much the proof does: for minutes, or for an hour. */
export interface Sizes {
  /** Trials of each scenario without a fault, and under each fault. */
  readonly trials: number
  readonly trialsUnderFault: number
  /** Trials of a logout in parallel to checks, under each condition: one revocation each. */
  readonly revocations: number
  /** Trials of each scenario with a route that allows staleness, under each condition. */
  readonly lenient: number
  readonly kills: number
  readonly engineKills: number
  readonly clocks: readonly Clocks[]
  /** Rounds of all scenarios with each setting of the clocks. */
  readonly clockRounds: number
  readonly storms: typeof QUICK_STORMS
  /** The steady load of the real profile; it needs a quiet machine. */
  readonly soak?: { readonly warmUpSeconds: number; readonly runs: number; readonly runSeconds: number }
  /** Cases for each property of the fuzz. */
  readonly fuzz: number
  /** How many of the seeded bugs are put into a service each, drawn by the seed. */
  readonly seededBugs: number
  /** Whether the mistakes of the fuzz run as well; the tests run most of them too. */
  readonly isThorough: boolean
}

export const QUICK: Sizes = {
  trials: 2,
  trialsUnderFault: 1,
  revocations: 10,
  lenient: 2,
  kills: 6,
  engineKills: 2,
  clocks: [MINUTES],
  clockRounds: 1,
  storms: QUICK_STORMS,
  fuzz: 30,
  seededBugs: 2,
  isThorough: false,
}

export const FULL: Sizes = {
  trials: 10,
  trialsUnderFault: 6,
  revocations: 150,
  lenient: 8,
  kills: 60,
  engineKills: 6,
  clocks: EVERY_CLOCK,
  clockRounds: 1,
  storms: FULL_STORMS,
  soak: { warmUpSeconds: 40, runs: 3, runSeconds: 600 },
  fuzz: 1000,
  seededBugs: Object.keys(TRAPS).length,
  isThorough: true,
}
