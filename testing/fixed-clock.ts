import { type EpochSeconds, systemClock } from '../lib/system.ts'

/** A clock that stands still until a test moves it. */
export interface FixedClock {
  (): EpochSeconds
  /** Moves the clock; negative seconds move it back. */
  advance(seconds: number): void
}

/**
 * Creates a clock that stands still. It starts now by default, since `requireSession` behind an authorizer compares with
 * the system's time.
 * @example
 * ```ts
 * import { fixedClock } from 'coatcheck/testing'
 *
 * const clock = fixedClock(1_800_000_000)
 * clock.advance(60)
 * clock() // 1_800_000_060
 * ```
 */
export function fixedClock(start: EpochSeconds = systemClock()): FixedClock {
  let now = start
  const advance = (seconds: number) => {
    now += seconds
  }
  return Object.assign(() => now, { advance })
}
