import { logEntry } from '../audit.ts'
import type { Log, SessionStore } from '../ports.ts'
import { isLive, type SessionRow } from '../session.ts'
import { numberAttribute } from './attribute.ts'
import type { ItemReader } from './get-item.ts'
import { assertKey, type Item } from './item.ts'
import { ConditionFailed, RETURN_CONSUMED_CAPACITY } from './send.ts'
import { fromSessionItem, sessionKey } from './session-item.ts'
import type { UpdateItem } from './update-item.ts'

/** Options of `sessionCheckStore`. */
export interface SessionCheckStoreOptions {
  readonly read: ItemReader
  readonly updateItem: UpdateItem
  readonly tableName: string
  readonly log: Log
}

/** The part of a session store that checks use, apart, so that its module does not load the SDK. */
export function sessionCheckStore({
  read,
  updateItem,
  tableName,
  log,
}: SessionCheckStoreOptions): Pick<SessionStore, 'get' | 'renew'> {
  const decode = sessionDecoder(tableName, log)
  const store: Pick<SessionStore, 'get' | 'renew'> = {
    async get(userId, sessionId, deadline, consistency) {
      const item = await read(sessionKey(userId, sessionId), deadline, consistency)
      return item && decode(item)
    },

    async renew(session, to, deadline) {
      // Checked here, not in the condition: it never changes, and IAM can then deny the write access to the attribute.
      if (to.lastSeenAt >= session.endsAt) return 'gone'
      const Key = sessionKey(session.userId, session.id)
      const update = {
        TableName: tableName,
        ...RETURN_CONSUMED_CAPACITY,
        Key,
        UpdateExpression: 'SET lastSeenAt = :now, expiresAt = :expiresAt',
        ConditionExpression: 'attribute_exists(userId) AND expiresAt > :now AND lastSeenAt < :now',
        ExpressionAttributeValues: {
          ':now': numberAttribute(to.lastSeenAt),
          ':expiresAt': numberAttribute(to.expiresAt),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      }
      const output = await updateItem(update, deadline)
      if (!(output instanceof ConditionFailed)) return 'renewed'
      // Without an item, the row is gone or the engine does not return it.
      const row = output.item
        ? decode(assertKey(output.item, Key))
        : await store.get(session.userId, session.id, deadline)
      return row && isLive(row, to.lastSeenAt) ? 'superseded' : 'gone'
    },
  }
  return store
}

/** Decodes items, and logs those that Coatcheck cannot have written. */
export function sessionDecoder(tableName: string, log: Log): (item: Item) => SessionRow | undefined {
  return (item) => {
    const row = fromSessionItem(item)
    if (!row) log(logEntry('corrupt_item', { table: tableName, sessionId: item.sessionId?.S }))
    return row
  }
}
