import type { EpochSeconds } from '../system.ts'
import { isTicket, TICKET_GRACE_SECONDS } from './ticket.ts'

/** What the row of a session has once it is bound to a key in a device; none of it but the times ever changes. */
export interface DeviceBinding {
  /** The thumbprint of the key (RFC 7638). */
  readonly key: string
  /** Authenticates tickets and challenges; random. */
  readonly secret: Uint8Array
  /** The time inside the newest challenge of which a proof was accepted, in milliseconds. */
  readonly proofAt: number
  /** When the first refresh showed that the browser has its binding; until then no ticket is needed. */
  readonly from?: EpochSeconds
}

/**
 * Whether a check admits a request with this bound cookie. A ticket is needed from the first refresh on, after the time
 * for which requests may be in flight, not from the registration on: its answer may never have reached the browser.
 */
export function admitsTicket(
  binding: DeviceBinding | undefined,
  ticket: string | undefined,
  now: EpochSeconds,
): boolean {
  if (binding?.from === undefined || now < binding.from + TICKET_GRACE_SECONDS) return true
  return ticket !== undefined && isTicket(ticket, binding.secret, now)
}
