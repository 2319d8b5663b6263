import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { emailPointerKey, fromUserItem, userKey } from '../../lib/dynamodb/user-item.ts'
import { parseEmail } from '../../lib/email.ts'
import { systemClock } from '../../lib/system.ts'
import { type Email, isUserId, type User, type UserId } from '../../lib/user.ts'
import { callFailed } from '../aws.ts'
import { type Finding, failed, ok } from '../finding.ts'
import { count } from '../progress.ts'
import type { Table } from './table.ts'
import { pkOf, readAttribute, scanPages } from './user-items.ts'

/** A registration writes the user before the pointer: a user younger than this may still get a pointer. */
const REGISTRATION_SECONDS = 60
/** Ids listed in a finding; further ones are only counted. */
const MAX_LISTED = 10

interface Pointer {
  readonly email: Email
  readonly userId: UserId
}

/**
 * Compares each user with the pointer of its email, and each pointer with its user. Costs a Scan of the table and one
 * read unit for each item; holds one page of 500 items in memory.
 */
export async function* checkUsers(
  client: DynamoDBClient,
  { name }: Table,
  onProgress: (text: string) => void = () => {},
): AsyncGenerator<Finding> {
  const counted = { items: 0, users: 0, pointers: 0, dangling: 0 }
  const [unreachable, mismatched, pending, unreadable] = [new IdList(), new IdList(), new IdList(), new IdList()]
  const settled = systemClock() - REGISTRATION_SECONDS
  try {
    for await (const page of scanPages(client, name)) {
      const users: User[] = []
      const pointers: Pointer[] = []
      for (const item of page) {
        const read = readItem(item)
        if (read === undefined) unreadable.add(...idsIn(item))
        else if ('epoch' in read) users.push(read)
        else pointers.push(read)
      }
      pending.add(...users.filter(({ sweepPending }) => sweepPending).map(({ id }) => id))

      const pointerUserIds = await readAttribute(
        client,
        name,
        users.map(({ email }) => emailPointerKey(email)),
        'userId',
      )
      for (const { id, email, createdAt } of users)
        if (pointerUserIds.get(pkOf(emailPointerKey(email))) !== id && createdAt <= settled) unreachable.add(id)

      const userEmails = await readAttribute(
        client,
        name,
        pointers.map(({ userId }) => userKey(userId)),
        'email',
      )
      for (const { email, userId } of pointers) {
        const pk = pkOf(userKey(userId))
        if (!userEmails.has(pk)) counted.dangling++
        else if (userEmails.get(pk) !== email) mismatched.add(userId)
      }
      counted.items += page.length
      counted.users += users.length
      counted.pointers += pointers.length
      onProgress(`${name}: checked ${count(counted.items, 'item')}`)
    }
  } catch (error) {
    const checked = `users, after ${count(counted.items, 'item')}`
    yield callFailed(name, checked, error, 'dynamodb:Scan or dynamodb:BatchGetItem')
    return
  }
  yield ok(
    name,
    `checked ${count(counted.items, 'item')}: ${count(counted.users, 'user')}, ${count(counted.pointers, 'pointer')}`,
  )
  yield unreachable.count === 0
    ? ok(name, 'every user has a pointer')
    : failed(
        name,
        `${count(unreachable.count, 'user')} without a pointer: ${unreachable}`,
        `These users cannot sign in: delete each with \`aws dynamodb delete-item --table-name ${name} --key '{"pk":{"S":"user#<id>"}}'\`.`,
      )
  if (counted.dangling > 0)
    yield ok(name, `${count(counted.dangling, 'pointer')} without a user: the email is available for registration`)
  yield mismatched.count === 0
    ? ok(name, 'every pointer matches the email of its user')
    : failed(
        name,
        `${count(mismatched.count, 'pointer')} to a user with another email: ${mismatched}`,
        'The email of such a pointer cannot sign in or register: delete the pointer, an item `email#…` with a userId of this list.',
      )
  yield pending.count === 0
    ? ok(name, 'no pending sweep')
    : failed(
        name,
        `${count(pending.count, 'user')} with a pending sweep, so revoked sessions may be accepted: ${pending}`,
        'If it persists for a few minutes, finish-sweeps has failed (see its log): revoke all sessions of these users again (`coatcheck sessions revoke <id>`); their next login does it too.',
      )
  yield unreadable.count === 0
    ? ok(name, 'every item is readable')
    : failed(
        name,
        `${count(unreadable.count, 'item')} not in Coatcheck’s format: ${unreadable}`,
        'Read them with `aws dynamodb get-item`, then restore or delete them: requests of these users get 503.',
      )
}

function readItem(item: Parameters<typeof fromUserItem>[0]): User | Pointer | undefined {
  const pk = pkOf(item)
  if (pk.startsWith('user#')) {
    const user = fromUserItem(item)
    return user && pk === pkOf(userKey(user.id)) ? user : undefined
  }
  const email = parseEmail(pk.slice('email#'.length))
  const userId = item.userId?.S ?? ''
  return email && pk === pkOf(emailPointerKey(email)) && isUserId(userId) ? { email, userId } : undefined
}

/** Names an unreadable item by its ids, never by its email. */
function idsIn(item: Parameters<typeof fromUserItem>[0]): [string] {
  const [, ofUser = ''] = /^user#(.*)$/s.exec(pkOf(item)) ?? []
  const userId = item.userId?.S ?? ''
  if (isUserId(ofUser)) return [`user#${ofUser}`]
  return [isUserId(userId) ? `a pointer to ${userId}` : pkOf(item).startsWith('email#') ? 'a pointer' : 'another item']
}

/** Counts ids and lists the first of them. */
class IdList {
  count = 0
  readonly #listed: string[] = []

  add(...ids: string[]): void {
    this.count += ids.length
    this.#listed.push(...ids.slice(0, MAX_LISTED - this.#listed.length))
  }

  toString(): string {
    const more = this.count - this.#listed.length
    return this.#listed.join(', ') + (more > 0 ? ` and ${more} more` : '')
  }
}
