import { isSessionId, type SessionId, type SessionRow } from '../session.ts'
import { isUserId, type UserId } from '../user.ts'
import { number, toScopes, whole } from './attribute.ts'
import type { Item } from './send.ts'

/** The key of a session row. The table's key schema is in `resources/tables.yml`; a test compares the two. */
export function sessionKey(userId: UserId, sessionId: SessionId): Item {
  return { userId: { S: userId }, sessionId: { S: sessionId } }
}

/** The row as DynamoDB takes it; below 1 KB in ordinary use, never above 4 KB (one read unit). */
export function toSessionItem(row: SessionRow): Item {
  return {
    ...sessionKey(row.userId, row.id),
    secretHash: { B: row.secretHash },
    scopes: { L: row.scopes.map((scope) => ({ S: scope })) },
    createdAt: number(row.createdAt),
    authenticatedAt: number(row.authenticatedAt),
    lastSeenAt: number(row.lastSeenAt),
    expiresAt: number(row.expiresAt),
    endsAt: number(row.endsAt),
    userEpoch: number(row.userEpoch),
    ...(row.label === undefined ? {} : { label: { S: row.label } }),
    ...(row.narrowed ? { narrowed: { BOOL: true } } : {}),
    ip: { S: row.ip },
    userAgent: { S: row.userAgent },
  }
}

/** `undefined` for an item that Coatcheck cannot have written: it is refused, whatever it says. */
export function fromSessionItem(item: Item): SessionRow | undefined {
  const { S: userId } = item.userId ?? {}
  const { S: id } = item.sessionId ?? {}
  const { B: secretHash } = item.secretHash ?? {}
  const { S: ip } = item.ip ?? {}
  const { S: userAgent } = item.userAgent ?? {}
  const label = item.label?.S
  const scopes = toScopes(item.scopes)
  const createdAt = whole(item.createdAt)
  const authenticatedAt = whole(item.authenticatedAt)
  const lastSeenAt = whole(item.lastSeenAt)
  const expiresAt = whole(item.expiresAt)
  const endsAt = whole(item.endsAt)
  const userEpoch = whole(item.userEpoch)
  if (userId === undefined || !isUserId(userId) || id === undefined || !isSessionId(id)) return undefined
  if (secretHash?.length !== 32 || scopes === undefined || ip === undefined || userAgent === undefined) return undefined
  if (createdAt === undefined || authenticatedAt === undefined || lastSeenAt === undefined) return undefined
  if (expiresAt === undefined || endsAt === undefined || userEpoch === undefined) return undefined
  return {
    id,
    userId,
    secretHash,
    scopes,
    ...(label === undefined ? {} : { label }),
    ...(item.narrowed?.BOOL ? { narrowed: true } : {}),
    ip,
    userAgent,
    createdAt,
    authenticatedAt,
    lastSeenAt,
    expiresAt,
    endsAt,
    userEpoch,
  }
}
