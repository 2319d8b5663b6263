import { placeADay, writesOf } from './population.ts'
import type { Tally } from './simulation.ts'
import { DAY_SECONDS, type Usage } from './usage.ts'

/** A ratio of simulated to worked out further from 1 than this is a fault of one of them. */
export const TOLERANCE = 0.02

export interface Comparison {
  readonly what: string
  readonly simulated: number
  readonly model: number
  /** Whether it has to agree; the others show why it does. */
  readonly decides: boolean
}

/** A simulated figure beside the model's. */
export function compare(tally: Tally, usage: Usage, places: number, measuredDays: number): Comparison[] {
  const model = placeADay(usage)
  const placeDays = places * measuredDays
  const rows = (seconds: number) => seconds / DAY_SECONDS / measuredDays
  const line = (what: string, simulated: number, expected: number, decides = false) => ({
    what,
    simulated,
    model: expected,
    decides,
  })
  return [
    line('writes per check', writesOf(tally) / (placeDays * model.checks), writesOf(model) / model.checks, true),
    line('rows live', rows(tally.liveSeconds), model.liveRows * places, true),
    line('rows expired, not yet deleted', rows(tally.expiredSeconds), model.expiredRows * places, true),
    line('renewals a day', tally.renewals / measuredDays, model.renewals * places),
    line('logins a day', tally.logins / measuredDays, model.logins * places),
    line('logouts a day', tally.logouts / measuredDays, model.logouts * places),
    line('revokes a day', tally.revokes / measuredDays, model.revokes * places),
  ]
}

/** 1 where both are nothing. */
export const ratioOf = ({ simulated, model }: Comparison) => (simulated === model ? 1 : simulated / model)

export const agrees = (comparisons: readonly Comparison[]) =>
  comparisons.filter(({ decides }) => decides).every((each) => Math.abs(ratioOf(each) - 1) <= TOLERANCE)
