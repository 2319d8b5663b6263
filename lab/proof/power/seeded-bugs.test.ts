import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { buildFunctions } from '../../../scripts/dependencies.ts'
import { TRAPS } from './power.ts'
import { MARK, SEEDED_BUGS, seeded } from './seeded-bugs.ts'

// The bugs themselves are caught by `npm run proof`; here, that they can still be put in, and are in nothing shipped.

test.each(SEEDED_BUGS)('$id changes the source, and has a trap: $what', async (bug) => {
  const source = await readFile(bug.file, 'utf8')
  expect(seeded(bug, source)).not.toBe(source)
  expect(seeded(bug, source)).toContain(MARK)
  expect(() => seeded(bug, source.replace(bug.from, ''))).toThrow(bug.id)
  expect(TRAPS[bug.id]).toBeDefined()
})

test('there are fourteen, and nothing that is shipped has any', async () => {
  const named = (letter: string, length: number) => Array.from({ length }, (_, index) => `${letter}${index + 1}`)
  expect(SEEDED_BUGS.map(({ id }) => id)).toEqual([...named('M', 10), ...named('S', 4)])
  const { bundles, inputs } = await buildFunctions()
  expect(bundles.length).toBeGreaterThan(20)
  for (const { path, text } of bundles) expect(text.includes(MARK), path).toBe(false)
  expect(inputs.filter((input) => input.startsWith('tests/'))).toEqual([])
})
