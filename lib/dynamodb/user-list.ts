import { BatchGetItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import type { Log, UserStore } from '../ports.ts'
import type { User, UserId } from '../user.ts'
import { backOff } from './back-off.ts'
import type { Item } from './item.ts'
import { type Projection, projectionOf } from './projection.ts'
import { RETURN_CONSUMED_CAPACITY, sendUnconditional } from './send.ts'
import {
  type EmailPointer,
  emailPointerKey,
  fromPointerItem,
  fromUserItem,
  POINTER_ATTRIBUTES,
  POINTER_PREFIX,
  userKey,
} from './user-item.ts'

/** Items scanned per requested user. Half of the table's items are pointers, so one page is usually enough. */
const SCANNED_ITEMS_PER_USER = 4

interface UserListOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly log: Log
  /** Limits the attributes of the users that are read. */
  readonly projection?: Projection | undefined
}

/**
 * Implements `UserStore.list`. It scans email pointers, because a user item without a pointer is an interrupted
 * registration. Usually one small Scan and one BatchGetItem; more if pointers lead to deleted users.
 */
export function userList({ client, tableName, log, projection }: UserListOptions): UserStore['list'] {
  return async ({ limit, after }, deadline) => {
    const users: User[] = []
    let pointers: EmailPointer[] = []
    let from = after === undefined ? undefined : emailPointerKey(after)
    let isAtEnd = false
    for (;;) {
      // One pointer more than fits on the page shows whether a next page exists.
      while (!isAtEnd && pointers.length <= limit - users.length) {
        const page = await scan(from, SCANNED_ITEMS_PER_USER * limit, deadline)
        pointers.push(...page.pointers)
        from = page.next
        isAtEnd = from === undefined
      }
      const consumed = pointers.slice(0, limit - users.length)
      pointers = pointers.slice(consumed.length)
      users.push(...(await readUsers(consumed, deadline)))
      const last = consumed.at(-1)
      if (pointers.length === 0 || !last) return { users }
      if (users.length === limit) return { users, next: last.email }
    }
  }

  async function scan(ExclusiveStartKey: Item | undefined, Limit: number, deadline: Deadline) {
    const page = await sendUnconditional(
      client,
      new ScanCommand({
        TableName: tableName,
        ...RETURN_CONSUMED_CAPACITY,
        ConsistentRead: true,
        Select: 'SPECIFIC_ATTRIBUTES', // explicit, because the role's condition requires it
        ...projectionOf(POINTER_ATTRIBUTES),
        FilterExpression: 'begins_with(#pk, :pointer)',
        ExpressionAttributeValues: { ':pointer': { S: POINTER_PREFIX } },
        ExclusiveStartKey,
        Limit,
      }),
      deadline,
    )
    return { pointers: (page.Items ?? []).flatMap((item) => decodePointer(item) ?? []), next: page.LastEvaluatedKey }
  }

  /** The pointers' users in the order of the pointers, without users that now have another email. */
  async function readUsers(pointers: EmailPointer[], deadline: Deadline): Promise<User[]> {
    const items = await getItems([...new Set(pointers.map(({ userId }) => userId))], deadline)
    return pointers.flatMap(({ email, userId }) => {
      const item = items.get(partitionKeyOf(userKey(userId)))
      const user = item && decodeUser(item, userId)
      return user?.email === email ? [user] : []
    })
  }

  /** User items by their `pk`, strongly consistent; returns once DynamoDB has left nothing unprocessed. */
  async function getItems(ids: UserId[], deadline: Deadline): Promise<Map<string, Item>> {
    const items = new Map<string, Item>()
    let Keys = ids.map(userKey)
    for (let tries = 0; Keys.length > 0; tries++) {
      if (tries > 0) await backOff(tries - 1, deadline)
      const RequestItems = { [tableName]: { Keys, ConsistentRead: true, ...projection } }
      const batch = new BatchGetItemCommand({ RequestItems, ...RETURN_CONSUMED_CAPACITY })
      const { Responses = {}, UnprocessedKeys = {} } = await sendUnconditional(client, batch, deadline)
      // Stryker disable next-line ArrayDeclaration: the placeholder has the key of no user
      for (const item of Responses[tableName] ?? []) items.set(partitionKeyOf(item), item)
      Keys = UnprocessedKeys[tableName]?.Keys ?? []
    }
    return items
  }

  function decodePointer(item: Item): EmailPointer | undefined {
    const pointer = fromPointerItem(item)
    if (!pointer) log(logEntry('corrupt_item', { table: tableName })) // without the key: it is an email, which must not be logged
    return pointer
  }

  function decodeUser(item: Item, userId: UserId): User | undefined {
    const user = fromUserItem(item)
    if (!user) log(logEntry('corrupt_item', { table: tableName, userId }))
    return user
  }
}

// Stryker disable next-line StringLiteral: the placeholder is the key of no user
const partitionKeyOf = ({ pk }: Item): string => pk?.S ?? ''
