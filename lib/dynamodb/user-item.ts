import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { RevocationReason } from '../audit-events.ts'
import { defined } from '../defined.ts'
import { parseEmail } from '../email.ts'
import type { EpochChange, PointerTarget } from '../ports.ts'
import { type Email, isUserId, type LastChange, type User, type UserId } from '../user.ts'
import { numberAttribute, parseScopes, parseWholeNumbers } from './attribute.ts'
import { fromClaimAttributes, toClaimAttributes } from './claim-attributes.ts'
import { fromFactorAttributes, toFactorAttributes } from './factor-attributes.ts'
import { fromIdentities, toIdentities } from './identity-attributes.ts'
import type { Item } from './item.ts'
import { fromLink, toLink } from './mailed-link.ts'
import { schemaAttribute, schemaOf } from './schema.ts'

// Two kinds of item share the users table: the user, and the pointer that makes an email unique.

/** The prefix of an email pointer's key; a user's key never starts with it. */
export const POINTER_PREFIX = 'email#'

/** The prefix of an identity pointer's key. */
export const IDENTITY_PREFIX = 'oidc#'

/** The prefix of a user's key. */
export const USER_PREFIX = 'user#'

/** An email pointer: the user that an email belongs to, if that user knows its claim. */
export interface EmailPointer extends PointerTarget {
  readonly email: Email
}

/** The attributes of an email pointer. */
export const POINTER_ATTRIBUTES = ['pk', 'userId'] as const

/** The attributes of a user item, except for the password hash. */
export const PUBLIC_USER_ATTRIBUTES = [
  ...['pk', 'schema', 'id', 'email', 'emailVerified', 'name', 'scopes', 'status'],
  ...['epoch', 'changeId', 'sweepPending', 'lastChanges', 'reset', 'verification', 'createdAt'],
  ...['claim', 'claiming', 'undo', 'lapsedAt', 'since', 'mustChangePassword'],
] as const

/** The primary key of a user. */
export const userKey = (userId: UserId): Item => ({ pk: { S: `${USER_PREFIX}${userId}` } })
/** The primary key of an email's pointer. */
export const emailPointerKey = (email: Email): Item => ({ pk: { S: `${POINTER_PREFIX}${email}` } })

/**
 * Encodes a user. A user without scopes and verified email has neither attribute, so that the role of registration needs
 * no permission to write them.
 */
export function toUserItem(user: User): Item {
  const { scopes, emailVerified, ...fields } = user
  return {
    ...userKey(user.id),
    ...schemaAttribute(),
    id: { S: user.id },
    email: { S: user.email },
    ...userChangeAttributes({
      ...fields,
      ...(emailVerified && { emailVerified }),
      ...(scopes.length > 0 && { scopes }),
    }),
    epoch: numberAttribute(user.epoch),
    changeId: { S: user.changeId },
    sweepPending: { BOOL: user.sweepPending },
    createdAt: numberAttribute(user.createdAt),
  }
}

/** Encodes the fields that a change sets; fields that are `undefined` are left out. */
export function userChangeAttributes(change: EpochChange): Item {
  const { name, email, passwordHash, scopes, status, emailVerified, lastChanges } = change
  const { reset, verification, identities } = change
  return {
    ...(change.mustChangePassword ? { mustChangePassword: { BOOL: true } } : {}),
    ...(name === undefined ? {} : { name: { S: name } }),
    ...(passwordHash === undefined ? {} : { passwordHash: { S: passwordHash } }),
    ...(scopes === undefined ? {} : { scopes: { L: scopes.map((scope) => ({ S: scope })) } }),
    ...(status === undefined ? {} : { status: { S: status } }),
    ...(emailVerified === undefined ? {} : { emailVerified: { BOOL: emailVerified } }),
    ...(reset === undefined ? {} : { reset: toLink(reset) }),
    ...(verification === undefined ? {} : { verification: toLink(verification) }),
    ...(email === undefined ? {} : { email: { S: email } }),
    ...(identities === undefined ? {} : { identities: toIdentities(identities) }),
    ...toClaimAttributes(change),
    ...toFactorAttributes(change),
    ...(lastChanges === undefined ? {} : { lastChanges: toLastChanges(lastChanges) }),
  }
}

const NUMBERS = ['epoch', 'createdAt'] as const

/**
 * Decodes a user; `undefined` for an item that Coatcheck cannot have written.
 * @throws UnavailableError as `schemaOf`
 */
export function fromUserItem(item: Item): User | undefined {
  if (schemaOf(item) === undefined) return undefined
  const id = item.id?.S
  const status = item.status?.S
  const changeId = item.changeId?.S
  const name = item.name?.S
  const passwordHash = item.passwordHash?.S
  if (id === undefined || !isUserId(id) || item.pk?.S !== `${USER_PREFIX}${id}`) return undefined
  if (changeId === undefined || (status !== 'active' && status !== 'disabled')) return undefined
  // Stryker disable next-line StringLiteral: the placeholder is not an email either
  const email = parseEmail(item.email?.S ?? '')
  const scopes = item.scopes === undefined ? [] : parseScopes(item.scopes)
  const numbers = parseWholeNumbers(item, NUMBERS)
  if (email === undefined || scopes === undefined || numbers === undefined) return undefined
  return {
    id,
    email,
    emailVerified: item.emailVerified?.BOOL === true,
    ...(name === undefined ? {} : { name }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(item.mustChangePassword?.BOOL === true ? { mustChangePassword: true as const } : {}),
    scopes,
    status,
    ...numbers,
    changeId,
    sweepPending: item.sweepPending?.BOOL === true,
    ...(item.lastChanges?.L ? { lastChanges: fromLastChanges(item.lastChanges.L) } : {}),
    ...defined({ reset: fromLink(item.reset), verification: fromLink(item.verification) }),
    ...defined({ identities: fromIdentities(item.identities) }),
    ...fromClaimAttributes(item),
    ...fromFactorAttributes(item),
  }
}

/** Decodes an email pointer; `undefined` for an item that Coatcheck cannot have written. */
export function fromPointerItem(item: Item): EmailPointer | undefined {
  // Stryker disable next-line StringLiteral: the placeholder is not an email either
  const text = item.pk?.S?.slice(POINTER_PREFIX.length) ?? ''
  const email = parseEmail(text)
  const userId = item.userId?.S
  if (email !== text || userId === undefined || !isUserId(userId)) return undefined
  return { email, userId, ...defined({ claim: item.claim?.S }) }
}

/** Encodes what a user item keeps about its last revocations of all sessions. */
export function toLastChanges(changes: readonly LastChange[]): AttributeValue {
  return {
    L: changes.map(({ epoch, changeId, reason, at, by }) => ({
      M: {
        epoch: numberAttribute(epoch),
        changeId: { S: changeId },
        reason: { S: reason },
        at: numberAttribute(at),
        ...(by === undefined ? {} : { by: { S: by } }),
      },
    })),
  }
}

/** Decodes the last changes of a user, without entries that Coatcheck cannot have written: a user is valid without them. */
export function fromLastChanges(list: readonly AttributeValue[]): LastChange[] {
  return list.flatMap(({ M: entry = {} }) => {
    const numbers = parseWholeNumbers(entry, ['epoch', 'at'])
    const changeId = entry.changeId?.S
    const reason = entry.reason?.S
    const by = entry.by?.S
    if (!numbers || changeId === undefined || reason === undefined || !/^[a-z_]{1,32}$/.test(reason)) return []
    // A later version may know further reasons.
    return [{ ...numbers, changeId, reason: reason as RevocationReason, ...(by && isUserId(by) ? { by } : {}) }]
  })
}
