import { readFile } from 'node:fs/promises'
import { transform } from 'esbuild'
import { expect, test } from 'vitest'
import { AHEAD_OF_CODE } from '../model/ahead-of-code.ts'
import { RULES } from '../model/rules.ts'
import { MISTAKES } from '../proof/fuzz/mistakes.ts'
import { TRAPS } from '../proof/power/power.ts'
import { SEEDED_BUGS } from './bugs/index.ts'
import { patch, patched } from './patch.ts'

test.each([...SEEDED_BUGS, ...MISTAKES])('the bug "$what" still applies to the source', async ({ patches }) => {
  expect(patches.length).toBeGreaterThan(0)
  for (const file of new Set(patches.map((each) => each.file))) {
    const source = await readFile(file, 'utf8')
    const changed = patched(patches, file, source)
    expect(changed).not.toBe(source)
    await transform(changed, { loader: 'ts' }) // else every test would seem to catch it
  }
})

test.each([/(?<name>\w+) = 1/, ' = 1'])(
  'a patch whose anchor %s matches nowhere or twice throws an error',
  (anchor) => {
    const once = [patch('lib/a.ts', anchor, ' = 2')]
    expect(patched(once, 'lib/a.ts', 'x = 1')).toMatch(/ = 2$/)
    expect(patched(once, 'lib/other.ts', 'x = 1')).toBe('x = 1')
    for (const source of ['x = 3', 'x = 1; y = 1'])
      expect(() => patched(once, 'lib/a.ts', source)).toThrow(/lib\/a\.ts has \d places .* = 1/)
  },
)

test('a regular expression names what its replacement repeats', () => {
  const [seeded] = [patch('lib/a.ts', /(?<name>\w+) = 1/, '$<name> = 2')]
  expect(patched([seeded], 'lib/a.ts', 'x = 1')).toBe('x = 2')
})

test('every rule of the model has a seeded bug, and every bug with an id a trap of the proof', () => {
  const rules = new Set(SEEDED_BUGS.flatMap((bug) => bug.rules ?? []))
  // A rule that has both a bug and a place in the list is named twice here: remove it from the list.
  expect([...rules, ...AHEAD_OF_CODE].sort()).toEqual(Object.keys(RULES).sort())
  expect(SEEDED_BUGS.flatMap(({ id }) => id ?? []).sort()).toEqual(Object.keys(TRAPS).sort())
  expect(new Set(SEEDED_BUGS.map(({ what }) => what)).size).toBe(SEEDED_BUGS.length)
})
