import { expect, test } from 'vitest'
import { alternatives } from '../alternatives.ts'
import { apart, bounds, decades, logarithmic, text } from '../plot.ts'
import { plotDelay } from '../plot-delay.ts'
import { plotUsers } from '../plot-users.ts'
import { DEFAULT_USAGE } from '../usage.ts'

const OTHER = { ...DEFAULT_USAGE, users: 500, requestsPerDay: 5, authorizerTtlSeconds: 0, jwtTtlSeconds: 86_400 / 2 }

/** Throws where a tag is not closed by its own, or a sign is not written as XML asks. */
function expectWellFormed(svg: string): void {
  const open: string[] = []
  const markup = svg.replace(/<style>[^<&]*<\/style>/, '')
  for (const [, closing, name = '', , empty] of markup.matchAll(/<(\/?)([a-z]+)((?: [\w:-]+="[^"<&]*")*)(\/?)>/gi)) {
    if (closing) expect(open.pop()).toBe(name)
    else if (!empty) open.push(name)
  }
  expect(open).toEqual([])
  const words = markup.replace(/<\/?[a-z]+(?: [\w:-]+="[^"<&]*")*\/?>/gi, '')
  expect(words.replace(/&(amp|lt|gt|quot);/g, '')).not.toMatch(/[<>&]/)
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /)
  expect(svg).not.toMatch(/NaN|undefined|Infinity/)
}

test.each([
  ['users', plotUsers],
  ['delay', plotDelay],
])('the plot of %s is well-formed, names each alternative, and has its colours for a dark page', (_, plot) => {
  for (const usage of [DEFAULT_USAGE, OTHER]) {
    const svg = plot(usage)
    expectWellFormed(svg)
    for (const { short } of alternatives(usage)) expect(svg).toContain(`>${short}`)
    expect(svg).toContain('prefers-color-scheme:dark')
  }
})

test.each([
  ['users', plotUsers],
  ['delay', plotDelay],
])('no two labels of the plot of %s stand in one another’s place', (_, plot) => {
  for (const usage of [DEFAULT_USAGE, OTHER]) {
    const labels = [...plot(usage).matchAll(/<text x="([\d.]+)" y="([\d.]+)" class="n"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ])
    expect(labels).toHaveLength(alternatives(usage).length)
    for (const [i, [x, y]] of labels.entries())
      for (const [otherX, otherY] of labels.slice(i + 1))
        if (x === otherX) expect(Math.abs((y ?? 0) - (otherY ?? 0))).toBeGreaterThan(17)
  }
})

test('labels give way as little as they can', () => {
  expect(apart([10, 100], 18)).toEqual([10, 100])
  expect(apart([100, 100], 18)).toEqual([91, 109])
  expect(apart([104, 100], 18)).toEqual([111, 93])
  expect(apart([0, 20, 21], 18)).toEqual([0 - 4.333, 13.667, 31.667].map((each) => expect.closeTo(each, 2)))
})

test('a scale of powers of ten', () => {
  const scale = logarithmic(1, 100, 0, 200)
  expect([1, 10, 100].map(scale)).toEqual([0, 100, 200])
  expect(decades(0.1, 10)).toEqual([0.1, 1, 10])
  expect(bounds([0.3, 42])).toEqual([0.1, 100])
  expect(text(1.26, 2, 'a < b & "c"', 'q')).toBe('<text x="1.3" y="2" class="q">a &lt; b &amp; &quot;c&quot;</text>')
})
