import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeAll, expect, onTestFinished, test } from 'vitest'

// The code blocks of two pages, put together as they stand: a handler with default options, and its test.

const here = dirname(fileURLToPath(import.meta.url))
const run = promisify(execFile)
const { PATH, HOME } = process.env
const env = { PATH, HOME, NODE_ENV: 'test' as const }

let handler: string
let tested: string
beforeAll(async () => {
  handler = await firstBlock('guard-a-handler.md')
  tested = await firstBlock('testing.md')
})

async function firstBlock(page: string): Promise<string> {
  const text = await readFile(join(here, '../../docs', page), 'utf8')
  return /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
}

test.each([
  ['Vitest', "import { expect, test } from 'vitest'", ['../../node_modules/vitest/vitest.mjs', 'run', '--root', '.']],
  ['node:test', "import { test } from 'node:test'", ['--test', 'handler.test.mjs']],
  [
    'Jest',
    "import { expect, test } from '@jest/globals'",
    [
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--rootDir',
      '.',
      '--testMatch',
      '**/handler.test.mjs',
    ],
  ],
])(
  'the documented handler passes the documented test with %s, without environment variables',
  async (_name, imports, args) => {
    const folder = await mkdtemp(join(here, 'runner-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder, 'handler.mjs'), handler)
    const check = `
import assert from 'node:assert/strict'
${imports}
test('the handler greets', () => assert.equal(JSON.parse(answer.body).greeting, 'Hello, ' + session.userId + '.'))
test('the handler refuses a request without a session', async () =>
  assert.equal((await invoke(handler, httpApiEvent())).statusCode, 401))
`
    const text = tested.replace('./handler.ts', './handler.mjs') + check.replace('expect, ', '')
    await writeFile(join(folder, 'handler.test.mjs'), text)
    const paths = args.map((arg) => (/^(\.\.\/|node_modules)/.test(arg) ? join(here, arg) : arg))
    const { stdout, stderr } = await run(process.execPath, paths, { cwd: folder, env })
    expect(`${stdout}${stderr}`).toMatch(/2 passed|pass 2/)
  },
)
