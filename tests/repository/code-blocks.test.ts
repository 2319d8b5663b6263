import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { transform } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { readConfiguration } from '../../local/framework.ts'
import { type CodeBlock, codeBlocks } from '../support/code-blocks.ts'
import { commandsOf } from '../support/shell-commands.ts'

// Every code block of README, docs/ and the examples is compiled, read or run by a test, or says why not.

/** Pages whose blocks another test runs or compiles as they stand. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'README.md': 'tests/repository/readme.test.ts',
  'frameworks.md': 'tests/adapters/frameworks-page.adapter.ts',
  'dev.md': 'tests/packaging/ten-minutes.test.ts',
  'package.md': 'tests/packaging/dev-package.test.ts',
  'try.md': 'tests/local/curl-session.test.ts',
}
/** Programs whose arguments tests/repository/pages.test.ts compares with what exists. */
const COMPARED = ['npx coatcheck', 'npx serverless', 'npm run', 'npm start', 'npm ci', 'npm test', 'npm pack']

const blocks = await codeBlocks()
const of = (language: string) =>
  blocks.filter((block) => block.language === language && !ELSEWHERE[basename(block.page)])
const where = ({ page, line }: CodeBlock) => `${page}:${line}`

test('TypeScript compiles against the sources', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-pages-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  const compilerOptions = { lib: ['esnext', 'dom'], noUnusedLocals: false }
  const config = { extends: resolve('tsconfig.json'), compilerOptions, include: ['**/*.ts'], exclude: [] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  const handler = of('ts').find(({ page }) => page === 'docs/guard-a-handler.md')?.code ?? ''
  for (const [index, { page, code }] of of('ts').entries()) {
    const place = join(folder, `${page.replaceAll(/\W/g, '-')}-${index}`)
    await mkdir(place)
    await writeFile(join(place, 'handler.ts'), handler)
    await writeFile(join(place, 'block.ts'), `${code}\nexport {}\n`)
  }
  const { stdout } = spawnSync(resolve('node_modules/.bin/tsc'), ['-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  expect(of('ts').length).toBeGreaterThan(8)
})

test('YAML is read by the framework, as a service or as its resources', async () => {
  for (const block of of('yaml')) {
    const folder = await mkdtemp(join(tmpdir(), 'coatcheck-yaml-'))
    await writeFile(join(folder, 'serverless.yml'), serviceOf(block.code))
    const fail = (reason: string) => new Error(`${where(block)}: ${reason}`)
    const configuration = await readConfiguration(folder, { stage: 'prod', params: { listenerArn: 'arn' } }, fail)
    expect(configuration, where(block)).toHaveProperty('service')
    await rm(folder, { recursive: true })
  }
})

test('JavaScript is well-formed', async () => {
  for (const block of of('js'))
    await expect(transform(block.code, { format: 'esm' }), where(block)).resolves.toHaveProperty('code')
})

test('JSON is valid, as one document or one a line', () => {
  for (const block of of('json')) {
    const documents = /^\{.*\}$/m.test(block.code) ? block.code.trim().split('\n') : [block.code]
    for (const document of documents) expect(() => JSON.parse(document), where(block)).not.toThrow()
  }
})

test('shell scripts are well-formed', () => {
  const script = of('sh').map((block) => `: '${where(block)}'\n${block.code}`)
  expect(spawnSync('sh', ['-n'], { input: script.join('\n'), encoding: 'utf8' }).stderr).toBe('')
})

test('a script with a command that no test runs says why, above the block: <!-- not run: reason -->', () => {
  const compared = (words: readonly string[]) => COMPARED.includes(words.slice(0, 2).join(' '))
  const silent = of('sh').filter(({ code, notRun }) => !notRun && !commandsOf(code).every(compared))
  expect(silent.map(where)).toEqual([])
})

test('blocks that no test runs become no more unnoticed', () => {
  const reasons = blocks.flatMap(({ notRun }) => notRun ?? [])
  const counts = Object.fromEntries(
    reasons.toSorted().map((reason) => [reason, reasons.filter((each) => each === reason).length]),
  )
  expect(counts).toMatchInlineSnapshot(`
    {
      "installs from the registry": 1,
      "lab/rehearsal has tests of its own": 1,
      "needs a project of Firebase": 1,
      "needs a transmitter; tests/cli/signals.test.ts has one": 1,
      "needs an AWS account": 14,
      "reads the list of Pwned Passwords": 1,
      "tests/adapters/runners.adapter.ts runs such a test": 1,
      "tests/examples plays these requests": 2,
      "tests/routes/provider-messages.test.ts plays such requests": 1,
      "tests/routes/tokens.test.ts plays such requests": 2,
    }
  `)
})

test('each block has a language that a test knows, or none', () => {
  const languages = new Set(blocks.map(({ language }) => language))
  expect(
    [...languages].filter((language) => !['', 'sh', 'ts', 'js', 'yaml', 'json', 'mermaid'].includes(language)),
  ).toEqual([])
})

/** A block as a whole service: it may be a part of one, or a template of CloudFormation. */
function serviceOf(code: string): string {
  if (/^service:/m.test(code)) return code
  const provider = /^provider:/m.test(code) ? '' : 'provider: { name: aws, runtime: nodejs24.x }\n'
  const head = `service: notes\nframeworkVersion: '4'\n${provider}`
  return /^Resources:/m.test(code) ? `${head}resources:\n${code.replaceAll(/^/gm, '  ')}` : head + code
}
