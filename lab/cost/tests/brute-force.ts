import { expiryAfter, isLive, isRenewalDue, type Session } from '../../../lib/session.ts'
import type { Random } from '../random.ts'
import { emptyTally, type Tally, type World } from '../simulation.ts'

const DAY = 86_400

interface Row extends Session {
  readonly revokedAt: number
  lastSeenAt: number
  expiresAt: number
}

/** What lab/cost/simulation.ts plays, with every request of every day: nothing is skipped, nothing is assumed. */
export function playEveryRequest(world: World, places: number, random: Random): Tally & { checks: number } {
  const tally = { ...emptyTally(), checks: 0 }
  for (let place = 0; place < places; place++) playPlace(world, random, tally)
  return tally
}

function playPlace(world: World, random: Random, tally: Tally & { checks: number }): void {
  const { policy, perSecond, useSeconds, logout, left, revokesPerSecond, ttlLagSeconds } = world
  const from = world.warmUpDays * DAY
  const to = from + world.measuredDays * DAY
  const within = (start: number, end: number) => Math.max(0, Math.min(end, to) - Math.max(start, from))
  const isMeasured = (at: number) => at >= from && at < to
  let row: Row | undefined

  /** What becomes of a row that nobody deletes: it expires, unless it is revoked before, and TTL deletes it. */
  function letGo(gone: Row): void {
    const liveUntil = Math.min(gone.expiresAt, gone.revokedAt)
    tally.liveSeconds += within(gone.createdAt, liveUntil)
    if (gone.revokedAt < gone.expiresAt) tally.revokes += isMeasured(gone.revokedAt) ? 1 : 0
    else tally.expiredSeconds += within(liveUntil, liveUntil + ttlLagSeconds * random.uniform())
  }

  function request(at: number): void {
    const now = Math.floor(at)
    if (isMeasured(at)) tally.checks++
    if (row && (at >= row.revokedAt || !isLive(row, now))) {
      letGo(row)
      row = undefined
    }
    if (!row) {
      const endsAt = now + policy.lifetimeSeconds
      const revokedAt = revokesPerSecond === 0 ? Number.POSITIVE_INFINITY : now + random.wait(revokesPerSecond)
      const times = { createdAt: now, lastSeenAt: now, expiresAt: expiryAfter(now, endsAt, policy), endsAt, revokedAt }
      row = times as Row
      tally.sessions++
      if (isMeasured(now)) tally.logins++
    } else if (isRenewalDue(row, now, policy)) {
      row.lastSeenAt = now
      row.expiresAt = expiryAfter(now, row.endsAt, policy)
      if (isMeasured(at)) tally.renewals++
    }
  }

  function endOfUse(at: number): void {
    if (!row || at >= row.revokedAt || !isLive(row, Math.floor(at))) return
    if (random.uniform() <= logout) {
      tally.liveSeconds += within(row.createdAt, at)
      if (isMeasured(at)) tally.logouts++
      row = undefined
    } else if (random.uniform() <= left) {
      letGo(row)
      row = undefined
    }
  }

  const days = Math.ceil(policy.lifetimeSeconds / DAY)
  for (let day = Math.ceil(random.uniform() * days) - 1; day * DAY < to; day++) {
    for (let at = day * DAY + random.wait(perSecond); at < day * DAY + useSeconds; at += random.wait(perSecond))
      request(at)
    endOfUse(day * DAY + useSeconds)
  }
  if (row) letGo(row)
}
