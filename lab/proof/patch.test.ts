import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { RULES } from '../model/rules.ts'
import { MISTAKES } from './fuzz/mistakes.ts'
import { type Patch, patch, patched } from './patch.ts'
import { TRAPS } from './power/power.ts'
import { SEEDED_BUGS } from './power/seeded-bugs.ts'
import { MUTATIONS } from './replay/mutations.ts'

const ALL: readonly (readonly [string, readonly Patch[]])[] = [
  ...[...SEEDED_BUGS, ...MISTAKES].map(({ id, what, patches }) => [`${id} (${what})`, patches] as const),
  ...Object.entries(MUTATIONS).map(([rule, { patches }]) => [`the model without ${rule}`, patches] as const),
]

test.each(ALL)('%s still applies to the source', async (_, patches) => {
  expect(patches.length).toBeGreaterThan(0)
  for (const file of new Set(patches.map((each) => each.file))) {
    const source = await readFile(file, 'utf8')
    expect(patched(patches, file, source)).not.toBe(source)
  }
})

test('a patch whose anchor matches nowhere or twice throws an error that names file and anchor', () => {
  const once = [patch('lib/a.ts', /(?<name>\w+) = 1/, '$<name> = 2')]
  expect(patched(once, 'lib/a.ts', 'x = 1')).toBe('x = 2')
  expect(patched(once, 'lib/other.ts', 'x = 1')).toBe('x = 1')
  for (const source of ['x = 3', 'x = 1; y = 1'])
    expect(() => patched(once, 'lib/a.ts', source)).toThrow(/lib\/a\.ts has \d places .*\?<name>/)
})

test('every rule of the model has a mutation, and every seeded bug a trap', () => {
  expect(Object.keys(MUTATIONS).sort()).toEqual(Object.keys(RULES).sort())
  expect(Object.keys(TRAPS)).toEqual(SEEDED_BUGS.map(({ id }) => id))
  expect(SEEDED_BUGS).toHaveLength(14)
})
