import type { Challenge, ChallengeStore } from '../factors/challenges.ts'
import { isUserId } from '../user.ts'
import { numberAttribute, parseScopes, parseWholeNumbers } from './attribute.ts'
import type { Item } from './item.ts'
import { type OneTimeTable, oneTimeItems } from './one-time-item.ts'
import { fromProofAttributes, toProofAttributes } from './proof-attributes.ts'

/** Creates a `ChallengeStore` on the attempts table. */
export function dynamodbChallengeStore(table: OneTimeTable): ChallengeStore {
  const items = oneTimeItems(table, 'challenge')
  return {
    put: (secret, challenge, deadline) => items.put(secret, toItem(challenge), challenge.expiresAt, deadline),

    async get(secret, now, deadline) {
      const item = await items.get(secret, now, deadline)
      return item && fromItem(item)
    },

    use: items.use,
  }
}

function toItem({ userId, epoch, proof, scopes, label }: Challenge): Item {
  return {
    userId: { S: userId },
    epoch: numberAttribute(epoch),
    ...toProofAttributes(proof),
    ...(scopes === undefined ? {} : { scopes: { L: scopes.map((scope) => ({ S: scope })) } }),
    ...(label === undefined ? {} : { label: { S: label } }),
  }
}

function fromItem(item: Item): Challenge | undefined {
  const userId = item.userId?.S
  const numbers = parseWholeNumbers(item, ['epoch', 'expiresAt'])
  if (userId === undefined || !isUserId(userId) || !numbers) return undefined
  const scopes = item.scopes && parseScopes(item.scopes)
  if (item.scopes && !scopes) return undefined
  return { userId, ...numbers, proof: fromProofAttributes(item), scopes, label: item.label?.S }
}
