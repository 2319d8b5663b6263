import { alternatives, bill } from './alternatives.ts'
import { monthOf } from './month.ts'
import { apart, bounds, decades, drawing, HEIGHT, logarithmic, path, series, text, WIDTH } from './plot.ts'
import type { Usage } from './usage.ts'
import { short } from './words.ts'

const FEWEST = 1e3
const MOST = 1e8
const STEPS_PER_DECADE = 24
const [LEFT, RIGHT, TOP, BOTTOM] = [84, WIDTH - 290, 84, HEIGHT - 64]
const LINE = 18

/** What a month costs, against users. */
export function plotUsers(usage: Usage): string {
  const steps = Math.round(Math.log10(MOST / FEWEST)) * STEPS_PER_DECADE
  const users = Array.from({ length: steps + 1 }, (_, step) => Math.round(FEWEST * 10 ** (step / STEPS_PER_DECADE)))
  const totals = users.map((count) => {
    const of = { ...usage, users: count }
    return alternatives(of).map((each) => bill(each, monthOf(of)).total)
  })
  const [least, most] = bounds(totals.flat().filter((total) => total > 0))
  const x = logarithmic(FEWEST, MOST, LEFT, RIGHT)
  const y = logarithmic(least, most, BOTTOM, TOP)

  const all = alternatives(usage)
  const ends = all.map((_, index) => y(totals.at(-1)?.[index] ?? least))
  const heights = apart(ends, LINE)
  const lines = all.map(({ short: name, ours }, index) => {
    // What is free is not on a scale of powers of ten: its line comes up from below where it begins to cost.
    const first = Math.max(0, totals.findIndex((each) => (each[index] ?? 0) > 0) - 1)
    const points = users
      .slice(first)
      .map(
        (count, step) => [x(count), Math.min(BOTTOM, y(Math.max(least, totals[first + step]?.[index] ?? 0)))] as const,
      )
    const [end = 0, height = 0] = [ends[index], heights[index]]
    return series(index, ours, [
      path(points, 'l'),
      path(
        [
          [RIGHT + 4, end],
          [RIGHT + 18, height],
          [RIGHT + 24, height],
        ],
        'r',
      ),
      text(RIGHT + 30, height + 4.5, name, 'n'),
    ])
  })
  const across = decades(FEWEST, MOST).flatMap((count) => [
    path(
      [
        [x(count), TOP],
        [x(count), BOTTOM],
      ],
      'g',
    ),
    text(x(count), BOTTOM + 22, short(count), 'q', 'middle'),
  ])
  const up = decades(least, most).flatMap((usd) => [
    path(
      [
        [LEFT, y(usd)],
        [RIGHT, y(usd)],
      ],
      'g',
    ),
    text(LEFT - 10, y(usd) + 4.5, `$${short(usd)}`, 'q', 'end'),
  ])
  return drawing(
    'A month in US dollars, against users',
    `${usage.requestsPerDay} requests a day of each user, in ${usage.activeHours} hours; us-east-1; the API’s own fee is in none`,
    [...across, ...up, text((LEFT + RIGHT) / 2, HEIGHT - 14, 'users', 'q', 'middle'), ...lines],
  )
}
