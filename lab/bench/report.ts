import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { markdownTable as table } from '../shared/table.ts'
import type { Provenance } from './provenance.ts'
import type { Finding, Section } from './section.ts'

// `docs/performance.md` and the JSON beside it.

/** Target beside result. */
export function findingsTable(findings: readonly Finding[]): string {
  const verdict = ({ met }: Finding) => (met === undefined ? '' : met ? 'met' : '**missed**')
  return table(
    ['what', 'target', 'result', ''],
    findings.map((finding) => [finding.what, finding.target, finding.result, verdict(finding)]),
  )
}

export function printSection({ title, findings, text }: Section): void {
  console.log(`\n${title}\n\n${findingsTable(findings)}\n\n${text}\n`)
}

export interface Rows {
  readonly rows: number
  readonly asked: number
}

export async function writeReport(provenance: Provenance, sections: readonly Section[], rows: Rows): Promise<void> {
  const all = sections.flatMap(({ findings }) => findings)
  console.log(`\n${findingsTable(all)}`)
  const data = Object.fromEntries(sections.map(({ title, findings, data }) => [title, { findings, data }]))
  await writeFile('docs/performance.json', JSON.stringify({ provenance, ...rows, ...data }, undefined, 2))
  // As the lint wants it.
  const biome = ['node_modules/@biomejs/biome/bin/biome', 'format', '--write', 'docs/performance.json']
  execFileSync(process.execPath, biome, { stdio: 'ignore' })
  await writeFile('docs/performance.md', pageOf(provenance, sections, rows))
}

/** The page: targets and results first, then part by part. */
export function pageOf(provenance: Provenance, sections: readonly Section[], { rows, asked }: Rows): string {
  const { commit, started, minutes, node, sdk, engine, isLocal, cores, processor, peers } = provenance
  const loads = (load: readonly number[]) => load.map((each) => each.toFixed(1)).join(' ')
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`)
  const notes = [
    ...(isLocal ? [] : ['There was no Java here: AWS’s own engine did not run, and dynalite stood in for it.']),
    ...(rows < asked
      ? [`The large table had ${rows.toLocaleString('en')} rows, not ${asked.toLocaleString('en')}.`]
      : []),
  ]
  const parts = sections.map(({ title, text }) => `## ${title}\n\n${text}\n`)
  return `# Performance

Written by \`npm run bench\`; \`docs/performance.json\` has more. ${started.slice(0, 10)}, commit ${commit}, ${minutes} minutes, Node ${node}, SDK ${sdk}, ${engine}, ${cores} cores (${processor}), load ${loads(provenance.loadBefore)} before and ${loads(provenance.loadAfter)} after. Measured against ${versions.join(', ')}.
${notes.length > 0 ? `\n${notes.join(' ')}\n` : ''}
## In one table

Ratios are medians of rounds, with the quartiles in brackets; below 1 is faster. Units are those the engine says it has charged.

${findingsTable(sections.flatMap(({ findings }) => findings))}

## How it is measured

What is compared runs in one process, in turns: each lane has a small block of calls, one after the other, then the next lane has its own; the order changes every round, and the first rounds do not count. The ratio is taken round by round, between blocks that are neighbours in time, and the median of these is what stands above. The engine is a process of its own on the same machine. Absolute times are colour: they are this machine’s, with an engine that has no network before it and no replicas behind it. On Lambda the read takes a few milliseconds, most of them the network’s, and less processor makes the CPU weigh more.

Reads and writes are counted on the wire, by a proxy between the client and the engine that asks in each call what it has consumed; nothing of this is assumed.

To repeat it: \`npm run bench\`, on a machine that does nothing else, some seven minutes; with Java 17 for AWS’s engine. \`npm run bench -- --quick\` takes a minute, \`--only check,peers\` runs parts, and neither writes this page; \`--rows\` makes the large table smaller. The peers are installed into \`lab/bench/\` alone, from its own lockfile.

${parts.join('\n')}`
}
