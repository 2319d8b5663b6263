import { domainToUnicode } from 'node:url'
import { ScanCommand } from '@aws-sdk/client-dynamodb'
import { startDeadline } from '../lib/deadline.ts'
import type { Item } from '../lib/dynamodb/item.ts'
import { RETURN_CONSUMED_CAPACITY, sendUnconditional } from '../lib/dynamodb/send.ts'
import { emailPointerKey, fromUserItem, USER_PREFIX } from '../lib/dynamodb/user-item.ts'
import type { User } from '../lib/user.ts'
import { asUnavailable } from './aws.ts'
import { pkOf, readAttribute } from './checks/user-items.ts'
import { COMMAND_SECONDS, type Stack } from './stack.ts'

/** Items of a call: less than the megabyte that DynamoDB reads at once, so that progress shows and Ctrl-C is quick. */
const PAGE = 1000

/** What one call of a search has found. */
export interface SearchPage {
  readonly users: readonly User[]
  /** Users that were compared. */
  readonly checked: number
  readonly unreadable: number
  /** Read units that the call consumed. */
  readonly units: number
  readonly isLast: boolean
}

/**
 * Finds users by a part of their email or name. DynamoDB has no index for that: a strongly consistent Scan of the users
 * table (one read unit for each 4 KB, about ten users), and one read of the pointer of each user found.
 */
export async function* searchUsers(text: string, { client, config }: Stack): AsyncGenerator<SearchPage> {
  const TableName = config.tables.users
  const wanted = foldCase(text)
  let ExclusiveStartKey: Item | undefined
  do {
    const scan = new ScanCommand({
      TableName,
      ...RETURN_CONSUMED_CAPACITY,
      ConsistentRead: true,
      FilterExpression: 'begins_with(pk, :user)',
      ExpressionAttributeValues: { ':user': { S: USER_PREFIX } },
      ExclusiveStartKey,
      Limit: PAGE,
    })
    const page = await sendUnconditional(client, scan, startDeadline(COMMAND_SECONDS))
    const users = (page.Items ?? []).flatMap((item) => fromUserItem(item) ?? [])
    const matches = users.filter((user) => textsOf(user).some((each) => foldCase(each).includes(wanted)))
    const keys = matches.map(({ email }) => emailPointerKey(email))
    const pointers = await readAttribute(client, TableName, keys, 'userId').catch(asUnavailable)
    ExclusiveStartKey = page.LastEvaluatedKey
    yield {
      // A user without a pointer is an interrupted registration, as for `users list`.
      users: matches.filter(({ id, email }) => pointers.get(pkOf(emailPointerKey(email))) === id),
      checked: users.length,
      unreadable: (page.Items ?? []).length - users.length,
      units: (page.ConsumedCapacity?.CapacityUnits ?? 0) + matches.length,
      isLast: ExclusiveStartKey === undefined,
    }
  } while (ExclusiveStartKey)
}

/** The texts of a user that are searched; an international domain in both of its forms. */
function textsOf({ email, name = '' }: User): string[] {
  const at = email.lastIndexOf('@') + 1
  return [email, email.slice(0, at) + domainToUnicode(email.slice(at)), name]
}

/** Makes texts equal that differ only in case or composition; `ß` equals `ss`, and `ς` equals `σ`. */
export function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC')
}
