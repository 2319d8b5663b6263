import { writeFile } from 'node:fs/promises'
import type { Provenance } from './provenance.ts'
import { type Section, tableOf } from './section.ts'

// `docs/proof.md` and the JSON beside it: the figures, and what it takes to have them again.

/** Prints the tables; whether nothing makes the proof fail. */
export function printReport(sections: readonly Section[]): boolean {
  for (const section of sections) console.log(`\n${section.title}\n\n${tableOf(section)}`)
  const failures = sections.flatMap(({ failures }) => failures)
  console.log(failures.length === 0 ? '\nThe promise held.' : `\n${failures.length} failures, these among them:`)
  for (const failure of failures.slice(0, 30)) console.log(failure)
  return failures.length === 0
}

export async function writeReport(provenance: Provenance, sections: readonly Section[]): Promise<void> {
  const data = Object.fromEntries(sections.map(({ title, data }) => [title, data]))
  await writeFile('docs/proof.json', `${JSON.stringify({ provenance, ...data }, undefined, 2)}\n`)
  await writeFile('docs/proof.md', pageOf(provenance, sections))
}

function pageOf(provenance: Provenance, sections: readonly Section[]): string {
  const { command, seed, commit, started, minutes, node, sdk, engine, java, cores } = provenance
  const loads = (load: readonly number[]) => load.map((each) => each.toFixed(1)).join(' ')
  const parts = sections.map((section) => `## ${section.title}\n\n${section.text}\n\n${tableOf(section)}\n`)
  return `# The proof

Written by \`npm run proof\` (minutes, part of every run of CI) or \`npm run proof:full\` (an hour or so), and these are the figures of \`${command}\`; \`docs/proof.json\` has more. ${started.slice(0, 10)}, commit ${commit}, seed ${seed}, ${minutes} minutes, Node ${node}, SDK ${sdk}, DynamoDB Local ${engine}, Java ${java}, ${cores} cores, load ${loads(provenance.loadBefore)} before and ${loads(provenance.loadAfter)} after. The same again: \`${command} -- --seed=${seed}\`. Which calls meet a fault follows from the seed; when they come does not, for processes run as they like.

The functions as \`serverless package\` makes them, in eight single-flight processes or more behind the local front, and between them and AWS's own engine a proxy that spoils calls (\`lab/proof/faults/fault-proxy.ts\`).

${parts.join('\n')}
## What it does not show

DynamoDB Local is one node: it has no replicas, no partitions that throttle, no Regions and no capacity. Stale reads are played by the proxy, for eventually consistent reads alone, as on DynamoDB. Processes stand in for Lambda's environments and one HTTP server for API Gateway: neither freezes an environment between two requests, nor keeps an authorizer's answer. Latency and capacity are those of one machine that runs engine, service and load together. A bound says what so many trials can say: none seen in n is less than 3/n with 95 % confidence, for the mixture played here.
`
}
