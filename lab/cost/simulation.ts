import { expiryAfter, isRenewalDue, type Session, type SessionPolicy } from '../../lib/session.ts'
import { endings } from './population.ts'
import { Random } from './random.ts'
import { DAY_SECONDS, pace, type Usage } from './usage.ts'

// Plays the sessions of each place where a user is signed in, one after the other. What cannot change a row is skipped,
// which is exact: requests come without memory, so after any moment the wait for the next is as at the very start, and
// days of use are alike.

/** What is played: a place's days, each begun by its hours of use, the last of which are measured. */
export interface World {
  readonly policy: SessionPolicy
  readonly perSecond: number
  readonly useSeconds: number
  /** As `endings` has them. */
  readonly logout: number
  readonly left: number
  readonly revokesPerSecond: number
  readonly ttlLagSeconds: number
  /** Played and not measured, until it no longer matters how it began. */
  readonly warmUpDays: number
  readonly measuredDays: number
}

export interface Tally {
  renewals: number
  logins: number
  logouts: number
  revokes: number
  /** Sessions in all, those before the measured days among them. */
  sessions: number
  liveSeconds: number
  expiredSeconds: number
}

export const emptyTally = (): Tally => ({
  renewals: 0,
  logins: 0,
  logouts: 0,
  revokes: 0,
  sessions: 0,
  liveSeconds: 0,
  expiredSeconds: 0,
})

export function worldOf(usage: Usage, measuredDays: number): World {
  return {
    policy: usage.policy,
    ...pace(usage),
    ...endings(usage),
    ttlLagSeconds: usage.ttlLagHours * 3600,
    warmUpDays: Math.ceil((6 * usage.policy.lifetimeSeconds) / DAY_SECONDS),
    measuredDays,
  }
}

/** Plays so many places. The same seed and stream give the same. */
export function playPlaces(world: World, places: number, seed: number, stream: number): Tally {
  const tally = emptyTally()
  const player = new Player(world, new Random(seed, stream), tally)
  for (let place = 0; place < places; place++) player.play()
  return tally
}

class Player {
  readonly #world: World
  readonly #random: Random
  readonly #tally: Tally
  readonly #from: number
  readonly #to: number
  /** The one row that is being played; what a decision about renewal does not ask is left out. */
  readonly #session = { lastSeenAt: 0 } as { lastSeenAt: number } & Session

  constructor(world: World, random: Random, tally: Tally) {
    this.#world = world
    this.#random = random
    this.#tally = tally
    this.#from = world.warmUpDays * DAY_SECONDS
    this.#to = this.#from + world.measuredDays * DAY_SECONDS
  }

