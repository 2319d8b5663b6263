import { BatchGetItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import type { Log, UserStore } from '../ports.ts'
import type { User, UserId } from '../user.ts'
import { pause } from './pause.ts'
import { ask, type Item, PROOF } from './send.ts'
import { emailKey, fromPointerItem, fromUserItem, POINTER_PREFIX, type Pointer, userKey } from './user-item.ts'

/** Items of a Scan for each user that is asked for: half of a table are pointers, so that one page is mostly enough. */
const ITEMS_A_USER = 4

interface UserListOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly log: Log
}

/**
 * `UserStore.list`. It reads along the pointers: a user item that no pointer leads to is an interrupted registration.
 * One small Scan and one BatchGetItem as a rule, more where pointers lead to nobody.
 */
export function userList({ client, tableName, log }: UserListOptions): UserStore['list'] {
  return async ({ limit, after }, deadline) => {
    const users: User[] = []
    let pointers: Pointer[] = []
    let from = after === undefined ? undefined : emailKey(after)
    let isAtEnd = false
    for (;;) {
      // One pointer more than there is room for: whether these are the last must be known.
      while (!isAtEnd && pointers.length <= limit - users.length) {
        const page = await scan(from, ITEMS_A_USER * limit, deadline)
        pointers.push(...page.pointers)
        from = page.next
        isAtEnd = from === undefined
      }
      const consumed = pointers.slice(0, limit - users.length)
      pointers = pointers.slice(consumed.length)
      users.push(...(await usersOf(consumed, deadline)))
      const last = consumed.at(-1)
      if (pointers.length === 0 || !last) return { users }
      if (users.length === limit) return { users, next: last.email }
    }
  }

  async function scan(ExclusiveStartKey: Item | undefined, Limit: number, deadline: Deadline) {
    const page = await ask(
      client,
      new ScanCommand({
        TableName: tableName,
        ...PROOF,
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :pointer)',
        ExpressionAttributeValues: { ':pointer': { S: POINTER_PREFIX } },
        ExclusiveStartKey,
        Limit,
      }),
      deadline,
    )
    return { pointers: (page.Items ?? []).flatMap((item) => readPointer(item) ?? []), next: page.LastEvaluatedKey }
  }

  /** Those of the users that have the pointer's email, in the order of the pointers. */
  async function usersOf(pointers: Pointer[], deadline: Deadline): Promise<User[]> {
    const items = await getItems([...new Set(pointers.map(({ userId }) => userId))], deadline)
    return pointers.flatMap(({ email, userId }) => {
      const item = items.get(textOf(userKey(userId)))
      const user = item && readUser(item, userId)
      return user?.email === email ? [user] : []
    })
  }

  /** By their `pk`, strongly consistent; done only when DynamoDB has left nothing unprocessed. */
  async function getItems(ids: UserId[], deadline: Deadline): Promise<Map<string, Item>> {
    const items = new Map<string, Item>()
    let Keys = ids.map(userKey)
    for (let tries = 0; Keys.length > 0; tries++) {
      if (tries > 0) await pause(tries - 1, deadline)
      const RequestItems = { [tableName]: { Keys, ConsistentRead: true } }
      const batch = new BatchGetItemCommand({ RequestItems, ...PROOF })
      const { Responses = {}, UnprocessedKeys = {} } = await ask(client, batch, deadline)
      for (const item of Responses[tableName] ?? []) items.set(textOf(item), item)
      Keys = UnprocessedKeys[tableName]?.Keys ?? []
    }
    return items
  }

  function readPointer(item: Item): Pointer | undefined {
    const pointer = fromPointerItem(item)
    if (!pointer) log(logEntry('corrupt_item', { table: tableName })) // its key is an email, which no line may show
    return pointer
  }

  function readUser(item: Item, userId: UserId): User | undefined {
    const user = fromUserItem(item)
    if (!user) log(logEntry('corrupt_item', { table: tableName, userId }))
    return user
  }
}

const textOf = ({ pk }: Item): string => pk?.S ?? ''
