import { alternatives, bill } from './alternatives.ts'
import { monthOf } from './month.ts'
import { apart, decades, dot, drawing, HEIGHT, logarithmic, path, series, text, WIDTH } from './plot.ts'
import type { Usage } from './usage.ts'
import { delay, dollars, short as inShort } from './words.ts'

const [LEFT, RIGHT, TOP, BOTTOM] = [96, WIDTH - 30, 96, HEIGHT - 74]
/** No delay has no place on a scale of powers of ten: it has one of its own, before a gap. */
const NONE = LEFT + 40
const SCALE = LEFT + 330
const [SHORTEST, LONGEST] = [60, 86_400]
const TICKS = [60, 300, 900, 3600, 21_600, 86_400]
const LINE = 18
/** As wide as a label gets; one that would leave the plot stands before its dot. */
const LABEL = 210

/** How long a revoked session lives on, against what a million checks cost. */
export function plotDelay(usage: Usage): string {
  const month = monthOf(usage)
  const points = alternatives(usage).map((each, index) => ({ ...each, index, usd: bill(each, month).perMillion }))
  const [least, most] = range(points.map(({ usd }) => usd).filter((usd) => usd > 0))
  const scale = logarithmic(SHORTEST, LONGEST, SCALE, RIGHT - 20)
  const x = (seconds: number) => (seconds === 0 ? NONE : scale(Math.min(LONGEST, Math.max(SHORTEST, seconds))))
  const y = logarithmic(least, most, BOTTOM, TOP)

  const columns = Map.groupBy(points, ({ delaySeconds }) => x(delaySeconds))
  const labelled = [...columns].flatMap(([across, column]) => {
    const wanted = column.map(({ usd }) => y(Math.max(least, usd)))
    const heights = apart(wanted, LINE)
    const side = across + LABEL > RIGHT ? -1 : 1
    return column.map(({ index, ours, short, usd }, at) => {
      const [end = 0, height = 0] = [wanted[at], heights[at]]
      return series(index, ours, [
        dot(across, end),
        path(
          [
            [across + side * 8, end],
            [across + side * 16, height],
          ],
          'r',
        ),
        text(across + side * 20, height + 4.5, `${short}  $${dollars(usd)}`, 'n', side === 1 ? 'start' : 'end'),
      ])
    })
  })
  const across = [0, ...TICKS].flatMap((seconds) => [
    path(
      [
        [x(seconds), TOP - 8],
        [x(seconds), BOTTOM],
      ],
      'g',
    ),
    text(x(seconds), BOTTOM + 22, seconds === 0 ? 'none' : delay(seconds), 'q', 'middle'),
  ])
  const ticks = decades(10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most)))
  const up = ticks
    .flatMap((usd) => [usd, 2 * usd, 5 * usd])
    .filter((usd) => usd >= least * 0.999 && usd <= most * 1.001)
    .flatMap((usd) => [
      path(
        [
          [LEFT, y(usd)],
          [SCALE - 40, y(usd)],
        ],
        'g',
      ),
      path(
        [
          [SCALE - 20, y(usd)],
          [RIGHT, y(usd)],
        ],
        'g',
      ),
      text(LEFT - 10, y(usd) + 4.5, `$${inShort(usd)}`, 'q', 'end'),
    ])
  return drawing(
    'US dollars for a million checks, all in, against how long a revoked session lives on',
    `${usage.users.toLocaleString('en')} users, ${usage.requestsPerDay} requests a day of each; signing in, storage and fees for users are divided among the checks`,
    [
      ...across,
      ...up,
      text(NONE - 30, BOTTOM + 42, 'refused at the very next request', 'q'),
      text((SCALE + RIGHT) / 2, BOTTOM + 42, 'how long a revoked session lives on, at most', 'q', 'middle'),
      ...labelled,
    ],
  )
}

/** From a 1, 2 or 5 to one, with all of these between. */
function range(values: readonly number[]): [number, number] {
  const steps = decades(1e-6, 1e6).flatMap((power) => [power, 2 * power, 5 * power])
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return [steps.findLast((step) => step <= low) ?? low, steps.find((step) => step >= high) ?? high]
}
