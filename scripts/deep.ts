import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { markdownTable } from '../lab/shared/table.ts'

// `npm run test:deep`: what does not fit into `.ci/run`. Each step's last result is kept in docs/deep.json and shown in
// docs/deep.md; a step that is not named keeps its result.
//   npm run test:deep                     every step
//   npm run test:deep -- adapters         these steps

interface Step {
  readonly what: string
  readonly command: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

interface Result {
  readonly date: string
  readonly commit: string
  readonly seconds: number
  /** Counts of Vitest; a step without tests has none. */
  readonly passed?: number
  readonly failed?: number
  readonly ok: boolean
}

const STEPS: Readonly<Record<string, Step>> = {
  adapters: {
    what: 'each adapter in a server of its framework, `docs/frameworks.md`, the test runners',
    command: ['npm', 'run', 'test:adapters'],
  },
  identity: {
    what: 'sign-ins and logouts with a certified provider of OpenID Connect',
    command: ['npm', 'run', 'test:identity'],
  },
  mail: {
    what: 'mails sent to an SMTP server and read by a parser ([mail](mail.md))',
    command: ['npm', 'run', 'test:mail'],
  },
  runtimes: { what: '`coatcheck/client` in Node, Deno, Bun and workerd', command: ['npm', 'run', 'runtimes'] },
  api: { what: 'the API reference builds without a warning', command: ['npm', 'run', 'api'] },
  site: {
    what: 'the documentation site: builds without a warning, links and anchors hold, the search finds',
    command: ['npm', 'run', 'test:site'],
  },
  rehearsal: { what: 'the packages as AWS runs them ([rehearsal](rehearsal.md))', command: ['npm', 'run', 'rehearse'] },
  rest: {
    what: 'tests that start a process each, every module setting, daily tests with every sample and functions in threads',
    command: ['npx', 'vitest', 'run'],
    environment: { COATCHECK_TEST_TIER: 'left-out' },
  },
  engine: { what: 'every test of the engine on DynamoDB Local', command: ['npm', 'run', 'test:dynamodb-local'] },
  samples: {
    what: 'the tests with drawn samples, ten times as many',
    command: ['npx', 'vitest', 'run'],
    environment: { COATCHECK_TEST_TIER: 'deep' },
  },
}
const RESULTS = 'docs/deep.json'
const PAGE = 'docs/deep.md'

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in STEPS))
if (unknown.length > 0)
  throw new Error(`Unknown step ${unknown.join(', ')}. The steps are ${Object.keys(STEPS).join(', ')}.`)

const results: Record<string, Result> = JSON.parse(await readFile(RESULTS, 'utf8').catch(() => '{}'))
for (const [name, step] of Object.entries(STEPS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  console.log(`== ${name}: ${step.what}`)
  const result = run(step)
  results[name] = result
  await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
  await writeFile(PAGE, page(results))
  if (!result.ok) process.exitCode = 1
}
for (const [name, { ok, seconds }] of Object.entries(results))
  console.log(`${name}: ${ok ? 'passed' : 'FAILED'}, ${seconds} s`)

function run({ command, environment }: Step): Result {
  const reports = mkdtempSync(join(tmpdir(), 'coatcheck-deep-'))
  const started = Date.now()
  try {
    const [program = '', ...args] = command
    const env = { ...process.env, ...environment, COATCHECK_TEST_REPORTS: reports }
    const { status } = spawnSync(program, args, { stdio: 'inherit', env })
    const counts = readdirSync(reports).map((file) => JSON.parse(readFileSync(join(reports, file), 'utf8')))
    const sum = (field: string) => counts.reduce((total, report) => total + report[field], 0)
    return {
      date: new Date(started).toISOString().slice(0, 10),
      commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
      seconds: Math.round((Date.now() - started) / 1000),
      ...(counts.length > 0 && { passed: sum('numPassedTests'), failed: sum('numFailedTests') }),
      ok: status === 0,
    }
  } finally {
    rmSync(reports, { recursive: true, force: true })
  }
}

function page(all: Readonly<Record<string, Result>>): string {
  const rows = Object.entries(STEPS).map(([name, { what }]) => {
    const result = all[name]
    if (!result) return [name, what, 'not run', '', '', '']
    const { date, commit, seconds, passed, failed, ok } = result
    const counts = passed === undefined ? '' : `${passed} passed, ${failed} failed`
    return [name, what, ok ? 'passed' : 'failed', counts, `${seconds} s`, `${date}, ${commit}`]
  })
  return `# Deep tests

Written by \`npm run test:deep\`, which runs what does not fit into \`.ci/run\`; \`npm run test:deep -- <step>\` runs one step. The proof, mutation tests, the soak and benchmarks have [commands of their own](../lab/README.md).

${markdownTable(['Step', 'What', 'Result', 'Tests', 'Took', 'When, commit'], rows, [0, 1, 2, 3, 4, 5])}
`
}
