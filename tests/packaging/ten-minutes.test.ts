import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { type PageBlock, pageBlocks } from '../support/page-blocks.ts'
import { npmEnvironment, packTarballs } from '../support/tarballs.ts'

// docs/dev.md, block by block, from an empty folder and the packed packages. Needs npm's registry or its cache.

/** On a busy machine an installation takes minutes. */
const PATIENCE_MS = 900_000
const CHROMIUM = '/usr/bin/chromium-headless-shell'
const exec = promisify(execFile)

let root: string
let folder: string
let port: number
let tarballs: { coatcheck: string; dev: string }
let blocks: PageBlock[]
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'coatcheck-ten-minutes-'))
  tarballs = await packTarballs(process.env.COATCHECK_TARBALLS ?? join(root, 'tarballs'))
  folder = await mkdtemp(join(root, 'app-'))
  port = await freePort()
  blocks = await pageBlocks('docs/dev.md')
}, PATIENCE_MS)
afterAll(async () => {
  running?.kill('SIGKILL')
  await rm(root, { recursive: true, force: true })
})

let running: ChildProcess | undefined
let output = ''
/** How long each step of a reader takes. */
const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
  const started = performance.now()
  const result = await work()
  console.log(`${step}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return result
}

const inSection = (heading: string) => blocks.filter((block) => block.heading === heading)
const commands = (heading: string) => inSection(heading).filter(({ language }) => language === 'sh')
const environment = () => ({ ...npmEnvironment, PORT: String(port) })

/** The packages are not in the registry yet: their files take the places of their names. */
const withTarballs = (text: string) =>
  text.replace(/(?<= )coatcheck-dev(?= )/g, tarballs.dev).replace(/(?<=install )coatcheck(?= )/g, tarballs.coatcheck)

async function runShell(text: string, more: Record<string, string> = {}): Promise<string> {
  const script = withTarballs(text).replaceAll('http://localhost:4000', `http://localhost:${port}`)
  const { stdout } = await exec('bash', ['-ec', script], {
    cwd: folder,
    env: { ...environment(), ...more },
    maxBuffer: 1e8,
  }).catch((failed) => {
    throw new Error(`${text}\n${failed.stdout}\n${failed.stderr}`)
  })
  return stdout
}

async function writeFiles(heading: string): Promise<void> {
  for (const { file, text } of inSection(heading)) if (file) await writeFile(join(folder, file), text)
}

const printed = (text: string, after = 0) =>
  expect.poll(() => output.slice(after), { timeout: 300_000, interval: 50 }).toContain(text)

const FIRST = 'From an empty folder'

test(
  'installs two packages into an empty folder',
  async () => {
    const [install] = commands(FIRST)
    await timed('install', () => runShell(install?.text ?? ''))
    await writeFiles(FIRST)
    expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).dependencies).toHaveProperty('coatcheck')
  },
  PATIENCE_MS,
)

test(
  'starts Coatcheck beside the handler and says where it is',
  async () => {
    const [, start] = commands(FIRST)
    const [command = '', ...args] = start?.text.trim().split(' ') ?? []
    await timed('coatcheck dev', async () => {
      running = spawn(command, args, { cwd: folder, env: environment(), detached: true })
      for (const stream of [running.stdout, running.stderr])
        stream?.on('data', (chunk) => {
          output += chunk
        })
      await printed('AWS_SECRET_ACCESS_KEY=')
    })
    expect(output).toContain(`Coatcheck listens at http://localhost:${port}`)
    expect(output).toContain(`greeting: GET http://localhost:${port}/greeting`)
    expect(output).toContain('Created ann@example.com.')
    expect(output).toMatch(/Administrator: admin@localhost\nPassword: \w{24}\n/)
  },
  PATIENCE_MS,
)

test(
  'refuses a visitor, greets Ann, and refuses her once her sessions are revoked',
  async () => {
    const [, , requests] = commands(FIRST)
    const said = await timed('curl', () => runShell(requests?.text ?? ''))
    expect(said.split('\n').filter((line) => /^\d{3}$/.test(line))).toEqual(['401', '200', '200', '401'])
    expect(said).toMatch(/^Hello, [\w-]{21}\.$/m)
    expect(said.match(/"code":"unauthenticated"/g)).toHaveLength(2)
  },
  PATIENCE_MS,
)

