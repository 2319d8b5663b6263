import { defined } from '../defined.ts'
import { type Email, isUserId, parseEmail, type User, type UserId } from '../user.ts'
import { number, toScopes, whole } from './attribute.ts'
import type { Item } from './send.ts'

// Two kinds of item share the users table: the user, and the pointer that makes an email unique.

/** The key of a user. */
export const userKey = (userId: UserId): Item => ({ pk: { S: `user#${userId}` } })
/** The key of the pointer of an email. */
export const emailKey = (email: Email): Item => ({ pk: { S: `email#${email}` } })

/** The user as DynamoDB takes it. */
export function toUserItem(user: User): Item {
  return {
    ...userKey(user.id),
    id: { S: user.id },
    email: { S: user.email },
    emailVerified: { BOOL: user.emailVerified },
    ...(user.name === undefined ? {} : { name: { S: user.name } }),
    passwordHash: { S: user.passwordHash },
    scopes: { L: user.scopes.map((scope) => ({ S: scope })) },
    status: { S: user.status },
    epoch: number(user.epoch),
    changeId: { S: user.changeId },
    sweepPending: { BOOL: user.sweepPending },
    createdAt: number(user.createdAt),
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
  if (id === undefined || !isUserId(id) || email === undefined || passwordHash === undefined) return undefined
  if (scopes === undefined || (status !== 'active' && status !== 'disabled')) return undefined
  if (epoch === undefined || changeId === undefined || createdAt === undefined) return undefined
  return {
    id,
    email,
    emailVerified: item.emailVerified?.BOOL === true,
    ...defined({ name }),
    passwordHash,
    scopes,
    status,
    epoch,
    changeId,
    sweepPending: item.sweepPending?.BOOL === true,
    createdAt,
  }
}
