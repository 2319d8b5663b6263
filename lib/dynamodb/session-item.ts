import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { isSessionId, type Predecessor, type SessionId, type SessionRow } from '../session.ts'
import { isUserId, type UserId } from '../user.ts'
import { numberAttribute, parseScopes, parseWholeNumber, parseWholeNumbers } from './attribute.ts'
import type { Item } from './item.ts'
import { fromProofAttributes, toProofAttributes } from './proof-attributes.ts'
import { schemaAttribute, schemaOf } from './schema.ts'

/** The primary key of a session. A test compares it with the key schema in `resources/tables.yml`. */
export function sessionKey(userId: UserId, sessionId: SessionId): Item {
  return { userId: { S: userId }, sessionId: { S: sessionId } }
}

/** Encodes a session row: less than 1 KB in ordinary use, never more than 4 KB (one read unit). */
export function toSessionItem(row: SessionRow): Item {
  return {
    ...sessionKey(row.userId, row.id),
    ...schemaAttribute(),
    secretHash: { B: row.secretHash },
    scopes: { L: row.scopes.map((scope) => ({ S: scope })) },
    createdAt: numberAttribute(row.createdAt),
    authenticatedAt: numberAttribute(row.authenticatedAt),
    lastSeenAt: numberAttribute(row.lastSeenAt),
    expiresAt: numberAttribute(row.expiresAt),
    endsAt: numberAttribute(row.endsAt),
    userEpoch: numberAttribute(row.userEpoch),
    ...(row.label === undefined ? {} : { label: { S: row.label } }),
    ...(row.narrowed ? { narrowed: { BOOL: true } } : {}),
    ...toProofAttributes(row),
    ...(row.replaced ? { replaced: { L: row.replaced.map(toPredecessorItem) } } : {}),
    ip: { S: row.ip },
    userAgent: { S: row.userAgent },
  }
}

function toPredecessorItem({ id, secretHash, replacedAt }: Predecessor): AttributeValue {
  return { M: { id: { S: id }, secretHash: { B: secretHash }, replacedAt: numberAttribute(replacedAt) } }
}

const NUMBERS = ['createdAt', 'authenticatedAt', 'lastSeenAt', 'expiresAt', 'endsAt', 'userEpoch'] as const

/**
 * Decodes a session row; `undefined` for an item that Coatcheck cannot have written.
 * @throws UnavailableError as `schemaOf`
 */
export function fromSessionItem(item: Item): SessionRow | undefined {
  if (schemaOf(item) === undefined) return undefined
  const userId = item.userId?.S
  const id = item.sessionId?.S
  const secretHash = item.secretHash?.B
  const ip = item.ip?.S
  const userAgent = item.userAgent?.S
  const label = item.label?.S
  if (userId === undefined || !isUserId(userId) || id === undefined || !isSessionId(id)) return undefined
  if (secretHash?.length !== 32 || ip === undefined || userAgent === undefined) return undefined
  const scopes = parseScopes(item.scopes)
  const numbers = parseWholeNumbers(item, NUMBERS)
  if (scopes === undefined || numbers === undefined) return undefined
  return {
    id,
    userId,
    secretHash,
    scopes,
    ...(label === undefined ? {} : { label }),
    ...(item.narrowed?.BOOL ? { narrowed: true } : {}),
    ...fromProofAttributes(item),
    ip,
    userAgent,
    createdAt: numbers.createdAt,
    authenticatedAt: numbers.authenticatedAt,
    lastSeenAt: numbers.lastSeenAt,
    expiresAt: numbers.expiresAt,
    endsAt: numbers.endsAt,
    userEpoch: numbers.userEpoch,
    ...(item.replaced?.L ? { replaced: item.replaced.L.flatMap(parsePredecessor) } : {}),
  }
}

/** None for an entry that Coatcheck cannot have written. */
function parsePredecessor({ M: entry = {} }: AttributeValue): Predecessor[] {
  const id = entry.id?.S
  const secretHash = entry.secretHash?.B
  const replacedAt = parseWholeNumber(entry.replacedAt)
  if (id === undefined || !isSessionId(id) || secretHash?.length !== 32 || replacedAt === undefined) return []
  return [{ id, secretHash, replacedAt }]
}
