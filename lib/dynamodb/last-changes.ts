import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { RevocationReason } from '../audit-events.ts'
import { isUserId, type LastChange } from '../user.ts'
import { numberAttribute, parseWholeNumbers } from './attribute.ts'

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
