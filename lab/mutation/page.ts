import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { markdownTable } from '../shared/table.ts'
import { LOG_TEXT } from './ignore-log-text.ts'
import { isAlive, isExplained, isStatic, type Mutant } from './report.ts'

/** v8's summary, by path; `total` for all files. */
export type Coverage = Readonly<
  Record<string, { readonly branches: { readonly total: number; readonly covered: number } }>
>

const COUNTS: readonly [head: string, counts: (mutant: Mutant) => boolean][] = [
  ['Killed', ({ status }) => status === 'Killed'],
  ['Timeout', ({ status }) => status === 'Timeout'],
  ['Survived', ({ status }) => status === 'Survived'],
  ['Not reached', ({ status }) => status === 'NoCoverage'],
  ['Ignored', isExplained],
  ['Not tried', isStatic],
]

/** docs/mutation.md. */
export async function mutationPage(mutants: readonly Mutant[], coverage: Coverage = {}): Promise<string> {
  const versions = await Promise.all(
    ['@stryker-mutator/core', 'vitest', '@vitest/coverage-v8', 'dynalite'].map(versionOf),
  )
  const [stryker, vitest, v8, dynalite] = versions
  const explained = mutants.filter(isExplained)
  const byRule = explained.filter(({ reason }) => reason === LOG_TEXT)
  return `# Mutation tests

Written by \`npm run mutation\`. [Stryker](https://stryker-mutator.io) changes \`lib/\`, \`middleware/\` and \`functions/http/\` in one place at a time, and a test must fail. If a mutant survives, the command fails.

- Stryker ${stryker}, Vitest ${vitest}, coverage by v8 ${v8}, on dynalite ${dynalite}, Node ${process.version}.
- Each mutant first meets the tests of its area, then the tests that run the whole service in one process (\`lab/mutation/stages.ts\`). Tests that need processes or minutes are left out (\`lab/proof\`, \`tests/cli\`, \`tests/browser\`).
- Score: killed and timed out, of all mutants that were run.
- Ignored: mutants that no test has to notice, ${explained.length} in all: ${explained.length - byRule.length} by a \`Stryker disable\` comment in the source, ${byRule.length} by the rule for log messages (\`lab/mutation/ignore-log-text.ts\`). The reasons are [below](#ignored).
- Not tried: code that runs once, while a file is loaded (constants, patterns, tables), before the stage \`loading\` has run. \`lib/passwords/blocklist.ts\` is data; index files and types have nothing to change.
- Branches: the same tests, \`npx vitest run --config vitest.mutation.config.ts --coverage\`.

${scores(mutants, coverage)}

## Ignored

${reasons(explained)}
`
}

const versionOf = async (name: string): Promise<string> =>
  JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8')).version

const percent = (part: number, whole: number) => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`)

function scores(mutants: readonly Mutant[], coverage: Coverage): string {
  const branchesOf = new Map(
    Object.entries(coverage).map(([path, { branches }]) => [path === 'total' ? path : relative('.', path), branches]),
  )
  const row = (name: string, rowMutants: readonly Mutant[], key = name) => {
    const counts = COUNTS.map(([, isCounted]) => rowMutants.filter(isCounted).length)
    const [killed = 0, timedOut = 0, survived = 0, notReached = 0] = counts
    const caught = killed + timedOut
    const { total = 0, covered = 0 } = branchesOf.get(key) ?? {}
    const branches = total > 0 ? `${covered} of ${total}, ${percent(covered, total)}` : ''
    return [name, percent(caught, caught + survived + notReached), ...counts.map(String), branches]
  }
  const byFile = [...Map.groupBy(mutants, ({ file }) => file)].sort(([a], [b]) => (a < b ? -1 : 1))
  return markdownTable(
    ['File', 'Score', ...COUNTS.map(([head]) => head), 'Branches'],
    [row('**all**', mutants, 'total'), ...byFile.map(([file, fileMutants]) => row(file, fileMutants))],
  )
}

function reasons(mutants: readonly Mutant[]): string {
  const byLine = Map.groupBy(mutants, ({ file, line, reason }) => `${file}:${line} ${reason}`)
  return markdownTable(
    ['Where', 'Code', 'Mutators', 'Mutants', 'Why no test has to notice'],
    [...byLine.values()].map((lineMutants) => {
      const [{ file, line, code, reason }] = lineMutants as [Mutant]
      const mutators = [...new Set(lineMutants.map(({ mutator }) => mutator))]
      return [`${file}:${line}`, codeCell(code), mutators.join(', '), String(lineMutants.length), reason]
    }),
    [0, 1, 2, 4],
  )
}

const codeCell = (code: string, length = 90) =>
  `\`${(code.length > length ? `${code.slice(0, length)}…` : code).replaceAll('|', '\\|').replaceAll('`', 'ˋ')}\``

/** One line for each mutant that survives without a reason. */
export const survivorLines = (mutants: readonly Mutant[]): string[] =>
  mutants
    .filter(isAlive)
    .map(({ file, line, mutator, code, replacement }) => `${file}:${line}  ${mutator}  ${code}  =>  ${replacement}`)
