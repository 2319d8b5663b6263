/**
 * How often a day something happens that a request brings about, but never again within so many seconds: a renewal, a
 * miss of a cache, a refresh of a token. Requests come at random (Poisson) within the seconds of use, the day's first
 * brings it about in any case.
 *
 * Exactly: the event of number k (from 0) falls within the use when k pauses and k + 1 waits for a request do. Waits add
 * up like the arrivals of the Poisson process itself, so that is when k + 1 arrivals fall into what the pauses leave.
 */
export function eventsPerDay(perSecond: number, useSeconds: number, pauseSeconds: number): number {
  if (pauseSeconds === 0) return perSecond * useSeconds
  let sum = 0
  for (let k = 0; k * pauseSeconds < useSeconds; k++) sum += atLeast(k + 1, perSecond * (useSeconds - k * pauseSeconds))
  return sum
}

/** How likely a Poisson variable of this mean is to be so large, or larger. */
function atLeast(count: number, mean: number): number {
  // By logarithms: the terms of a large mean are below what a number can hold.
  let logTerm = -mean
  let below = Math.exp(logTerm)
  for (let j = 1; j < count; j++) {
    logTerm += Math.log(mean / j)
    below += Math.exp(logTerm)
  }
  return Math.max(0, 1 - below)
}

/** The share of requests at this pace that find the kept row expired and read again. */
export function shareAnew(perSecond: number, keptSeconds: number): number {
  return 1 / (1 + perSecond * keptSeconds)
}
