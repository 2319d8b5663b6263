import { nanoid } from 'nanoid'
import { BY_PASSWORD } from '../../lib/factor.ts'
import type { Scope } from '../../lib/scope.ts'
import type { SessionId, SessionRow } from '../../lib/session.ts'
import type { EpochSeconds } from '../../lib/system.ts'
import type { Email, User, UserId } from '../../lib/user.ts'

export const NOW: EpochSeconds = 1_800_000_000

export const newUserId = () => nanoid(21) as UserId
export const newSessionId = () => nanoid(21) as SessionId

/** What differs between sessions without changing how long they are valid or how they are revoked. */
export const SESSION_KINDS: readonly Pick<SessionRow, 'label' | 'narrowed'>[] = [
  {},
  { label: 'laptop' },
  { narrowed: true },
  { label: 'laptop', narrowed: true },
]

/** A session row as login writes it at `NOW`, 7 days idle and 30 in all. */
export function sampleRow(changes: Partial<SessionRow> = {}): SessionRow {
  return {
    id: newSessionId(),
    userId: newUserId(),
    secretHash: new Uint8Array(32).fill(7),
    scopes: ['account' as Scope],
    ip: '192.0.2.1',
    userAgent: 'tests',
    createdAt: NOW,
    authenticatedAt: NOW,
    lastSeenAt: NOW,
    expiresAt: NOW + 604_800,
    endsAt: NOW + 2_592_000,
    ...BY_PASSWORD,
    userEpoch: 0,
    ...changes,
  }
}

export function sampleUser(changes: Partial<User> = {}): User {
  const id = newUserId()
  return {
    id,
    email: `${id.toLowerCase()}@example.com` as Email,
    emailVerified: false,
    passwordHash: 'none',
    scopes: [],
    status: 'active',
    epoch: 0,
    changeId: nanoid(21),
    sweepPending: false,
    createdAt: NOW,
    ...changes,
  }
}