  play(): void {
    // First logins are spread over one lifetime, so that sessions do not all end at once.
    const days = Math.ceil(this.#world.policy.lifetimeSeconds / DAY_SECONDS)
    const first = (Math.ceil(this.#random.uniform() * days) - 1) * DAY_SECONDS
    for (let at = this.#nextRequest(first); at < this.#to; ) at = this.#playSession(Math.floor(at))
  }

  /** The first request after a moment: the wait goes on through hours without use. */
  #nextRequest(after: number): number {
    const { perSecond, useSeconds } = this.#world
    let wait = this.#random.wait(perSecond)
    let from = after
    for (;;) {
      const day = Math.floor(from / DAY_SECONDS) * DAY_SECONDS
      const left = day + useSeconds - from
      if (wait < left) return from + wait
      if (left > 0) wait -= left
      from = day + DAY_SECONDS
    }
  }

  /** From a login to the next request that has no session any more. */
  #playSession(createdAt: number): number {
    const { policy, useSeconds, logout, left, revokesPerSecond, ttlLagSeconds } = this.#world
    const random = this.#random
    const tally = this.#tally
    tally.sessions++
    if (createdAt >= this.#from) tally.logins++

    const loginDay = Math.floor(createdAt / DAY_SECONDS)
    const endsAt = createdAt + policy.lifetimeSeconds
    const revokedAt = revokesPerSecond === 0 ? Number.POSITIVE_INFINITY : createdAt + random.wait(revokesPerSecond)
    const ending = logout + (1 - logout) * left
    const lastDay = loginDay + random.firstSuccess(ending) - 1
    const usedUntil = lastDay * DAY_SECONDS + useSeconds
    const stop = Math.min(usedUntil, endsAt, revokedAt)
    const isMeasured = stop >= this.#from && stop < this.#to

    const seen = this.#playUse(createdAt, stop)
    if (stop === revokedAt) {
      if (isMeasured) tally.revokes++
      this.#keepRow(createdAt, stop, stop)
    } else if (stop === usedUntil && random.uniform() * ending <= logout) {
      if (isMeasured) tally.logouts++
      this.#keepRow(createdAt, stop, stop)
    } else if (stop + policy.idleSeconds + ttlLagSeconds > this.#from) {
      const idle = stop === usedUntil
      const lastSeenAt = idle ? (seen ?? this.#lastSeen(createdAt, loginDay, lastDay)) : stop
      // An abandoned session can be revoked as well.
      const liveUntil = Math.min(idle ? expiryAfter(lastSeenAt, endsAt, policy) : endsAt, revokedAt)
      if (liveUntil === revokedAt && liveUntil >= this.#from && liveUntil < this.#to) tally.revokes++
      const goneAt = liveUntil === revokedAt ? liveUntil : liveUntil + ttlLagSeconds * random.uniform()
      this.#keepRow(createdAt, liveUntil, goneAt)
    }
    return this.#nextRequest(stop)
  }

  /** Plays the measured days of a session's use. When it was seen last in them, if it was. */
  #playUse(createdAt: number, stop: number): number | undefined {
    const loginDay = Math.floor(createdAt / DAY_SECONDS)
    const from = Math.max(loginDay, this.#world.warmUpDays)
    const until = Math.min(stop, this.#to)
    let seen: number | undefined
    for (let day = from; day * DAY_SECONDS < until; day++) {
      const last = this.#playDay(day, day === loginDay ? createdAt : undefined, until)
      seen = last ?? seen
    }
    return seen
  }

  /** One day's renewals, counted where the day is measured. When it was seen last, if it was. */
  #playDay(day: number, createdAt: number | undefined, until: number): number | undefined {
    const { policy, perSecond, useSeconds, warmUpDays } = this.#world
    const { renewSeconds } = policy
    const session = this.#session
    const start = day * DAY_SECONDS
    const end = Math.min(start + useSeconds, until)
    let last = createdAt
    // The day before is longer ago than a renewal: the day's first request is due.
    for (
      let from = createdAt === undefined ? start : createdAt + renewSeconds;
      ;
      from = (last as number) + renewSeconds
    ) {
      const at = from + this.#random.wait(perSecond)
      if (at >= end) return last
      const now = Math.floor(at)
      session.lastSeenAt = last ?? start - DAY_SECONDS + useSeconds
      if (!isRenewalDue(session, now, policy)) throw new Error('a renewal was played that is not due')
      last = now
      if (day >= warmUpDays) this.#tally.renewals++
    }
  }

  /** When it was seen last, of days that have not been played: the last day with any request, played now. */
  #lastSeen(createdAt: number, loginDay: number, lastDay: number): number {
    for (let day = Math.min(lastDay, this.#world.warmUpDays - 1); day > loginDay; day--) {
      const seen = this.#playDay(day, undefined, Number.POSITIVE_INFINITY)
      if (seen !== undefined) return seen
    }
    return loginDay >= this.#world.warmUpDays
      ? createdAt
      : (this.#playDay(loginDay, createdAt, Number.POSITIVE_INFINITY) ?? createdAt)
  }

  /** How long, within the measured days, there was a row: live, and then expired until TTL deleted it. */
  #keepRow(createdAt: number, liveUntil: number, goneAt: number): void {
    this.#tally.liveSeconds += this.#within(createdAt, liveUntil)
    this.#tally.expiredSeconds += this.#within(liveUntil, goneAt)
  }

  #within(from: number, to: number): number {
    return Math.max(0, Math.min(to, this.#to) - Math.max(from, this.#from))
  }
}
