import { LOGIN, LOGOUT, REVOKE, unitsOf } from './calls.ts'
import { type PlaceADay, placeADay } from './population.ts'
import { charge, type PriceName } from './prices.ts'
import { SESSION_WRITE_UNITS, STORED_SESSION_BYTES, STORED_USER_BYTES } from './row-size.ts'
import { eventsPerDay, shareAnew } from './spacing.ts'
import { LOGIN_MEMORY_MB, MONTH_DAYS, pace, type Usage } from './usage.ts'

/** One line of a bill: a quantity with a price, and its cause. */
export interface Line {
  readonly what: string
  readonly price: PriceName
  readonly quantity: number
  /** Checks (with renewals and refreshes), signing in and out, or storage. */
  readonly part: 'checks' | 'sign-in' | 'keeping'
}

export const GB = 1e9

/** How often events happen in a month, for all users together. */
export interface Month extends PlaceADay {
  /** Checks that ask the datastore: all, unless a process may reuse one for a while. */
  readonly checksAnew: number
  /** Checks that an authorizer's cache does not answer. */
  readonly cacheMisses: number
  /** Access tokens that are made anew for a session in use. */
  readonly refreshes: number
}

export function monthOf(usage: Usage): Month {
  const places = usage.users * usage.sessionsPerUser
  const { perSecond, useSeconds } = pace(usage)
  const day = placeADay(usage)
  const inAll = (perDay: number) => perDay * places * MONTH_DAYS
  const everySoOften = (seconds: number) => inAll(eventsPerDay(perSecond, useSeconds, seconds))
  const refreshes = everySoOften(usage.jwtTtlSeconds) - inAll(day.logins) // a login brings the day's first
  return {
    checks: inAll(day.checks),
    renewals: inAll(day.renewals),
    logins: inAll(day.logins),
    logouts: inAll(day.logouts),
    revokes: inAll(day.revokes),
    liveRows: day.liveRows * places,
    expiredRows: day.expiredRows * places,
    checksAnew: inAll(day.checks) * shareAnew(perSecond / usage.processes, usage.maxStalenessSeconds),
    cacheMisses: usage.authorizerTtlSeconds === 0 ? inAll(day.checks) : everySoOften(usage.authorizerTtlSeconds),
    refreshes: Math.max(0, refreshes),
  }
}

export const gbSeconds = (invocations: number, milliseconds: number, memoryMb: number) =>
  invocations * (milliseconds / 1000) * (memoryMb / 1024)

/** A function that is invoked for this alone. */
export function invocations(what: string, part: Line['part'], count: number, ms: number, memoryMb: number): Line[] {
  return [
    { what: `${what}: invocations`, price: 'lambdaRequests', quantity: count, part },
    { what: `${what}: time`, price: 'lambdaSeconds', quantity: gbSeconds(count, ms, memoryMb), part },
  ]
}

/** Signing in and out by routes of one's own. `withSession`: as Coatcheck does it, with a row for each session. */
export function signingIn(month: Month, usage: Usage, withSession: boolean): Line[] {
  const part = 'sign-in'
  const { logins, logouts, revokes } = month
  const pick = (calls: readonly string[]) =>
    unitsOf(withSession ? calls : calls.filter((call) => !/ sessions$/.test(call)))
  const [login, logout, revoke] = [pick(LOGIN), pick(LOGOUT), pick(REVOKE)]
  const sum = (of: 'reads' | 'writes') => logins * login[of] + logouts * logout[of] + revokes * revoke[of]
  const others = logouts + revokes
  return [
    { what: 'logins, logouts, revokes: reads', price: 'readUnits', quantity: sum('reads'), part },
    { what: 'logins, logouts, revokes: writes', price: 'writeUnits', quantity: sum('writes'), part },
    ...invocations('logins', part, logins, usage.loginMs, LOGIN_MEMORY_MB),
    ...invocations('logouts, revokes', part, others, usage.authorizerMs, usage.memoryMb),
    { what: 'their requests to the API', price: 'httpApiRequests', quantity: logins + others, part },
  ]
}

/** Users and pointers, and session rows, those that have expired and are still there among them. */
export function storing(month: Month, usage: Usage, withSessions: boolean): Line[] {
  const part = 'keeping'
  const rows = month.liveRows + month.expiredRows
  const users: Line = {
    what: 'users stored',
    price: 'tableStorage',
    quantity: (usage.users * STORED_USER_BYTES) / GB,
    part,
  }
  if (!withSessions) return [users]
  const quantity = (rows * STORED_SESSION_BYTES) / GB
  return [users, { what: 'sessions stored', price: 'tableStorage', quantity, part }]
}

/** The reads of so many checks, and the renewals, which no cache in front makes more frequent. */
export function checking(month: Month, usage: Usage, reads: number): Line[] {
  const share = usage.consistency === 'eventual' ? 0.5 : 1
  return [
    { what: 'checks: reads', price: 'readUnits', quantity: reads * share, part: 'checks' },
    { what: 'renewals: writes', price: 'writeUnits', quantity: month.renewals * SESSION_WRITE_UNITS, part: 'checks' },
  ]
}

/** A route that takes a refresh token for a new access token: one read and one write, in a function of its own. */
export function refreshing(month: Month, usage: Usage): Line[] {
  const part = 'checks'
  const { refreshes } = month
  return [
    { what: 'refreshes: reads', price: 'readUnits', quantity: refreshes, part },
    { what: 'refreshes: writes', price: 'writeUnits', quantity: refreshes, part },
    ...invocations('refreshes', part, refreshes, usage.authorizerMs, usage.memoryMb),
    { what: 'refreshes: requests to the API', price: 'httpApiRequests', quantity: refreshes, part },
  ]
}

/** In dollars. Lines of one price share its tiers, each by its part of the whole. */
export function costOf(lines: readonly Line[], of: (line: Line) => boolean = () => true): number {
  const totals = new Map<PriceName, number>()
  for (const { price, quantity } of lines) totals.set(price, (totals.get(price) ?? 0) + quantity)
  return lines.filter(of).reduce((sum, { price, quantity }) => {
    const total = totals.get(price) ?? 0
    return total === 0 ? sum : sum + (charge(price, total) * quantity) / total
  }, 0)
}
