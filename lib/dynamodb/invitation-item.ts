import { INVITATION_OUTCOMES, type Invitation, isInvitationId, type SentInvitation } from '../accounts/invitation.ts'
import { parseEmail } from '../email.ts'
import { isUserId } from '../user.ts'
import { numberAttribute, parseScopes, parseWholeNumbers } from './attribute.ts'
import type { Item } from './item.ts'

/** The start of the key of an invitation in the outbox; the key of a request for mail never contains `#`. */
export const INVITATION_PREFIX = 'invitation#'

/** The attributes that a list reads: without the hash of the secret. */
export const LISTED_ATTRIBUTES = [
  ...['id', 'kind', 'email', 'name', 'scopes', 'invitedBy', 'createdAt', 'expiresAt', 'outcome'],
] as const

/** The key of an invitation in the outbox. */
export const invitationKey = (id: string): Item => ({ id: { S: `${INVITATION_PREFIX}${id}` } })

/** Encodes an invitation. */
export function toInvitationItem({ id, email, name, scopes, invitedBy, ...times }: Invitation): Item {
  return {
    ...invitationKey(id),
    kind: { S: 'invitation' },
    email: { S: email },
    ...(name === undefined ? {} : { name: { S: name } }),
    scopes: { L: scopes.map((scope) => ({ S: scope })) },
    ...(invitedBy === undefined ? {} : { invitedBy: { S: invitedBy } }),
    createdAt: numberAttribute(times.createdAt),
    expiresAt: numberAttribute(times.expiresAt),
  }
}

/** Decodes an invitation; `undefined` for an item that Coatcheck cannot have written. */
export function fromInvitationItem(item: Item): SentInvitation | undefined {
  const key = item.id?.S ?? ''
  const id = key.slice(INVITATION_PREFIX.length)
  const email = parseEmail(item.email?.S ?? '')
  const scopes = parseScopes(item.scopes)
  const numbers = parseWholeNumbers(item, ['createdAt', 'expiresAt'])
  const invitedBy = item.invitedBy?.S
  if (!key.startsWith(INVITATION_PREFIX) || !isInvitationId(id) || !email || !scopes || !numbers) return undefined
  if (invitedBy !== undefined && !isUserId(invitedBy)) return undefined
  const outcome = INVITATION_OUTCOMES.find((each) => each === item.outcome?.S)
  const isSettled = item.isSettled?.BOOL === true
  return { id, email, name: item.name?.S, scopes, invitedBy, ...numbers, outcome, hash: item.secretHash?.S, isSettled }
}
