import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { defined } from '../defined.ts'
import { parseEmail } from '../email.ts'
import { DATED_CREDENTIALS, type EmailClaim, type User } from '../user.ts'
import { withoutLapsed } from '../user-change.ts'
import { numberAttribute, parseWholeNumber, parseWholeNumbers } from './attribute.ts'
import type { Item } from './item.ts'

type Claims = Partial<Pick<User, 'claim' | 'claiming' | 'undo' | 'lapsedAt' | 'since'>>

/** Encodes what a user item has about addresses beside its email, and the epochs of its credentials. */
export function toClaimAttributes({ claim, claiming, undo, lapsedAt, since }: Claims): Item {
  return {
    ...(claim === undefined ? {} : { claim: { S: claim } }),
    ...(claiming === undefined ? {} : { claiming: toClaim(claiming) }),
    ...(undo === undefined ? {} : { undo: toClaim(undo) }),
    ...(lapsedAt === undefined ? {} : { lapsedAt: numberAttribute(lapsedAt) }),
    ...(since === undefined ? {} : { since: { M: toEpochs(since) } }),
  }
}

/** Decodes the same, without claims that have lapsed. */
export function fromClaimAttributes(item: Item): Claims {
  const claims = {
    claim: item.claim?.S,
    claiming: fromClaim(item.claiming),
    undo: fromClaim(item.undo),
    lapsedAt: parseWholeNumber(item.lapsedAt),
    since: fromEpochs(item.since?.M),
  }
  return withoutLapsed(defined(claims))
}

function toClaim({ email, claim, hash, epoch, expiresAt }: EmailClaim): AttributeValue {
  const texts = Object.entries(defined({ email, claim, hash })).map(([name, text]) => [name, { S: text }])
  return { M: { ...Object.fromEntries(texts), epoch: numberAttribute(epoch), expiresAt: numberAttribute(expiresAt) } }
}

/** `undefined` for a claim that Coatcheck cannot have written. */
function fromClaim(value: AttributeValue | undefined): EmailClaim | undefined {
  const { email: text, claim, hash, ...rest } = value?.M ?? {}
  const email = parseEmail(text?.S ?? '')
  const numbers = parseWholeNumbers(rest, ['epoch', 'expiresAt'])
  return email && numbers && { email, ...defined({ claim: claim?.S, hash: hash?.S }), ...numbers }
}

function toEpochs(since: NonNullable<User['since']>): Item {
  return Object.fromEntries(Object.entries(since).map(([field, epoch]) => [field, numberAttribute(epoch)]))
}

function fromEpochs(epochs: Item | undefined): User['since'] {
  if (!epochs) return undefined
  return defined(Object.fromEntries(DATED_CREDENTIALS.map((field) => [field, parseWholeNumber(epochs[field])])))
}