test(
  'runs an edited handler, keeps the old one after a mistake, and serves a new route',
  async () => {
    const file = join(folder, 'handler.mjs')
    const source = await readFile(file, 'utf8')
    const request = (path: string) => fetch(`http://localhost:${port}${path}`)
    await writeFile(file, source.replace('Hello', 'Good day'))
    await printed('greeting: runs the new code.')
    await runShell(
      `curl -s -o .coatcheck/login -c .coatcheck/jar http://localhost:4000/auth/login -H "Origin: http://localhost:4000" -H 'Content-Type: application/json' -d '{"email":"ann@example.com","password":"correct horse battery staple"}'`,
    )
    expect(await runShell('curl -s -b .coatcheck/jar http://localhost:4000/greeting')).toMatch(/^Good day, /)
    await writeFile(file, `${source}\nexport const handler = 2`)
    await printed('cannot be bundled')
    expect(await runShell('curl -s -b .coatcheck/jar http://localhost:4000/greeting')).toMatch(/^Good day, /)
    const before = output.length
    await writeFile(file, source)
    await printed('greeting: runs the new code.', before)

    const configuration = await readFile(join(folder, 'serverless.yml'), 'utf8')
    await writeFile(
      join(folder, 'serverless.yml'),
      configuration.replace('[{ httpApi: GET /greeting }]', '[{ httpApi: GET /greeting }, { httpApi: GET /again }]'),
    )
    await printed('started with the new serverless.yml', before)
    expect((await request('/again')).status).toBe(401)
    expect(await runShell('curl -s -b .coatcheck/jar http://localhost:4000/again')).toMatch(/^Hello, /) // the session has stayed
  },
  PATIENCE_MS,
)

test(
  'gives another dev server its environment, and stops without leaving it',
  async () => {
    await writeFile(
      join(folder, 'server.mjs'),
      `import { createServer } from 'node:http'
import { createSessions } from 'coatcheck'
import { createClient, dynamodbSessionStore } from 'coatcheck/dynamodb'
import { DynamoDBClient, DescribeTableCommand } from '@aws-sdk/client-dynamodb'
const { SESSIONS_TABLE: TableName } = process.env
const { Table } = await new DynamoDBClient().send(new DescribeTableCommand({ TableName }))
createServer()
createSessions({ store: dynamodbSessionStore({ client: createClient({ timeoutMs: 800 }), tableName: TableName }) })
console.log(Table.TableName, process.env.ORIGIN)\n`,
    )
    const [server] = commands('`coatcheck dev`')
    expect(await runShell(server?.text ?? '')).toBe(`coatcheck-local-sessions http://localhost:${port}\n`)
    const exited = new Promise((done) => running?.once('exit', done))
    process.kill(-(running?.pid ?? 0), 'SIGINT')
    await exited
    running = undefined
    expect(existsSync(join(folder, '.coatcheck/env'))).toBe(false)
  },
  PATIENCE_MS,
)

test(
  'startCoatcheck under Vitest: the tests of the page pass',
  async () => {
    await writeFiles('Test with Vitest')
    const [run] = commands('Test with Vitest')
    const said = await timed('vitest', () => runShell(run?.text ?? ''))
    expect(said).toMatch(/3 passed/)
  },
  PATIENCE_MS,
)

test.skipIf(!existsSync(CHROMIUM))(
  'startCoatcheck under Playwright: the tests of the page pass',
  async () => {
    await writeFiles('Test with Playwright')
    await runShell('npm install --save-dev @playwright/test@1.65.1')
    const file = join(folder, 'playwright.config.mjs')
    const configuration = await readFile(file, 'utf8')
    const launch = `launchOptions: { executablePath: '${CHROMIUM}', args: ['--no-sandbox'] }, `
    await writeFile(file, configuration.replace('use: { ', `use: { ${launch}`))
    const said = await timed('playwright', () => runShell('npx playwright test --reporter line'))
    expect(said).toMatch(/2 passed/)
  },
  300_000,
)

test(
  'says which package is missing',
  async () => {
    const alone = await mkdtemp(join(root, 'alone-'))
    onTestFinished(() => rm(alone, { recursive: true }))
    await exec('npm', ['install', tarballs.coatcheck], { cwd: alone, env: npmEnvironment })
    const failed = await exec('npx', ['coatcheck', 'dev'], { cwd: alone, env: npmEnvironment }).catch((error) => error)
    expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining('npm install --save-dev coatcheck-dev@') })
  },
  PATIENCE_MS,
)
