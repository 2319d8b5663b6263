import { nanoid } from 'nanoid'

/** An instant as the tables hold it: whole seconds since 1970, UTC. */
export type EpochSeconds = number

/** Tells the time. Tests pass a fixed one. */
export type Clock = () => EpochSeconds

/** A user id, a session id: 126 random bits. */
export const ID_LENGTH = 21

/** A random text of that many characters from `A-Za-z0-9_-`, six bits each, from a cryptographic source. */
export type RandomText = (length: number) => string

/** Milliseconds since 1970, UTC. The only use of `Date.now`: a test bans it everywhere else. */
export const wallMilliseconds = (): number => Date.now()

/** Whole seconds since 1970, UTC. */
export const systemClock: Clock = () => Math.floor(wallMilliseconds() / 1000)

/** The only source of randomness (ASVS 11.5.1: a CSPRNG; `nanoid` draws from WebCrypto and does not favour a letter). */
export const systemRandomText: RandomText = (length) => nanoid(length)

/** For measuring time that passes: never jumps when the wall clock is set. */
export const monotonicMilliseconds = (): number => performance.now()
