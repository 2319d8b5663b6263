import type { Instant, Operation } from '../history/operation.ts'
import { isAmbiguous } from './effect.ts'
import { firstWhere } from './ends.ts'
import type { Tally } from './verdict.ts'

export interface Budget {
  /** Wrong passwords that may be compared in any window between two successes. */
  readonly slots: number
  readonly window: Instant
}

/** The windows of the service are in whole seconds, so a window may be shorter by this. */
const ROUNDING = 1_000_000

/**
 * K7. A verification reserves its attempt at some instant while its operation runs, and a success clears the counter at
 * some instant while its own runs. So a window has no more failures than the budget, plus the budget for each success
 * that may lie between.
 */
export function checkBudgets(history: readonly Operation[], { slots, window }: Budget, skew: Instant, tally: Tally) {
  const accounts = new Map<string, Account>()
  for (const operation of history) {
    const { op, user } = operation
    if (op !== 'login' && op !== 'reauthenticate' && op !== 'password-change') continue
    const kind = op === 'login' ? 'login' : 'reauthenticate'
    const account = accountIn(accounts, `${kind} ${user}`)
    if (comparedWrongPassword(operation)) {
      tally.trial('K7 budget')
      account.failures.push(operation)
    }
    if (operation.outcome !== 'ok' && !isAmbiguous(operation)) continue
    account.successes.push(operation)
    // A login also clears the counter of reauthentications.
    if (op === 'login') accountIn(accounts, `reauthenticate ${user}`).successes.push(operation)
  }

  const length = window - ROUNDING - skew
  for (const [name, { failures, successes }] of accounts) {
    const short = failures.filter(({ invoked, returned }) => returned - invoked < length)
    const worst = worstWindow(short, successes, slots, length)
    if (!worst) continue
    const { excess, found, last } = worst
    const what = `${found} wrong passwords compared for ${name} in one window of ${slots}`
    tally.violation('K7 budget', last, [], what, excess)
  }
}

interface Account {
  readonly failures: Operation[]
  readonly successes: Operation[]
}

function accountIn(accounts: Map<string, Account>, name: string): Account {
  const account = accounts.get(name) ?? { failures: [], successes: [] }
  accounts.set(name, account)
  return account
}

const comparedWrongPassword = ({ op, outcome, status }: Operation): boolean =>
  outcome === 'deny' && status === (op === 'login' ? 401 : 403)

function worstWindow(failures: readonly Operation[], successes: readonly Operation[], slots: number, length: Instant) {
  const byEnd = failures.toSorted((a, b) => a.returned - b.returned)
  const byStart = failures.map(({ invoked }) => invoked).sort((a, b) => a - b)
  const starts = successes.map(({ invoked }) => invoked).sort((a, b) => a - b)
  // An ambiguous operation may succeed at any time after it began.
  const ends = successes.map((each) => (isAmbiguous(each) ? Infinity : each.returned)).sort((a, b) => a - b)
  let worst: { excess: number; found: number; last: Operation } | undefined
  for (const [index, last] of byEnd.entries()) {
    const from = last.returned - length
    const quiet = ends[firstWhere(ends, (end) => end >= last.returned) - 1] ?? -Infinity
    // The whole window, and its part since the last success.
    for (const start of [from, Math.max(from, quiet + 1)]) {
      const found = index + 1 - firstWhere(byStart, (invoked) => invoked >= start)
      const between = firstWhere(starts, (begun) => begun > last.returned) - firstWhere(ends, (end) => end >= start)
      const excess = found - slots * (1 + between)
      if (excess > (worst?.excess ?? 0)) worst = { excess, found, last }
    }
  }
  return worst
}
