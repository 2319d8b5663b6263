/** The fraction of a verification that is run first, to measure what a bcrypt round takes at this moment. */
const SAMPLE_BITS = 3
const MIN_COST = 4

/**
 * Runs bcrypt for the rest of the time that one verification at `cost` takes, after `spentMs` were spent on another
 * algorithm: a foreign hash then takes as long as every other one. How long bcrypt takes is measured anew by each run,
 * in the same process and under the same load. Runs at least an eighth of a verification.
 * @param run runs bcrypt once at a lower cost
 */
export async function fillTime(
  spentMs: number,
  cost: number,
  run: (cost: number) => Promise<unknown>,
  now: () => number,
): Promise<void> {
  let [elapsedMs, msPerRound, largest] = [0, 0, 0]
  let next = Math.max(MIN_COST, cost - SAMPLE_BITS)
  do {
    const startedAt = now()
    await run(next)
    const tookMs = now() - startedAt
    elapsedMs += tookMs
    // Each run has a setup, which weighs least in the largest one.
    if (next >= largest) [largest, msPerRound] = [next, tookMs / 2 ** next]
    const missingRounds = 2 ** cost - (spentMs + elapsedMs) / msPerRound
    next = Math.floor(Math.log2(missingRounds)) // NaN if nothing is missing
  } while (next >= MIN_COST)
}
