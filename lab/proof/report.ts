import { writeFile } from 'node:fs/promises'
import type { Provenance } from '../shared/provenance.ts'
import { type Section, tableOf } from './section.ts'

// `docs/proof.md` and `docs/proof.json`.

/** Prints the tables and failures. @returns whether there is no failure */
export function printReport(sections: readonly Section[]): boolean {
  for (const section of sections) console.log(`\n${section.title}\n\n${tableOf(section)}`)
  const failures = sections.flatMap(({ failures }) => failures)
  console.log(
    failures.length === 0 ? '\nThe proof holds.' : `\nThe proof fails: ${failures.length} findings. The first of them:`,
  )
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

This page is written by \`npm run proof\` (minutes, part of every CI run) and \`npm run proof:full\` (about an hour). These are the figures of \`${command}\` on ${started.slice(0, 10)}; \`docs/proof.json\` has more.

| commit | seed | duration | Node | AWS SDK | DynamoDB Local | Java | cores | load average before and after |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| ${commit} | ${seed} | ${minutes} min | ${node} | ${sdk} | ${engine} | ${java} | ${cores} | ${loads(provenance.loadBefore)}, ${loads(provenance.loadAfter)} |

To repeat the run: \`${command} -- --seed=${seed}\`. The seed determines which datastore calls meet a fault, not when they are made: the processes run freely.

The functions are those that \`serverless package\` builds. They run in single-flight processes behind the local HTTP front, on DynamoDB Local; a proxy between the AWS SDK and the engine injects faults (\`lab/proof/faults/fault-proxy.ts\`).

${parts.join('\n')}
## Limits of the proof

DynamoDB Local is one node: it has no replicas, no partitions that throttle, no Regions and no capacity. The proxy plays stale reads, for eventually consistent reads only, as on DynamoDB. Processes stand in for Lambda's execution environments and one HTTP server for API Gateway: neither freezes an environment between two requests, nor caches an authorizer's response. Latency and capacity are those of one machine that runs engine, service and load together. An upper bound holds for the mixture of operations played here: no violation in n trials means less than 3/n with 95 % confidence.
`
}
