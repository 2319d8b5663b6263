import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Item } from '../../lib/dynamodb/item.ts'
import {
  type EmailPointer,
  emailPointerKey,
  fromPointerItem,
  fromUserItem,
  userKey,
} from '../../lib/dynamodb/user-item.ts'
import type { User } from '../../lib/user.ts'
import { pkOf, readAttribute, scanPages } from './user-items.ts'

/** One page of the users table: each user is compared with the pointer of its email, and each pointer with its user. */
export interface UserPage {
  readonly items: number
  readonly users: readonly User[]
  readonly pointers: readonly EmailPointer[]
  /** Users whose email has no pointer, or one that names another user: they cannot sign in. */
  readonly withoutPointer: readonly User[]
  /** Pointers whose user does not exist: their email is free. */
  readonly withoutUser: readonly EmailPointer[]
  /** Pointers whose user has another email. */
  readonly mismatched: readonly EmailPointer[]
  /** Items that Coatcheck cannot have written. */
  readonly unreadable: readonly Item[]
}

/**
 * Reads the whole users table, page by page. Costs a Scan of the table and one read unit for each item; holds one page of
 * 500 items in memory.
 */
export async function* comparePages(client: DynamoDBClient, tableName: string): AsyncGenerator<UserPage> {
  for await (const items of scanPages(client, tableName)) {
    const users: User[] = []
    const pointers: EmailPointer[] = []
    const unreadable: Item[] = []
    for (const item of items) {
      const read = fromUserItem(item) ?? fromPointerItem(item)
      if (read === undefined) unreadable.push(item)
      else if ('epoch' in read) users.push(read)
      else pointers.push(read)
    }
    const namedBy = await readAttribute(
      client,
      tableName,
      users.map(({ email }) => emailPointerKey(email)),
      'userId',
    )
    const emailOf = await readAttribute(
      client,
      tableName,
      pointers.map(({ userId }) => userKey(userId)),
      'email',
    )
    const hasUser = ({ userId }: EmailPointer) => emailOf.has(pkOf(userKey(userId)))
    yield {
      items: items.length,
      users,
      pointers,
      withoutPointer: users.filter(({ id, email }) => namedBy.get(pkOf(emailPointerKey(email))) !== id),
      withoutUser: pointers.filter((pointer) => !hasUser(pointer)),
      mismatched: pointers.filter(
        (pointer) => hasUser(pointer) && emailOf.get(pkOf(userKey(pointer.userId))) !== pointer.email,
      ),
      unreadable,
    }
  }
}
