import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg } from 'node:os'

const FILE = 'docs/timing.md'
const HEAD = `# Timing

What \`npm run test:long\` has measured last, written by itself. It is a command of its own: figures depend on the machine and on what else it does, so nothing of this is a part of \`npm test\`.
`

/** Writes one section of \`docs/timing.md\` in the place of what was there, with where and when it was measured. */
export async function report(title: string, started: { at: Date; load: number[] }, text: string): Promise<void> {
  const load = (averages: number[]) => averages.map((average) => average.toFixed(2)).join(', ')
  const where = [
    `Measured ${started.at.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `Node ${process.versions.node}`,
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`,
    `load average ${load(started.load)} before and ${load(loadavg())} after`,
  ]
  const section = `## ${title}\n\n${text.trim()}\n\n${where.join('; ')}.\n`
  const before = await readFile(FILE, 'utf8').catch(() => HEAD)
  const [, ...sections] = before.split(/^(?=## )/m)
  const others = sections.filter((each) => !each.startsWith(`## ${title}\n`)).map((each) => `${each.trim()}\n`)
  await writeFile(FILE, [HEAD, ...[...others, section].sort()].join('\n'))
  console.log(section)
}

export const starting = () => ({ at: new Date(), load: loadavg() })

/** A table of Markdown. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
