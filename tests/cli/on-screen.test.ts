import { describe, expect, test } from 'vitest'
import { confirm } from '../../cli/confirm.ts'
import { bar, count, openProgress } from '../../cli/progress.ts'
import { clean, layOut, openTable } from '../../cli/table.ts'

describe('a table', () => {
  const columns = [
    { title: 'A', of: ([a]: string[]) => a ?? '', most: 5 },
    { title: 'LONG', of: ([, b]: string[]) => b ?? '' },
  ]

  test('has titles once, and columns that only grow', () => {
    const lay = openTable(columns)
    expect(
      lay([
        ['one', 'x'],
        ['', ''],
      ]),
    ).toEqual(['A    LONG', 'one  x', ''])
    expect(lay([['longer than that', 'y']])).toEqual(['long…  y'])
    expect(lay([['z', '']])).toEqual(['z'])
  })

  test('without rows is its titles', () => {
    expect(openTable(columns)([])).toEqual(['A  LONG'])
  })

  test('counts characters, and lets none through that a terminal would obey', () => {
    expect(
      openTable(columns)([
        ['💙💙', 'x'],
        ['\u001b]0;t\u0007', 'a\r\nb'],
      ]),
    ).toEqual(['A      LONG', '💙💙     x', '\ufffd]0;…  a\ufffd\ufffdb'])
    expect(clean('a\u202eb\u2028c\u0000')).toBe('a\ufffdb\ufffdc\ufffd')
  })

  test('of one thing is a line a field', () => {
    expect(
      layOut([
        ['id', '1'],
        ['email', 'a\nb'],
        ['name', ''],
      ]),
    ).toEqual(['id     1', 'email  a\ufffdb', 'name'])
  })
})

describe('progress', () => {
  test('on a terminal is one line that is rewritten ten times a second, and taken away', () => {
    const shown: string[] = []
    let now = 0
    const progress = openProgress({ show: (text) => shown.push(text), complain: () => {} }, () => now)
    progress.clear()
    for (now = 0; now <= 250; now += 50) progress.update(() => `at ${now}`)
    progress.clear()
    progress.clear()
    expect(shown).toEqual(['at 100', 'at 200', ''])
  })

  test('elsewhere is a line every ten seconds', () => {
    const lines: string[] = []
    let now = 0
    const progress = openProgress({ complain: (line) => lines.push(line) }, () => now)
    for (now = 0; now < 25_000; now += 1000) progress.update(() => `at ${now}`)
    progress.clear()
    expect(lines).toEqual(['at 10000', 'at 20000'])
  })

  test('is a bar that is full when all is done, and not before', () => {
    expect(bar(0, 100)).toBe(`[${'-'.repeat(24)}]   0 %`)
    expect(bar(50, 100)).toBe(`[${'#'.repeat(12)}${'-'.repeat(12)}]  50 %`)
    expect(bar(999, 1000)).toBe(`[${'#'.repeat(23)}-]  99 %`)
    expect(bar(1000, 1000)).toBe(`[${'#'.repeat(24)}] 100 %`)
    expect(bar(0, 0)).toBe(`[${'#'.repeat(24)}] 100 %`)
  })

  test.each([
    [0, '0 hashes'],
    [1, '1 hash'],
    [1234, '1,234 hashes'],
  ])('counts %i', (number, text) => {
    expect(count(number, 'hash', 'hashes')).toBe(text)
  })
})

describe('confirmation', () => {
  test.each([
    ['y', true],
    [' YES ', true],
    ['', false],
    ['yeah', false],
    ['n', false],
  ])('%j is %s', async (answer, expected) => {
    const said: string[] = []
    const terminal = { ask: async () => answer, complain: (line: string) => said.push(line) }
    expect(await confirm('Sure?', {}, terminal)).toBe(expected)
    expect(said).toEqual(expected ? [] : ['Nothing was changed.'])
  })

  test('is not asked for with --yes', async () => {
    const terminal = { ask: () => Promise.reject(new Error('asked')), complain: () => {} }
    expect(await confirm('Sure?', { yes: true }, terminal)).toBe(true)
  })

  test('is wrong usage where nobody can be asked', async () => {
    await expect(confirm('Sure?', {}, { complain: () => {} })).rejects.toThrow(/^Sure\? Nobody can be asked here/)
  })
})
