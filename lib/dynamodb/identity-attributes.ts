import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { defined } from '../defined.ts'
import type { Identities } from '../linked-identity.ts'
import { numberAttribute, parseWholeNumber, parseWholeNumbers } from './attribute.ts'

/** Encodes the identities of a user. */
export function toIdentities(identities: Identities): AttributeValue {
  const entries = Object.entries(identities).map(([key, { claim, provider, linkedAt, since, endedAt }]) => [
    key,
    {
      M: {
        claim: { S: claim },
        provider: { S: provider },
        linkedAt: numberAttribute(linkedAt),
        since: numberAttribute(since),
        ...(endedAt === undefined ? {} : { endedAt: numberAttribute(endedAt) }),
      },
    },
  ])
  return { M: Object.fromEntries(entries) }
}

/** Decodes the identities of a user, without entries that Coatcheck cannot have written: their pointers do not count. */
export function fromIdentities(value: AttributeValue | undefined): Identities | undefined {
  if (!value?.M) return undefined
  const entries = Object.entries(value.M).flatMap(([key, { M: entry = {} }]) => {
    const numbers = parseWholeNumbers(entry, ['linkedAt', 'since'])
    const [claim, provider] = [entry.claim?.S, entry.provider?.S]
    if (!numbers || claim === undefined || provider === undefined) return []
    return [[key, { claim, provider, ...numbers, ...defined({ endedAt: parseWholeNumber(entry.endedAt) }) }] as const]
  })
  return Object.fromEntries(entries)
}
