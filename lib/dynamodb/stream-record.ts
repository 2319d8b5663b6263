import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { SessionChange, SessionSummary, UserItemChange } from '../events/change.ts'
import { isSessionId } from '../session.ts'
import { isUserId } from '../user.ts'
import { parseScopes, parseWholeNumbers } from './attribute.ts'
import type { Item } from './item.ts'
import { IDENTITY_PREFIX, POINTER_PREFIX, USER_PREFIX } from './user-item.ts'

/** A record of a table's stream, as far as it is used: Lambda hands binary attributes over as Base64 text. */
export interface StreamRecord {
  readonly eventName?: string | undefined
  readonly userIdentity?: { readonly type?: string; readonly principalId?: string } | undefined
  readonly dynamodb?:
    | {
        readonly ApproximateCreationDateTime?: number | undefined
        readonly Keys?: unknown
        readonly OldImage?: unknown
        readonly NewImage?: unknown
      }
    | undefined
}

const KINDS: Readonly<Record<string, 'created' | 'changed' | 'deleted'>> = {
  INSERT: 'created',
  MODIFY: 'changed',
  REMOVE: 'deleted',
}

/** DynamoDB's own deletions are marked by this principal (Developer Guide, "DynamoDB Streams and Time to Live"). */
const TTL_PRINCIPAL = 'dynamodb.amazonaws.com'

/** Decodes a record of the sessions table; `undefined` for a renewal. @throws TypeError for a malformed record. */
export function toSessionChange({ eventName = '', userIdentity, dynamodb }: StreamRecord): SessionChange | undefined {
  const kind = KINDS[eventName]
  if (kind === 'changed') return undefined
  const session = toSummary((kind === 'created' ? dynamodb?.NewImage : dynamodb?.OldImage) as Item | undefined)
  const at = secondsOf(dynamodb?.ApproximateCreationDateTime)
  if (!kind || !session || at === undefined) throw new TypeError('A record of the sessions table is malformed.')
  const isExpiry = userIdentity?.type === 'Service' && userIdentity.principalId === TTL_PRINCIPAL
  return { kind, session, at, isExpiry }
}

/** Decodes a record of the users table; `undefined` for a pointer. @throws TypeError for a malformed record. */
export function toUserItemChange({ eventName = '', dynamodb }: StreamRecord): UserItemChange | undefined {
  const pk = (dynamodb?.Keys as Item | undefined)?.pk?.S ?? ''
  if (pk.startsWith(POINTER_PREFIX) || pk.startsWith(IDENTITY_PREFIX)) return undefined
  const kind = KINDS[eventName]
  const userId = pk.slice(USER_PREFIX.length)
  const at = secondsOf(dynamodb?.ApproximateCreationDateTime)
  if (!kind || !pk.startsWith(USER_PREFIX) || !isUserId(userId) || at === undefined)
    throw new TypeError('A record of the users table is malformed.')
  return { kind, userId, at }
}

const NUMBERS = ['createdAt', 'expiresAt', 'endsAt', 'userEpoch'] as const

function toSummary(image: Item = {}): SessionSummary | undefined {
  const id = image.sessionId?.S
  const userId = image.userId?.S
  const scopes = parseScopes(image.scopes)
  const numbers = parseWholeNumbers(image, NUMBERS)
  if (id === undefined || !isSessionId(id) || userId === undefined || !isUserId(userId)) return undefined
  if (!scopes || !numbers) return undefined
  return { id, userId, scopes, ...numbers, replaced: (image.replaced?.L ?? []).flatMap(predecessorId) }
}

function predecessorId({ M: entry = {} }: AttributeValue) {
  const id = entry.id?.S
  return id !== undefined && isSessionId(id) ? [id] : []
}

/** Lambda writes the time in seconds, sometimes with a fraction. */
const secondsOf = (time: number | undefined) => (Number.isFinite(time) ? Math.floor(time as number) : undefined)
