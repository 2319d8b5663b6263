import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const here = dirname(fileURLToPath(import.meta.url))

test('each code block of docs/frameworks.md compiles against the framework', async () => {
  const folder = await mkdtemp(join(here, 'page-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const page = await readFile(join(here, '../../docs/frameworks.md'), 'utf8')
  const blocks = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  expect(blocks.length).toBeGreaterThan(10)
  for (const [index, block] of blocks.entries()) await writeFile(join(folder, `block-${index + 1}.ts`), block)
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../tsconfig.json', include: ['*.ts'] }))
  const tsc = join(here, '../../node_modules/.bin/tsc')
  const { stdout } = spawnSync(tsc, ['-p', folder, '--pretty', 'false'], { cwd: folder, encoding: 'utf8' })
  expect(stdout).toBe('')
})
