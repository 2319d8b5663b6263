import { describe, expect, test } from 'vitest'
import { confirm } from '../../cli/confirm.ts'
import { count, openProgress } from '../../cli/progress.ts'
import { formatFields, openTable, sanitize } from '../../cli/table.ts'
import { fakeScreen } from './screen.ts'

describe('a table for a terminal', () => {
  const columns = [
    { title: 'A', textOf: ([a]: string[]) => a ?? '', maxLength: 5 },
    { title: 'LONG', textOf: ([, b]: string[]) => b ?? '' },
  ]

  test('prints the titles once and never makes a column narrower', () => {
    const format = openTable(columns)
    expect(
      format([
        ['one', 'x'],
        ['', ''],
      ]),
    ).toEqual(['A    LONG', 'one  x', ''])
    expect(format([['longer than that', 'y']])).toEqual(['long…  y'])
    expect(format([['z', '']])).toEqual(['z'])
  })

  test('without rows prints the titles', () => {
    expect(openTable(columns)([])).toEqual(['A  LONG'])
  })

  test('aligns wide characters and replaces control characters', () => {
    expect(
      openTable(columns)([
        ['💙💙', 'x'],
        ['\u001b]0;t\u0007', 'a\r\nb'],
      ]),
    ).toEqual(['A      LONG', '💙💙   x', '\ufffd]0;…  a\ufffd\ufffdb'])
    expect(sanitize('a\u202eb\u2028c\u0000')).toBe('a\ufffdb\ufffdc\ufffd')
  })

  test('of one object has a line for each field', () => {
    expect(
      formatFields([
        ['id', '1'],
        ['email', 'a\nb'],
        ['name', ''],
      ]),
    ).toEqual(['id     1', 'email  a\ufffdb', 'name'])
  })
})

describe('progress', () => {
  test('on a terminal is one line, which is cleared', () => {
    const screen = fakeScreen()
    const progress = openProgress({ screen: screen.stream, complain: () => {} })
    progress.clear()
    progress.update(() => 'first')
    progress.update(() => 'last')
    progress.clear()
    progress.clear()
    expect(screen.lines()).toEqual(['first', 'last'])
    expect(screen.written().endsWith('\u001b[1G\u001b[2K')).toBe(true)
  })

  test.each([
    [0, `[${'-'.repeat(24)}]   0 %  0 lines`],
    [500, `[${'#'.repeat(12)}${'-'.repeat(12)}]  50 %  500 lines`],
    [1000, `[${'#'.repeat(24)}] 100 %  1000 lines`],
  ])('on a terminal has a bar for a known total: %i of 1000', (done, line) => {
    const screen = fakeScreen()
    const progress = openProgress({ screen: screen.stream, complain: () => {} }, 1000)
    progress.update(() => `${done} lines`, done)
    progress.clear()
    expect(screen.lines()).toEqual([line])
  })

  test.each([
    [undefined, ['at 10000', 'at 20000']],
    [25_000, ['40 %  at 10000', '80 %  at 20000']],
  ])('in a log is a line every ten seconds, for the total %j', (total, expected) => {
    const lines: string[] = []
    let now = 0
    const progress = openProgress({ complain: (line) => lines.push(line) }, total, () => now)
    for (now = 0; now < 25_000; now += 1000) progress.update(() => `at ${now}`, now)
    progress.clear()
    expect(lines).toEqual(expected)
  })

  test.each([
    [0, '0 hashes'],
    [1, '1 hash'],
    [1234, '1,234 hashes'],
  ])('formats the count %i with its noun', (number, text) => {
    expect(count(number, 'hash', 'hashes')).toBe(text)
  })
})

describe('the confirmation of a command', () => {
  const { signal: interruption } = new AbortController()

  test.each([
    ['y', true],
    [' YES ', true],
    ['', false],
    ['yeah', false],
    ['n', false],
  ])('with the answer %j continues: %s', async (answer, expected) => {
    const asked = confirm('Sure?', {}, { ask: async () => answer, interruption })
    if (expected) await asked
    else await expect(asked).rejects.toThrow(/^Nothing was changed\.$/)
  })

  test('asks nothing with --yes', async () => {
    await confirm('Sure?', { yes: true }, { ask: () => Promise.reject(new Error('asked')), interruption })
  })

  test('is a usage error without a terminal and without --yes', async () => {
    await expect(confirm('Sure?', {}, { interruption })).rejects.toThrow(/^Sure\? There is no terminal to ask on/)
  })
})
