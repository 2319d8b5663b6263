import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { alternatives, bill } from '../alternatives.ts'
import { monthOf } from '../month.ts'
import { costPage } from '../page.ts'
import { readRecorded } from '../recorded.ts'
import { worldOf } from '../simulation.ts'
import { DEFAULT_USAGE } from '../usage.ts'
import { agrees, compare } from '../verdict.ts'

test('docs/cost.md is what `npm run cost -- --write` writes', async () => {
  expect(await readFile('docs/cost.md', 'utf8')).toBe(costPage(readRecorded()))
})

test('the native JWT authorizer and Valkey cost less than a quarter of Coatcheck in the handler, as the page says', () => {
  const month = monthOf(DEFAULT_USAGE)
  const totals = alternatives(DEFAULT_USAGE).map((each) => bill(each, month).total)
  const [inHandler = 0, , , , native = 0, , , valkey = 0] = totals
  expect(Math.max(native, valkey)).toBeLessThan(inHandler / 4)
})

test('the recorded simulation has a hundred million sessions of the default usage and agrees with the model', () => {
  const { places, tally, warmUpDays, measuredDays } = readRecorded()
  expect(places).toBe(1e8)
  expect(warmUpDays).toBe(worldOf(DEFAULT_USAGE, measuredDays).warmUpDays)
  expect(agrees(compare(tally, DEFAULT_USAGE, places, measuredDays))).toBe(true)
})
