import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { ActivityFact, ActivitySubject } from '../../lib/activity/activity-store.ts'
import { timeoutEntry } from '../../lib/activity/timeout-entry.ts'
import { toActivityItem } from '../../lib/dynamodb/activity-item.ts'
import type { Item } from '../../lib/dynamodb/item.ts'
import { toSessionItem } from '../../lib/dynamodb/session-item.ts'
import { emailPointerKey, toUserItem } from '../../lib/dynamodb/user-item.ts'
import { BY_PASSWORD } from '../../lib/factor.ts'
import type { Scope } from '../../lib/scope.ts'
import { DEFAULT_POLICY, type SessionId } from '../../lib/session.ts'
import type { Email, UserId } from '../../lib/user.ts'

// How large rows are, by DynamoDB's own rules ("DynamoDB item sizes and formats", Developer Guide).

/** The overhead that is charged for each stored row. */
export const ROW_OVERHEAD = 100

/** An item's size in bytes: names and texts in UTF-8, two digits of a number in a byte and one more, bytes as they are. */
export function sizeOfItem(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0)
}

function sizeOfValue({ S, N, B, L }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S)
  if (N !== undefined) return Math.ceil(significantDigits(N) / 2) + 1
  if (B !== undefined) return B.length
  if (L !== undefined) return L.reduce((sum, each) => sum + sizeOfValue(each) + 1, 3)
  return 1 // true, false, null
}

const significantDigits = (text: string) => text.replace(/^0+|0+$/g, '').length

const NOW = 1_795_651_199
const USER = 'u'.repeat(21) as UserId
const EMAIL = 'somebody.ordinary@example.com' as Email
const USER_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

/** A session as a browser's login begins it. */
const ORDINARY_SESSION: Item = toSessionItem({
  id: 's'.repeat(21) as SessionId,
  userId: USER,
  secretHash: new Uint8Array(32),
  scopes: ['notes:read', 'notes:write'] as Scope[],
  ip: '203.0.113.123',
  userAgent: USER_AGENT,
  createdAt: NOW,
  authenticatedAt: NOW,
  lastSeenAt: NOW,
  expiresAt: NOW + DEFAULT_POLICY.idleSeconds,
  endsAt: NOW + DEFAULT_POLICY.lifetimeSeconds,
  ...BY_PASSWORD,
  userEpoch: 1,
})

const ordinaryActivity = (subject: ActivitySubject, facts: readonly ActivityFact[]): Item =>
  toActivityItem(
    {
      subject,
      id: '2026-11-26T23:19:59.000Z#rrrrrrrr',
      at: NOW * 1000,
      ip: '203.0.113.123',
      userAgent: USER_AGENT,
      facts,
    },
    90,
  )
const sessionIds = ['s'.repeat(21) as SessionId]

/** What a login leaves in the activity table. */
export const LOGIN_ACTIVITY_BYTES = sizeOfItem(
  ordinaryActivity(`user#${USER}`, [
    { event: 'authn_login_success', sessionIds },
    { event: 'session_created', reason: 'login', sessionIds },
  ]),
)

/** What a failed login leaves there. */
export const FAILURE_ACTIVITY_BYTES = sizeOfItem(
  ordinaryActivity(`account#${'t'.repeat(22)}`, [{ event: 'authn_login_fail', reason: 'wrong_password' }]),
)

/** What a session that times out leaves there: no address and no user agent. */
export const TIMEOUT_ACTIVITY_BYTES = sizeOfItem(
  toActivityItem(timeoutEntry({ id: 's'.repeat(21) as SessionId, userId: USER, expiresAt: NOW, endsAt: NOW + 1 }), 90),
)

/** A user and the pointer that an email is. */
const ORDINARY_USER: Item = toUserItem({
  id: USER,
  email: EMAIL,
  emailVerified: true,
  name: 'Somebody Ordinary',
  passwordHash: `hmac-sha384-bcrypt:1:${'h'.repeat(60)}`,
  scopes: ['notes:read', 'notes:write'] as Scope[],
  status: 'active',
  epoch: 1,
  changeId: 'c'.repeat(21),
  sweepPending: false,
  createdAt: NOW,
})
const ORDINARY_POINTER: Item = { ...emailPointerKey(EMAIL), userId: { S: USER } }

export const SESSION_BYTES = sizeOfItem(ORDINARY_SESSION)
/** The stored bytes of a session, and of a user with the email pointer. */
export const STORED_SESSION_BYTES = SESSION_BYTES + ROW_OVERHEAD
export const STORED_USER_BYTES = sizeOfItem(ORDINARY_USER) + sizeOfItem(ORDINARY_POINTER) + 2 * ROW_OVERHEAD
/** The units of a write of a session row: one for each KB or part of it. A read has one for each 4 KB. */
export const SESSION_WRITE_UNITS = Math.ceil(SESSION_BYTES / 1024)
export const SESSION_READ_UNITS = Math.ceil(SESSION_BYTES / 4096)
