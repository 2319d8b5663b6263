/** What is handed to a person: a session, and how it was made. */
export interface Held {
  /** The credential: `p0` a password, `code`, `k1` a passkey, `t0` a second factor. */
  readonly by: string
  readonly assurance: 1 | 2
  /** The session at the provider, its subject, and the second of the ID token. */
  readonly sid?: string
  readonly subject?: string
  readonly issuedAt?: number
}

/** What an outside observer knows. Plain data: a part of the state. */
export interface Seen {
  wrong?: string
  /** Sessions whose tokens were delivered. */
  held: Record<string, Held>
  /** By user: the highest epoch whose end-all was answered. */
  ended: Record<string, number>
  /** Users whose deletion was asked for, answered; users whose disabling was answered. */
  leaving: Record<string, true>
  deleted: Record<string, true>
  disabled: Record<string, true>
  /** By user: the address of an account whose making was answered. */
  told: Record<string, string>
  /** Secrets that were mailed, in this order, with the epoch they were made in. */
  mails: { readonly secret: string; readonly for: string; readonly epoch: number; readonly until?: number }[]
  /** By one-time secret: the operation that has used it. */
  usedBy: Record<string, string>
  /** By one-time secret: how many sessions, or accounts, it has made. */
  made: Record<string, number>
  /** By counter: how many guesses were compared. */
  compared: Record<string, number>
  /** A first proof of the address was answered. */
  proven?: true
  /** A reset was answered. */
  reset?: true
  /** The second factor whose enrolment was answered. */
  enrolled?: string
  /** Passkeys whose removal, and whose addition, was answered. */
  removed: Record<string, true>
  added: Record<string, string>
  /** A change of address was answered; its undo is written. */
  left?: string
  undone?: true
  /** Invitations whose revocation was answered. */
  revoked: Record<string, true>
  /** By identity: the user whom it signs in to, as it was answered; those whose removal is written. */
  linked: Record<string, string>
  unlinking: Record<string, true>
  /** By identity: how often its removal was written. */
  unlinks: Record<string, number>
  /** By session or subject at a provider: the second of the newest logout token that was answered. */
  out: Record<string, number>
}

export const nothingSeen = (): Seen => ({
  held: {},
  ended: {},
  leaving: {},
  deleted: {},
  disabled: {},
  told: {},
  mails: [],
  usedBy: {},
  made: {},
  compared: {},
  removed: {},
  added: {},
  revoked: {},
  linked: {},
  unlinking: {},
  unlinks: {},
  out: {},
})

/** Called where a write uses a one-time secret up, at the instant it is applied. */
export function use(seen: Seen, secret: string, by: string): void {
  if (seen.usedBy[secret]) seen.wrong ??= `I10: ${secret} has taken effect twice`
  seen.usedBy[secret] = by
}

/** Called where an operation answers that a one-time secret is used, expired or void. */
export function refuse(seen: Seen, secret: string, by: string): void {
  if (seen.usedBy[secret] === by) seen.wrong ??= `I10: ${secret} is called void by the request that has used it`
}

/** Counts what a one-time secret makes. */
export function make(seen: Seen, secret: string, what: string): void {
  seen.made[secret] = (seen.made[secret] ?? 0) + 1
  if (seen.made[secret] > 1) seen.wrong ??= `I10: ${secret} has made two ${what}`
}
