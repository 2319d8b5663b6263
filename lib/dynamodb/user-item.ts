import { defined } from '../defined.ts'
import type { UserChange } from '../ports.ts'
import { type Email, isUserId, parseEmail, type User, type UserId } from '../user.ts'
import { number, toScopes, whole } from './attribute.ts'
import type { Item } from './send.ts'

// Two kinds of item share the users table: the user, and the pointer that makes an email unique.

/** What the key of a pointer begins with, and no user's. */
export const POINTER_PREFIX = 'email#'

/** A pointer: whom an email leads to. */
export interface Pointer {
  readonly email: Email
  readonly userId: UserId
}

/** The key of a user. */
export const userKey = (userId: UserId): Item => ({ pk: { S: `user#${userId}` } })
/** The key of the pointer of an email. */
export const emailKey = (email: Email): Item => ({ pk: { S: `${POINTER_PREFIX}${email}` } })

/** The user as DynamoDB takes it. */
export function toUserItem(user: User): Item {
  return {
    ...userKey(user.id),
    id: { S: user.id },
    email: { S: user.email },
    emailVerified: { BOOL: user.emailVerified },
    ...toAttributes(user),
    epoch: number(user.epoch),
    changeId: { S: user.changeId },
    sweepPending: { BOOL: user.sweepPending },
    createdAt: number(user.createdAt),
  }
}

/** What may be changed of a user, as far as it is given. */
export function toAttributes({ name, passwordHash, scopes, status }: UserChange): Item {
  return {
    ...(name === undefined ? {} : { name: { S: name } }),
    ...(passwordHash === undefined ? {} : { passwordHash: { S: passwordHash } }),
    ...(scopes === undefined ? {} : { scopes: { L: scopes.map((scope) => ({ S: scope })) } }),
    ...(status === undefined ? {} : { status: { S: status } }),
  }
}

/** `undefined` for an item that Coatcheck cannot have written. */
export function fromUserItem(item: Item): User | undefined {
  const id = item.id?.S
  const email = parseEmail(item.email?.S ?? '')
  const passwordHash = item.passwordHash?.S
  const scopes = toScopes(item.scopes)
  const status = item.status?.S
  const epoch = whole(item.epoch)
  const changeId = item.changeId?.S
  const createdAt = whole(item.createdAt)
  const name = item.name?.S
  if (id === undefined || !isUserId(id) || item.pk?.S !== userKey(id).pk?.S || email === undefined) return undefined
  if (scopes === undefined || (status !== 'active' && status !== 'disabled')) return undefined
  if (epoch === undefined || changeId === undefined || createdAt === undefined) return undefined
  return {
    id,
    email,
    emailVerified: item.emailVerified?.BOOL === true,
    ...defined({ name, passwordHash }),
    scopes,
    status,
    epoch,
    changeId,
    sweepPending: item.sweepPending?.BOOL === true,
    createdAt,
  }
}

/** `undefined` for a pointer that Coatcheck cannot have written. */
export function fromPointerItem(item: Item): Pointer | undefined {
  const text = item.pk?.S?.slice(POINTER_PREFIX.length) ?? ''
  const email = parseEmail(text)
  const userId = item.userId?.S
  if (email !== text || userId === undefined || !isUserId(userId)) return undefined
  return { email, userId }
}
