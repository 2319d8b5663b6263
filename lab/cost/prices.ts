import file from './prices.json' with { type: 'json' }

/** The price up to a quantity; the last tier has no limit. */
interface Tier {
  readonly upTo?: number
  readonly usd: number
}

/**
 * `confirmed`: read in AWS's own words or code. `reported`: others have it, AWS's own page was not to be read.
 * `unconfirmed`: others have parts of it.
 */
export interface Price {
  readonly name: string
  readonly unit: string
  readonly tiers: readonly Tier[]
  readonly seen: string
  readonly source: string
  readonly url: string
  readonly standing: 'confirmed' | 'reported' | 'unconfirmed'
}

export type PriceName = keyof typeof file.prices

export const REGION = file.region
export const PRICES = file.prices as Readonly<Record<PriceName, Price>>

/** The cost of a quantity in a month, in dollars, tier by tier. The quantity counts single units, also if they are sold by the million. */
export function charge(name: PriceName, quantity: number): number {
  const { unit, tiers } = PRICES[name]
  const units = unit === 'million' ? quantity / 1e6 : quantity
  let below = 0
  let sum = 0
  for (const { upTo = Number.POSITIVE_INFINITY, usd } of tiers) {
    sum += Math.max(0, Math.min(units, upTo) - below) * usd
    below = upTo
  }
  return sum
}
