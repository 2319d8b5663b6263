import { nanoid } from 'nanoid'

/** An instant in whole seconds since 1970, UTC, as the tables store it. */
export type EpochSeconds = number

/**
 * Returns the current time. Tests pass a fixed clock.
 * @example
 * ```ts
 * import type { Clock } from 'coatcheck'
 *
 * const clock: Clock = () => 1_800_000_000
 * ```
 */
export type Clock = () => EpochSeconds

/** The length of user ids, session ids and change ids: 126 random bits. */
export const ID_LENGTH = 21

/** Returns a random text of `length` characters from `A-Za-z0-9_-`, six bits each, from a cryptographic source. */
export type RandomText = (length: number) => string

/** Milliseconds since 1970, UTC. The only use of `Date.now`; a test forbids others. */
export const wallMilliseconds = (): number => Date.now()

/** Whole seconds since 1970, UTC. */
export const systemClock: Clock = () => Math.floor(wallMilliseconds() / 1000)

/** The only source of randomness (OWASP ASVS 11.5.1): `nanoid` draws unbiased characters from WebCrypto. */
export const systemRandomText: RandomText = (length) => nanoid(length)

/** Milliseconds of a clock that never jumps, for measuring durations. */
export const monotonicMilliseconds = (): number => performance.now()

/** An instant on two clocks: the one that never jumps, and the one that runs on while Lambda freezes the process. */
export interface Instant {
  readonly monotonic: number
  readonly wall: number
}

/** The current instant of the system's clocks. */
export const systemInstant = (): Instant => ({ monotonic: monotonicMilliseconds(), wall: wallMilliseconds() })

/** The time from one instant to another by the clock that shows more of it, in milliseconds. */
export const millisecondsSince = (from: Instant, to: Instant): number =>
  Math.max(to.monotonic - from.monotonic, to.wall - from.wall)
