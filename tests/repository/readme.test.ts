import { readFile } from 'node:fs/promises'
import { beforeAll, expect, test } from 'vitest'

// The commands and the code in README.md work as they stand.

let blocks: string[]
beforeAll(async () => {
  const readme = await readFile('README.md', 'utf8')
  blocks = [...readme.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, block = '']) => block)
})

test('README.md begins with the commands that start and test the service', () => {
  expect(blocks.slice(0, 2)).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n'])
})

test('the handler in README.md is examples/greeting/handler.ts', async () => {
  expect(blocks).toContain(await readFile('examples/greeting/handler.ts', 'utf8'))
})

test('README.md has at most 900 words', async () => {
  const words = (await readFile('README.md', 'utf8')).trim().split(/\s+/)
  expect(words.length).toBeLessThanOrEqual(900)
})
