import { eventsPerDay } from './spacing.ts'
import { DAY_SECONDS, MONTH_DAYS, pace, type Usage } from './usage.ts'

/** Events per day in the sessions of one device, such as a browser, and its rows, on average. */
export interface PlaceADay {
  readonly checks: number
  readonly renewals: number
  readonly logins: number
  readonly logouts: number
  readonly revokes: number
  readonly liveRows: number
  readonly expiredRows: number
}

/** How likely the end of a day's use is a logout, and otherwise the last that is seen of the session. */
export function endings({ logoutsPerMonth, abandonedPerMonth, revocationsPerMonth }: Usage) {
  const [logout, left, revokesPerDay] = [logoutsPerMonth, abandonedPerMonth, revocationsPerMonth].map(
    (perMonth) => perMonth / MONTH_DAYS,
  ) as [number, number, number]
  return { logout, left, revokesPerSecond: revokesPerDay / DAY_SECONDS }
}

/**
 * What is to be expected of one session. It lasts from a day's first request to the end of a day's use (logout, left
 * behind), to a revoke at any time, or to its absolute end; the next begins with the next request. Idle ends only what
 * was left behind: with several requests a day, nothing that is used idles out.
 */
function lifeOf(usage: Usage) {
  const { useSeconds, perSecond } = pace(usage)
  const { idleSeconds, lifetimeSeconds, renewSeconds } = usage.policy
  const { logout, left, revokesPerSecond } = endings(usage)
  const wait = 1 / perSecond
  const rest = DAY_SECONDS - useSeconds
  /** How long before the end of a day's use the last renewal was: the age of what is renewed, at any time. */
  const sinceRenewal = ((renewSeconds + wait) ** 2 + wait ** 2) / (2 * (renewSeconds + wait))
  const revokedWithin = (seconds: number) => -Math.expm1(-revokesPerSecond * seconds)
  const life = { secondsToNext: 0, liveSeconds: 0, logouts: 0, revokes: 0, expiries: 0, capped: 0 }
  let reached = 1
  let age = 0

  function end(share: number, at: number, untilNext: number): void {
    life.liveSeconds += share * at
    life.secondsToNext += share * (at + untilNext)
    reached -= share
  }
  function mayBeRevoked(until: number, untilNext: number): void {
    const share = reached * revokedWithin(until - age)
    life.revokes += share
    end(share, (age + until) / 2, untilNext)
    age = until
  }
  // At any time of a day: in use the next request is near, in the rest half of that is still to come.
  const afterRevoke = (rest * rest) / (2 * DAY_SECONDS) + wait

  for (let day = 0; day * DAY_SECONDS + useSeconds - wait < lifetimeSeconds; day++) {
    mayBeRevoked(day * DAY_SECONDS + useSeconds - wait, day === 0 ? wait : afterRevoke)
    const loggedOut = reached * logout
    life.logouts += loggedOut
    end(loggedOut, age, rest + wait)

    const leftBehind = reached * left
    end(leftBehind, age, rest + wait)
    const untilExpiry = Math.min(Math.max(0, idleSeconds - sinceRenewal), lifetimeSeconds - age)
    const revokedToo = revokedWithin(untilExpiry) // halfway, on average
    life.liveSeconds += leftBehind * untilExpiry * (1 - revokedToo / 2)
    life.revokes += leftBehind * revokedToo
    life.expiries += leftBehind * (1 - revokedToo)
  }
  mayBeRevoked(lifetimeSeconds, afterRevoke)
  life.capped = reached
  life.expiries += reached
  end(reached, lifetimeSeconds, wait)
  return life
}

/** The steady state: events per day are the events of one session's life times the sessions that begin per day. */
export function placeADay(usage: Usage): PlaceADay {
  const { perDay, useSeconds, perSecond } = pace(usage)
  const { secondsToNext, liveSeconds, logouts, revokes, expiries, capped } = lifeOf(usage)
  const logins = DAY_SECONDS / secondsToNext
  return {
    checks: perDay,
    // A login stands in the place of a renewal that was due; of those that follow an absolute end, every other one.
    renewals: eventsPerDay(perSecond, useSeconds, usage.policy.renewSeconds) - logins * (1 - capped / 2),
    logins,
    logouts: logins * logouts,
    revokes: logins * revokes,
    liveRows: liveSeconds / secondsToNext,
    expiredRows: (expiries * ((usage.ttlLagHours * 3600) / 2)) / secondsToNext,
  }
}

/** Of a renewal, a login, a logout and a revoke each one write to the sessions table. */
export function writesOf(of: Pick<PlaceADay, 'renewals' | 'logins' | 'logouts' | 'revokes'>): number {
  return of.renewals + of.logins + of.logouts + of.revokes
}
