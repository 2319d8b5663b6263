import { alternatives, bill } from './alternatives.ts'
import { costOf, type Line, monthOf } from './month.ts'
import { PRICES } from './prices.ts'
import type { Usage } from './usage.ts'
import { type Comparison, ratioOf } from './verdict.ts'
import { delay, dollars, quantity, whole } from './words.ts'

// The tables that the terminal and the page share.

export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Columns that are no numbers. */
  readonly texts: readonly number[]
}

export function sideBySide(usage: Usage): Table {
  const month = monthOf(usage)
  const rows = alternatives(usage).map((each) => {
    const { total, checks, perMillion } = bill(each, month)
    return [each.name, dollars(total), dollars(checks), dollars(perMillion), delay(each.delaySeconds)]
  })
  return {
    head: ['', 'USD a month', 'of it checks', 'all in, per million checks', 'revocation delay'],
    rows,
    texts: [0],
  }
}

/** The lines of an alternative's bill. */
export function breakdown(lines: readonly Line[]): Table {
  const rows = lines.map((line) => [
    line.what,
    quantity(line.quantity),
    priceInWords(line),
    dollars(costOf(lines, (each) => each === line)),
  ])
  const total = ['in all', '', '', dollars(costOf(lines))]
  return { head: ['', 'a month', 'price', 'USD'], rows: [...rows, total], texts: [0, 2] }
}

function priceInWords({ price }: Line): string {
  const { tiers, unit } = PRICES[price]
  const first = tiers.find(({ usd }) => usd > 0)?.usd ?? 0
  return `${first} a ${unit}${tiers.length > 1 ? ', in tiers' : ''}`
}

export function comparisonTable(comparisons: readonly Comparison[]): Table {
  const figure = (value: number) => (value < 10 ? value.toFixed(5) : whole(value))
  const rows = comparisons.map((each) => [
    each.what,
    figure(each.simulated),
    figure(each.model),
    ratioOf(each).toFixed(4),
  ])
  return { head: ['', 'simulated', 'model', 'ratio'], rows, texts: [0] }
}
