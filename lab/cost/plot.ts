// What the two plots share: scales of powers of ten, labels that do not overlap, colours for a light and a dark page.

export const WIDTH = 960
export const HEIGHT = 560

/** A scale of powers of ten: where on the plot a value lies. */
export function logarithmic(from: number, to: number, start: number, end: number): (value: number) => number {
  const [low, high] = [Math.log10(from), Math.log10(to)]
  return (value) => start + ((Math.log10(value) - low) / (high - low)) * (end - start)
}

/** The powers of ten from one to another. */
export const decades = (from: number, to: number) =>
  Array.from({ length: Math.round(Math.log10(to / from)) + 1 }, (_, step) => from * 10 ** step)

/** The powers of ten that hold all of these between them. */
export function bounds(values: readonly number[]): [number, number] {
  const logs = values.map(Math.log10)
  return [10 ** Math.floor(Math.min(...logs)), 10 ** Math.ceil(Math.max(...logs))]
}

/** Heights for labels that want to be at these, none nearer to another than a line: each gives way as little as it can. */
export function apart(wanted: readonly number[], line: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))
  // Neighbours that are too near become a group, spread about the middle of what they want.
  const groups: number[][] = []
  const top = (group: number[]) =>
    group.reduce((sum, index) => sum + (wanted[index] ?? 0), 0) / group.length - ((group.length - 1) * line) / 2
  for (const index of order) {
    let group = [index]
    for (let before = groups.at(-1); before; before = groups.at(-1)) {
      if (top(group) - (top(before) + (before.length - 1) * line) >= line) break
      groups.pop()
      group = [...before, ...group]
    }
    groups.push(group)
  }
  const placed: number[] = []
  for (const group of groups)
    group.forEach((index, at) => {
      placed[index] = top(group) + at * line
    })
  return placed
}

/** Of each alternative, in their order: on a light page, on a dark one, and how its line is broken. */
const COLOURS = [
  ['#0b7a53', '#3ecf8e', ''],
  ['#0b7a53', '#3ecf8e', '10 5'],
  ['#0b7a53', '#3ecf8e', '2 5'],
  ['#1f5fbf', '#6ea8fe', '10 5'],
  ['#1f5fbf', '#6ea8fe', ''],
  ['#a85b00', '#f0a04b', '10 5'],
  ['#a85b00', '#f0a04b', ''],
  ['#7d3cb5', '#c792ea', ''],
  ['#b4243c', '#ff7b8a', ''],
] as const

const style = () => {
  const series = (which: 0 | 1) => COLOURS.map((colour, index) => `.s${index}{--c:${colour[which]}}`).join('')
  const dashes = COLOURS.map(([, , dash], index) => (dash ? `.s${index} .l{stroke-dasharray:${dash}}` : '')).join('')
  return `<style>
text{font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;font-size:13px;fill:var(--ink)}
svg{--paper:#ffffff;--ink:#1f2328;--quiet:#59636e;--grid:#dde2e8}${series(0)}
.p{fill:var(--paper)}.q{fill:var(--quiet)}.h{font-size:16px;font-weight:600}.g{stroke:var(--grid);fill:none}
.l{stroke:var(--c);fill:none;stroke-width:2}.o .l{stroke-width:3}.d{fill:var(--c)}.n{fill:var(--c);paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}.o .n{font-weight:600}.r{stroke:var(--c);fill:none;opacity:.6}
${dashes}
@media (prefers-color-scheme:dark){svg{--paper:#0d1117;--ink:#e6edf3;--quiet:#9aa4af;--grid:#2d343d}${series(1)}}
</style>`
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (words: string) => words.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? '')
const at = (value: number) => String(Math.round(value * 10) / 10)

export const text = (x: number, y: number, words: string, name = '', anchor: 'start' | 'middle' | 'end' = 'start') =>
  `<text x="${at(x)}" y="${at(y)}"${name && ` class="${name}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped(words)}</text>`

export const path = (points: readonly (readonly [number, number])[], name: string) =>
  `<path class="${name}" d="M${points.map(([x, y]) => `${at(x)} ${at(y)}`).join('L')}"/>`

export const dot = (x: number, y: number) => `<circle class="d" cx="${at(x)}" cy="${at(y)}" r="5.5"/>`

export const series = (index: number, ours: boolean, parts: readonly string[]) =>
  `<g class="s${index}${ours ? ' o' : ''}">${parts.join('')}</g>`

export function drawing(title: string, description: string, parts: readonly string[]): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="t d">`
  return `${[
    head,
    `<title id="t">${escaped(title)}</title><desc id="d">${escaped(description)}</desc>`,
    style(),
    `<rect class="p" width="${WIDTH}" height="${HEIGHT}"/>`,
    text(24, 34, title, 'h'),
    text(24, 54, description, 'q'),
    ...parts,
    '</svg>',
  ].join('\n')}\n`
}
