import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { standingsOf } from '../../lib/accounts/email-pointers.ts'
import { fromClaimAttributes } from '../../lib/dynamodb/claim-attributes.ts'
import type { Item } from '../../lib/dynamodb/item.ts'
import {
  type EmailPointer,
  emailPointerKey,
  fromPointerItem,
  fromUserItem,
  IDENTITY_PREFIX,
  userKey,
} from '../../lib/dynamodb/user-item.ts'
import type { User } from '../../lib/user.ts'
import { pkOf, readAttribute, readAttributes, scanPages } from './user-items.ts'

/** One page of the users table: each user is compared with the pointer of its email, and each pointer with its user. */
export interface UserPage {
  readonly items: number
  readonly users: readonly User[]
  readonly pointers: readonly EmailPointer[]
  /** Users whose email has no pointer, or one that names another user: they cannot sign in. */
  readonly withoutPointer: readonly User[]
  /** Pointers whose user does not exist: their email is free. */
  readonly withoutUser: readonly EmailPointer[]
  /** Pointers whose user neither has the email nor may get it: an interrupted change leaves such ones, and the email is free. */
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
      if (pkOf(item).startsWith(IDENTITY_PREFIX)) continue // free unless its user lists it: it blocks nothing
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
    const owners = await readAttributes(
      client,
      tableName,
      pointers.map(({ userId }) => userKey(userId)),
      ['id', 'email', 'epoch', 'claim', 'claiming', 'undo', 'lapsedAt'],
    )
    const ownerOf = ({ userId }: EmailPointer) => owners.get(pkOf(userKey(userId)))
    const hasUser = (pointer: EmailPointer) => ownerOf(pointer) !== undefined
    const isKnown = (pointer: EmailPointer) => {
      const { id, email, epoch, ...claims } = ownerOf(pointer) ?? {}
      const user = { id: id?.S, email: email?.S, epoch: Number(epoch?.N), ...fromClaimAttributes(claims) }
      return user.email === pointer.email || standingsOf(pointer.email, pointer, user as User).length > 0
    }
    yield {
      items: items.length,
      users,
      pointers,
      withoutPointer: users.filter(({ id, email }) => namedBy.get(pkOf(emailPointerKey(email))) !== id),
      withoutUser: pointers.filter((pointer) => !hasUser(pointer)),
      mismatched: pointers.filter((pointer) => hasUser(pointer) && !isKnown(pointer)),
      unreadable,
    }
  }
}
