import type { Instant, Operation } from '../history/operation.ts'
import { isAmbiguous } from './effect.ts'
import { firstWhere } from './ends.ts'
import type { Tally } from './verdict.ts'

export interface Budget {
  /** Verifications of wrong passwords between two successes, in any window. */
  readonly slots: number
  readonly window: Instant
}

/** A budget's rounds are in whole seconds: one may be shorter than it says by so much. */
const ROUNDING = 1_000_000

/**
 * K7. A verification takes its slot at some time while its operation runs, and a success gives all back at some time
 * while its own does. So within a window there are no more failures than the slots, and the slots again for each
 * success that may have come in between.
 */
export function checkBudgets(history: readonly Operation[], { slots, window }: Budget, skew: Instant, tally: Tally) {
  const accounts = new Map<string, Account>()
  for (const operation of history) {
    const { op, user } = operation
    if (op !== 'login' && op !== 'reauthenticate' && op !== 'password-change') continue
    const kind = op === 'login' ? 'login' : 'reauthenticate'
    const account = accountIn(accounts, operation.account ?? `${kind} ${user}`)
    const failed = failuresOf(operation)
    tally.trial('K7 budget', operation, failed)
    for (let i = 0; i < failed; i++) account.failures.push(operation)
    if (operation.outcome !== 'ok' && !isAmbiguous(operation)) continue
    account.successes.push(operation)
    // A login's success clears the budget of reauthentications too.
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

/** Wrong passwords that were compared, as far as the answer tells. */
function failuresOf({ op, outcome, status, verifications }: Operation): number {
  if (outcome === 'ok') return Math.max(0, (verifications ?? 1) - 1)
  if (verifications !== undefined) return verifications
  return outcome === 'deny' && status === (op === 'login' ? 401 : 403) ? 1 : 0
}

function worstWindow(failures: readonly Operation[], successes: readonly Operation[], slots: number, length: Instant) {
  const byEnd = failures.toSorted((a, b) => a.returned - b.returned)
  const byStart = failures.map(({ invoked }) => invoked).sort((a, b) => a - b)
  const starts = successes.map(({ invoked }) => invoked).sort((a, b) => a - b)
  // Ambiguous ones may have succeeded at any time from when they began.
  const ends = successes.map((each) => (isAmbiguous(each) ? Infinity : each.returned)).sort((a, b) => a - b)
  let worst: { excess: number; found: number; last: Operation } | undefined
  for (const [index, last] of byEnd.entries()) {
    const from = last.returned - length
    const quiet = ends[firstWhere(ends, (end) => end >= last.returned) - 1] ?? -Infinity
    // The whole window, and the part of it since the last success.
    for (const start of [from, Math.max(from, quiet + 1)]) {
      const found = index + 1 - firstWhere(byStart, (invoked) => invoked >= start)
      const between = firstWhere(starts, (begun) => begun > last.returned) - firstWhere(ends, (end) => end >= start)
      const excess = found - slots * (1 + between)
      if (excess > (worst?.excess ?? 0)) worst = { excess, found, last }
    }
  }
  return worst
}
