import { alternatives, bill } from './alternatives.ts'
import { monthOf } from './month.ts'
import { charge } from './prices.ts'
import type { Table } from './report.ts'
import { eventsPerDay, shareAnew } from './spacing.ts'
import { pace, type Usage } from './usage.ts'
import { delay, dollars, whole } from './words.ts'

// The parameters on which a bill depends most, one at a time.

const USERS = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8]
const GAPS_SECONDS = [1, 10, 60, 300, 900, 3600]
const STALENESS_SECONDS = [1, 5, 30, 60]
const PROCESSES = [1, 10, 100]

/** Each alternative's month, for so many users. */
export function byUsers(usage: Usage): Table {
  const columns = USERS.map((users) => {
    const of = { ...usage, users }
    return alternatives(of).map((each) => dollars(bill(each, monthOf(of)).total))
  })
  const rows = alternatives(usage).map(({ name }, row) => [name, ...columns.map((column) => column[row] ?? '')])
  return { head: ['users', ...USERS.map(whole)], rows, texts: [0] }
}

/** Renewals in all checks, by how often a session is asked for while it is in use. */
export function byPace(usage: Usage): Table {
  const { useSeconds } = pace(usage)
  const rows = GAPS_SECONDS.map((gap) => {
    const writes = eventsPerDay(1 / gap, useSeconds, usage.policy.renewSeconds) / (useSeconds / gap)
    return [
      `one request in ${delay(gap)}`,
      writes.toFixed(4),
      dollars(charge('readUnits', 1e6) + charge('writeUnits', writes * 1e6)),
    ]
  })
  const head = [`in ${usage.activeHours} hours of use`, 'writes per check', 'reads and writes, USD a million checks']
  return { head, rows, texts: [0] }
}

/** Reads in all checks, by how long a process may reuse one, and how many processes there are. */
export function byStaleness(usage: Usage): Table {
  const { perSecond } = pace(usage)
  const rows = STALENESS_SECONDS.map((seconds) => [
    `reused for ${seconds} s`,
    ...PROCESSES.map((processes) => shareAnew(perSecond / processes, seconds).toFixed(3)),
  ])
  const head = ['reads per check', ...PROCESSES.map((count) => (count === 1 ? '1 process' : `${count} processes`))]
  return { head, rows, texts: [0] }
}
