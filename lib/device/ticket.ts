import { createHmac } from 'node:crypto'
import { equalTexts } from '../one-time-secret.ts'
import type { EpochSeconds } from '../system.ts'

// Tickets and challenges of a session that is bound to a device. Both are a time, authenticated with the random secret
// on the session's row: no table keeps them, a check verifies them from the row that it reads anyway, and several may be
// valid side by side, as two tabs need it. The secret is no credential by itself: a request also needs the session's
// own, of which the table has only the hash.

/** How long a ticket is accepted after its end: longer than a request stays in flight. */
export const TICKET_GRACE_SECONDS = 60

type Purpose = 'ticket' | 'challenge'

/** Creates the value of the bound cookie, good until this instant. */
export const mintTicket = (boundSecret: Uint8Array, until: EpochSeconds): string => mint('ticket', boundSecret, until)

/** Whether a cookie's value is a ticket of this session that has not ended. */
export function isTicket(text: string, boundSecret: Uint8Array, now: EpochSeconds): boolean {
  const until = verify('ticket', boundSecret, text)
  return until !== undefined && now < until + TICKET_GRACE_SECONDS
}

/**
 * Creates a challenge, in which the time is its order: a proof is accepted only of a newer one than that of the last
 * proof, so that each is accepted once.
 */
export const mintChallenge = (boundSecret: Uint8Array, atMs: number): string => mint('challenge', boundSecret, atMs)

/** The time inside a challenge of this session, in milliseconds; `undefined` for any other text. */
export const challengeTime = (text: string, boundSecret: Uint8Array): number | undefined =>
  verify('challenge', boundSecret, text)

const FORM = /^(\d{1,15})\.([\w-]{43})$/

/** The purpose is authenticated too: a ticket is no challenge. */
function mint(purpose: Purpose, boundSecret: Uint8Array, time: number): string {
  const mac = createHmac('sha256', boundSecret).update(`${purpose}.${time}`).digest('base64url')
  return `${time}.${mac}`
}

/** The time in a text that this secret has authenticated. */
function verify(purpose: Purpose, boundSecret: Uint8Array, text: string): number | undefined {
  const [, time] = FORM.exec(text) ?? []
  if (time === undefined || !equalTexts(mint(purpose, boundSecret, Number(time)), text)) return undefined
  return Number(time)
}
