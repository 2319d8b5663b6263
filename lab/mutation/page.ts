import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { isAlive, type Mutant } from './report.ts'

/** What v8 says of a file, or of all. */
export type Coverage = Readonly<
  Record<string, { readonly branches: { readonly total: number; readonly covered: number } }>
>

const version = async (name: string): Promise<string> =>
  JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8')).version

const percent = (part: number, whole: number) => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`)
const cell = (text: string, length = 90) =>
  `\`${(text.length > length ? `${text.slice(0, length)}…` : text).replaceAll('|', '\\|').replaceAll('`', 'ˋ') || ' '}\``

const COLUMNS = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored'] as const

/** docs/mutation.md. */
export async function mutationPage(
  mutants: readonly Mutant[],
  reasons: ReadonlyMap<Mutant, string>,
  coverage: Coverage | undefined,
): Promise<string> {
  const names = [...new Set(mutants.map(({ file }) => file))].sort()
  const branchesOf = new Map(
    Object.entries(coverage ?? {}).map(([path, { branches }]) => [
      path === 'total' ? path : relative('.', path),
      branches,
    ]),
  )
  const row = (name: string, of: readonly Mutant[], key = name) => {
    const counts = COLUMNS.map((column) => of.filter(({ status }) => status === column).length)
    const [killed = 0, timeout = 0, survived = 0, missed = 0] = counts
    const score = percent(killed + timeout, killed + timeout + survived + missed)
    const branches = branchesOf.get(key)
    const covered = branches
      ? `${branches.covered} of ${branches.total}, ${percent(branches.covered, branches.total)}`
      : ''
    return `| ${[name, score, ...counts, covered].join(' | ')} |`
  }
  const alive = mutants.filter(isAlive)
  const list = alive.map((mutant) => {
    const { file, line, original, replacement } = mutant
    return `| ${file}:${line} | ${cell(original)} | ${cell(replacement)} | ${reasons.get(mutant) ?? '**none given**'} |`
  })
  const versions = await Promise.all(
    ['@stryker-mutator/core', 'vitest', '@vitest/coverage-v8', 'dynalite'].map(version),
  )
  const [stryker, vitest, v8, dynalite] = versions
  return `# Tests of the tests

Written by \`node lab/mutation/mutation.ts\`. [Stryker](https://stryker-mutator.io) changes \`lib/\` and \`middleware/\` in one place at a time, and a test must fail. What survives is listed below with the reason, or the command fails.

- Stryker ${stryker}, Vitest ${vitest}, coverage by v8 ${v8}, on dynalite ${dynalite}, Node ${process.version}.
- Each change first meets the tests that are about it, then what plays the whole service in one process (\`lab/mutation/stages.ts\`). Not among them: tests that need processes or minutes (\`tests/races*\`, \`tests/proof\`, \`tests/cli\`, \`tests/browser\`).
- Score: killed and timed out, of all that were run. What a file does once, while it is loaded (constants, patterns, tables), is a stage of its own, \`loading\`: each change takes a run of all tests, up to the first that fails. Ignored: not tried in this run. \`lib/passwords/blocklist.ts\` is data; index files and types have nothing to change.
- Branches: the same tests, \`npx vitest run --config vitest.mutation.config.ts --coverage\`.

| File | Score | ${COLUMNS.map((column) => ({ NoCoverage: 'Not reached' })[column as string] ?? column).join(' | ')} | Branches |
|---|---|${COLUMNS.map(() => '---|').join('')}---|
${[
  row('**all**', mutants, 'total'),
  ...names.map((name) =>
    row(
      name,
      mutants.filter(({ file }) => file === name),
    ),
  ),
].join('\n')}

## What survives

| Where | The code | becomes | Why no test has to notice |
|---|---|---|---|
${list.join('\n')}
`
}
