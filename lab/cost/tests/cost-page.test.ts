import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { alternatives, bill } from '../alternatives.ts'
import { monthOf } from '../month.ts'
import { costPage } from '../page.ts'
import { plotDelay } from '../plot-delay.ts'
import { plotUsers } from '../plot-users.ts'
import { readRecorded } from '../recorded.ts'
import { worldOf } from '../simulation.ts'
import { DEFAULT_USAGE } from '../usage.ts'
import { agrees, compare } from '../verdict.ts'

test.each([
  ['cost.md', () => costPage(readRecorded())],
  ['cost-users.svg', () => plotUsers(DEFAULT_USAGE)],
  ['cost-delay.svg', () => plotDelay(DEFAULT_USAGE)],
])('docs/%s is what `npm run cost -- --write` writes', async (name, made) => {
  expect(await readFile(`docs/${name}`, 'utf8')).toBe(made())
})

test('what the page says in words is so in numbers', () => {
  const month = monthOf(DEFAULT_USAGE)
  const totals = alternatives(DEFAULT_USAGE).map((each) => bill(each, month).total)
  const [inHandler = 0, , , , native = 0, , , valkey = 0] = totals
  expect(Math.max(native, valkey)).toBeLessThan(inHandler / 4)
})

test('the simulation that was written down is of a hundred million sessions, of this usage, and agrees', () => {
  const { places, tally, warmUpDays, measuredDays } = readRecorded()
  expect(places).toBe(1e8)
  expect(warmUpDays).toBe(worldOf(DEFAULT_USAGE, measuredDays).warmUpDays)
  expect(agrees(compare(tally, DEFAULT_USAGE, places, measuredDays))).toBe(true)
})
