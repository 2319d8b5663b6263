import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { Stryker } from '@stryker-mutator/core'
import { mutationPage } from './page.ts'
import { isAlive, isLeftOut, type Mutant, readReport, together } from './report.ts'
import { AT_LOADING, SERVICE, STAGES, type Stage } from './stages.ts'
import { judge } from './survivors.ts'

// Mutation testing of lib/ and middleware/: changes the code in every way Stryker knows, and fails where no test notices
// and lab/mutation/survivors.ts does not say why. Writes docs/mutation.md.
//   node lab/mutation/mutation.ts              all of it; what has not changed since the last run is not run again
//   node lab/mutation/mutation.ts domain       these stages of it
//   node lab/mutation/mutation.ts --report     compares what has been run

const FOLDER = 'reports/mutation'
const reportOf = ({ name }: Pick<Stage, 'name'>) => `${FOLDER}/${name}.json`

async function run({ name, mutate, testFiles, ignoreStatic = true }: Stage): Promise<void> {
  if (mutate.length === 0) return
  const options: ConstructorParameters<typeof Stryker>[0] = {
    configFile: 'stryker.config.json',
    mutate: [...mutate],
    testFiles: [...testFiles],
    ignoreStatic,
    incrementalFile: `${FOLDER}/${name}-incremental.json`,
    tempDirName: `.stryker-tmp/${name}`,
    jsonReporter: { fileName: reportOf({ name }) },
  }
  await new Stryker(options).runMutationTest()
}

const readAll = async (stages: readonly Stage[]): Promise<Mutant[]> =>
  (await Promise.all(stages.map(reportOf).filter(existsSync).map(readReport))).flat()
/** Of all that has been run. */
const results = async () => together(await readAll(STAGES), await readAll([AT_LOADING, SERVICE]))

const rangesOf = async (wanted: (mutant: Mutant) => boolean) => [
  ...new Set((await results()).filter(wanted).map(({ range }) => range)),
]

const asked = process.argv.slice(2)
const isAsked = ({ name }: Stage) => asked.length === 0 || asked.includes(name)
for (const stage of STAGES.filter(isAsked)) await run(stage)
for (const [stage, wanted] of [
  [AT_LOADING, isLeftOut],
  [SERVICE, isAlive],
] as const)
  if (isAsked(stage)) await run({ ...stage, mutate: await rangesOf(wanted) })

const mutants = await results()
const { reasons, unlisted, stale } = judge(mutants)
const coverage = existsSync('reports/coverage/coverage-summary.json')
  ? JSON.parse(await readFile('reports/coverage/coverage-summary.json', 'utf8'))
  : undefined
await writeFile('docs/mutation.md', await mutationPage(mutants, reasons, coverage))

for (const { file, line, original, replacement } of unlisted)
  console.error(`Survives, and nobody says why: ${file}:${line}  ${original}  =>  ${replacement}`)
for (const { file, code, within, becomes } of stale)
  console.error(`Listed, and does not survive: ${file}  ${within ?? ''}  ${code}  =>  ${becomes ?? 'anything'}`)
process.exitCode = unlisted.length + stale.length > 0 ? 1 : 0
