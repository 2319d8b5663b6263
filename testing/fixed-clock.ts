import { type EpochSeconds, systemClock } from '../lib/system.ts'

/** A clock that stands still until it is moved. */
export interface FixedClock {
  (): EpochSeconds
  /** Moves it on; the past is a negative number of seconds away. */
  advance(seconds: number): void
}

/** Starts at the present by default: behind an authorizer `requireSession` compares with the real time. */
export function fixedClock(start: EpochSeconds = systemClock()): FixedClock {
  let now = start
  const advance = (seconds: number) => {
    now += seconds
  }
  return Object.assign(() => now, { advance })
}
