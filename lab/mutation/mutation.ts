import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { Stryker } from '@stryker-mutator/core'
import { type Coverage, mutationPage, survivorLines } from './page.ts'
import { isAlive, isStatic, type Mutant, mergeResults, readReport } from './report.ts'
import { AT_LOADING, SERVICE, STAGES, type Stage } from './stages.ts'

// `npm run mutation`: changes the code in every way Stryker knows, writes docs/mutation.md, and exits with 1 if a mutant
// survives. Either a test is missing, or the line needs a comment `// Stryker disable next-line <mutator>: <reason>`.
//   npm run mutation                    all stages; a mutant is run again only if its code or its tests have changed
//   npm run mutation -- domain          these stages
//   npm run mutation -- --report        writes the page from the last reports

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
/** Of every stage that has ever been run here. */
const results = async () => mergeResults(await readAll(STAGES), await readAll([AT_LOADING, SERVICE]))

const rangesOf = async (isWanted: (mutant: Mutant) => boolean) => [
  ...new Set((await results()).filter(isWanted).map(({ range }) => range)),
]

const wantedStages = process.argv.slice(2)
const isWanted = ({ name }: Stage) => wantedStages.length === 0 || wantedStages.includes(name)
for (const stage of STAGES.filter(isWanted)) await run(stage)
if (isWanted(AT_LOADING)) await run({ ...AT_LOADING, mutate: await rangesOf(isStatic) })
if (isWanted(SERVICE)) await run({ ...SERVICE, mutate: await rangesOf(isAlive) })

const mutants = await results()
const coverageFile = 'reports/coverage/coverage-summary.json'
const coverage: Coverage | undefined = existsSync(coverageFile)
  ? JSON.parse(await readFile(coverageFile, 'utf8'))
  : undefined
await writeFile('docs/mutation.md', await mutationPage(mutants, coverage))

const survivors = survivorLines(mutants)
if (survivors.length > 0) console.error(`${survivors.length} mutants survive without a reason:`)
for (const line of survivors) console.error(line)
process.exitCode = survivors.length > 0 ? 1 : 0
