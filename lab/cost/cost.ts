import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { CommanderError } from 'commander'
import { plainTable } from '../shared/table.ts'
import { alternatives } from './alternatives.ts'
import { monthOf } from './month.ts'
import { type Asked, readOptions } from './options.ts'
import { costPage } from './page.ts'
import { PRICES, REGION } from './prices.ts'
import { showSessions } from './progress.ts'
import { RECORDED_FILE, type Recorded, readRecorded } from './recorded.ts'
import { breakdown, comparisonTable, sideBySide, type Table } from './report.ts'
import { simulate } from './simulate.ts'
import { worldOf } from './simulation.ts'
import type { Usage } from './usage.ts'
import { agrees, compare, TOLERANCE } from './verdict.ts'
import { quantity, whole } from './words.ts'

// Prints the cost of a month beside the alternatives, compares it with a simulation, and writes docs/cost.md:
//   npm run cost -- --users 1e6 --requests-per-day 200
//   npm run cost -- --simulate 1e8
//   npm run cost -- --write

const WRONG_USAGE = 2

const show = ({ head, rows, texts }: Table) => console.log(`\n${plainTable(head, rows, texts)}`)

function showMonth(usage: Usage): void {
  const month = monthOf(usage)
  const [ours] = alternatives(usage)
  console.log(
    `${whole(usage.users)} users, ${usage.requestsPerDay} requests a day of each within ${usage.activeHours} hours: ${quantity(month.checks)} checks a month, ${quantity(month.liveRows)} live sessions.`,
  )
  show(sideBySide(usage))
  if (ours) {
    console.log(`\n${ours.name}:`)
    show(breakdown(ours.lines))
  }
  const dates = [...new Set(Object.values(PRICES).map(({ seen }) => seen))].sort()
  console.log(
    `\nPrices of ${REGION}, seen ${dates.join(' and ')}: lab/cost/prices.json has each one’s source. What is taken for granted, and what each alternative cannot do: docs/cost.md.`,
  )
}

const load = () =>
  loadavg()
    .map((average) => average.toFixed(2))
    .join(', ')

/** Runs the simulation, prints the comparison, and returns the record to keep. */
async function showSimulation({ usage, seed, days, ...asked }: Asked, places: number): Promise<Recorded> {
  const world = worldOf(usage, days)
  const threads = asked.threads ?? availableParallelism()
  const at = new Date().toISOString().slice(0, 16).replace('T', ' ')
  const [begun, loadBefore] = [performance.now(), load()]
  console.log(
    `${whole(places)} sessions in use at once, ${world.warmUpDays} days and then ${days} that are measured, seed ${seed}, ${threads} threads.`,
  )
  const tally = await simulate({ world, places, seed, threads, progress: showSessions(places) })
  const comparisons = compare(tally, usage, places, days)
  show(comparisonTable(comparisons))
  console.log(
    agrees(comparisons)
      ? `\nThe first three agree within ${TOLERANCE}. ${whole(tally.sessions)} sessions began in all.`
      : `\nOne of the first three is further from 1 than ${TOLERANCE}: the simulation or the model is wrong.`,
  )
  if (!agrees(comparisons)) process.exitCode = 1
  return {
    places,
    seed,
    measuredDays: days,
    warmUpDays: world.warmUpDays,
    tally,
    at,
    seconds: Math.round((performance.now() - begun) / 1000),
    threads,
    node: process.versions.node,
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    loadBefore,
    loadAfter: load(),
  }
}

async function writePage(recorded: Recorded | undefined): Promise<void> {
  if (recorded) await writeFile(RECORDED_FILE, `${JSON.stringify(recorded, null, 2)}\n`)
  const file = new URL('../../docs/cost.md', import.meta.url)
  const before = await readFile(file, 'utf8').catch(() => undefined)
  const text = costPage(readRecorded())
  if (text !== before) await writeFile(file, text)
  console.log(`docs/cost.md: ${text === before ? 'unchanged' : 'written'}`)
}

try {
  const asked = readOptions(process.argv.slice(2))
  const recorded = asked.simulate === undefined ? undefined : await showSimulation(asked, asked.simulate)
  if (asked.write) await writePage(recorded)
  else if (!recorded) showMonth(asked.usage)
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE
}
