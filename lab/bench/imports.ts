import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { buildFunctions } from '../../scripts/dependencies.ts'
import { quantile } from '../shared/statistics.ts'
import { markdownTable, plainTable } from '../shared/table.ts'

// What a new Lambda environment of each function spends before its first event: a fresh process imports the bundle as it is
// deployed, with the configuration that opens every route. The functions take turns. Prints a table, or writes docs/imports.md:
//   node lab/bench/imports.ts -- [--rounds 7] [--write]

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, write: { type: 'boolean', default: false } },
})
const PAGE = 'docs/imports.md'
const HEADS = ['function', 'KB', 'import, ms of CPU', 'fastest', 'slowest']
/** Every function starts with it: none refuses its configuration. */
const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  PASSWORD_PEPPER: 'p'.repeat(64),
  FACTOR_KEY: 'f'.repeat(64),
  MAILER: 'ses',
  LOGIN_CODE: 'on',
  EVENTS_BUS: 'none',
}
const IMPORT = `
const before = process.cpuUsage()
await import(process.argv[1])
const { user, system } = process.cpuUsage(before)
process.stdout.write(String((user + system) / 1000), () => process.exit())`

const folder = await mkdtemp(join(tmpdir(), 'coatcheck-imports-'))
try {
  const bundles = (await buildFunctions()).bundles.map(({ path, text }) => ({
    ...{ name: basename(path, '.js'), bytes: Buffer.byteLength(text), text, ms: [] as number[] },
    file: join(folder, basename(path, '.js').concat('.mjs')),
  }))
  for (const { file, text } of bundles) await writeFile(file, text)
  for (let round = 0; round < Number(values.rounds); round++)
    for (const { file, ms } of bundles) {
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', IMPORT, file], {
        env: ENVIRONMENT,
      })
      ms.push(Number(stdout.slice(stdout.lastIndexOf('\n') + 1)))
    }
  const figure = (ms: readonly number[], share: number) => quantile(ms, share).toFixed(0)
  const rows = bundles
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ name, bytes, ms }) => [name, (bytes / 1024).toFixed(0), ...[0.5, 0, 1].map((share) => figure(ms, share))])
  if (values.write) await writeFile(PAGE, page(rows))
  else console.log(plainTable(HEADS, rows))
} finally {
  await rm(folder, { recursive: true })
}

function page(rows: readonly string[][]): string {
  const load = loadavg().map((average) => average.toFixed(1))
  return `# What each function spends on its start

Written by \`node lab/bench/imports.ts --write\`. A fresh process of Node imports the bundle of each function as it is deployed; ${values.rounds} times each, in turns, and the processor time of it, which depends less on what else the machine does than the time on the clock. Lambda's own start of the process, the first call of the function and the handshake with DynamoDB come on top: [performance](performance.md#cold-start) has them for the routes of sessions. Nothing here has been measured on AWS.

${markdownTable(HEADS, rows)}

Measured ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC; Node ${process.version}; ${availableParallelism()} cores; load average ${load.join(', ')}.
`
}
