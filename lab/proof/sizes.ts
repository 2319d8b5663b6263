import { type Clocks, EVERY_CLOCK, MINUTES } from './clocks.ts'
import { FULL_WEATHER, QUICK_WEATHER } from './load/storms.ts'

/** How much of everything: minutes of it, or an hour. */
export interface Sizes {
  /** Trials of each scenario in clear weather, and in each other. */
  readonly clear: number
  readonly spoilt: number
  /** Trials of a logout beside checks, in each weather: one revocation each. */
  readonly revocations: number
  /** Trials of each scenario with a route that allows staleness, in each weather. */
  readonly lenient: number
  readonly kills: number
  readonly engineKills: number
  readonly clocks: readonly Clocks[]
  /** Rounds of all scenarios with each of the clocks. */
  readonly clockRounds: number
  readonly storms: typeof QUICK_WEATHER
  /** Of the steady load of the real profile; none where nothing else would be quiet enough to say anything. */
  readonly soak?: { readonly warmUpSeconds: number; readonly runs: number; readonly runSeconds: number }
  /** Cases of each property of the fuzz. */
  readonly fuzz: number
  /** Whether what judges the replay and the fuzz is judged as well, as every run of the tests does too. */
  readonly isThorough: boolean
}

export const QUICK: Sizes = {
  clear: 2,
  spoilt: 1,
  revocations: 10,
  lenient: 2,
  kills: 6,
  engineKills: 2,
  clocks: [MINUTES],
  clockRounds: 1,
  storms: QUICK_WEATHER,
  fuzz: 100,
  isThorough: false,
}

export const FULL: Sizes = {
  clear: 30,
  spoilt: 15,
  revocations: 1600,
  lenient: 24,
  kills: 200,
  engineKills: 20,
  clocks: EVERY_CLOCK,
  clockRounds: 1,
  storms: FULL_WEATHER,
  soak: { warmUpSeconds: 40, runs: 3, runSeconds: 100 },
  fuzz: 2000,
  isThorough: true,
}
