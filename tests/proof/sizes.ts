import { type Clocks, EVERY_CLOCK, MINUTES } from './clocks.ts'

/** How much of everything: minutes of it, or an hour. */
export interface Sizes {
  /** Trials of each scenario in clear weather, and in each other. */
  readonly clear: number
  readonly spoilt: number
  /** Trials of a logout beside checks, in each weather: one revocation each. */
  readonly revocations: number
  readonly kills: number
  readonly engineKills: number
  readonly clocks: readonly Clocks[]
  /** Rounds of all scenarios with each of the clocks. */
  readonly clockRounds: number
}

export const QUICK: Sizes = {
  clear: 4,
  spoilt: 2,
  revocations: 20,
  kills: 10,
  engineKills: 2,
  clocks: [MINUTES],
  clockRounds: 1,
}

export const FULL: Sizes = {
  clear: 60,
  spoilt: 30,
  revocations: 2500,
  kills: 200,
  engineKills: 20,
  clocks: EVERY_CLOCK,
  clockRounds: 4,
}
