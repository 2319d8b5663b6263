import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { emailPointerKey, fromUserItem, userKey } from '../../lib/dynamodb/user-item.ts'
import { systemClock } from '../../lib/system.ts'
import { type Email, isUserId, parseEmail, type User, type UserId } from '../../lib/user.ts'
import { couldNotLook } from '../aws.ts'
import { type Finding, failed, ok } from '../finding.ts'
import type { Table } from './table.ts'
import { attributeOf, pages, pkOf } from './user-items.ts'

/** A registration writes the user first and then the pointer: a user this young may still get one. */
const UNDER_WAY_SECONDS = 60
/** Named in a line; the rest are counted. */
const NAMED = 10

interface Pointer {
  readonly email: Email
  readonly userId: UserId
}

/**
 * Compares each user with the pointer of its email and each pointer with the user it names. Costs a Scan of the table
 * and a read of a unit for each item; holds one page of five hundred items in memory.
 */
export async function* checkUsers(
  client: DynamoDBClient,
  { name }: Table,
  progress: (text: string) => void = () => {},
): AsyncGenerator<Finding> {
  const counted = { items: 0, users: 0, pointers: 0, free: 0 }
  const [inert, astray, pending, unreadable] = [new Tally(), new Tally(), new Tally(), new Tally()]
  const settled = systemClock() - UNDER_WAY_SECONDS
  try {
    for await (const page of pages(client, name)) {
      const users: User[] = []
      const pointers: Pointer[] = []
      for (const item of page) {
        const read = readItem(item)
        if (read === undefined) unreadable.add(...idsIn(item))
        else if ('epoch' in read) users.push(read)
        else pointers.push(read)
      }
      pending.add(...users.filter(({ sweepPending }) => sweepPending).map(({ id }) => id))

      const leads = await attributeOf(
        client,
        name,
        users.map(({ email }) => emailPointerKey(email)),
        'userId',
      )
      for (const { id, email, createdAt } of users)
        if (leads.get(pkOf(emailPointerKey(email))) !== id && createdAt <= settled) inert.add(id)

      const emails = await attributeOf(
        client,
        name,
        pointers.map(({ userId }) => userKey(userId)),
        'email',
      )
      for (const { email, userId } of pointers) {
        const pk = pkOf(userKey(userId))
        if (!emails.has(pk)) counted.free++
        else if (emails.get(pk) !== email) astray.add(userId)
      }
      counted.items += page.length
      counted.users += users.length
      counted.pointers += pointers.length
      progress(`${name}: ${counted.items} items looked at`)
    }
  } catch (error) {
    const what = `users, after ${counted.items} items`
    yield couldNotLook(name, what, error, 'dynamodb:Scan or dynamodb:BatchGetItem')
    return
  }
  yield ok(name, `${counted.items} items looked at: ${counted.users} users, ${counted.pointers} pointers`)
  yield inert.count === 0
    ? ok(name, 'no inert user')
    : failed(
        name,
        `${inert.count} inert, no email leads to them: ${inert}`,
        `Nobody can sign in as them: delete each with \`aws dynamodb delete-item --table-name ${name} --key '{"pk":{"S":"user#<id>"}}'\`.`,
      )
  if (counted.free > 0) yield ok(name, `${counted.free} pointers whose user is absent: they count as free`)
  yield astray.count === 0
    ? ok(name, 'no pointer astray')
    : failed(
        name,
        `${astray.count} pointers lead to a user of another email: ${astray}`,
        'Nobody can sign in or register with that email: delete the pointer, an item `email#…` whose userId is named here.',
      )
  yield pending.count === 0
    ? ok(name, 'no sweep pending')
    : failed(
        name,
        `${pending.count} pending sweeps, sessions that were to end may go on: ${pending}`,
        'If it is so a few minutes later, finish-sweeps has failed (its log says why): end their sessions again (`DELETE /admin/users/<id>/sessions`); their next login does it too.',
      )
  yield unreadable.count === 0
    ? ok(name, 'every item is readable')
    : failed(
        name,
        `${unreadable.count} items Coatcheck cannot have written: ${unreadable}`,
        'Look at them with `aws dynamodb get-item`, and restore or delete them: whom they concern gets 503.',
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

/** What may be printed of an item that is not readable: ids, never an email. */
function idsIn(item: Parameters<typeof fromUserItem>[0]): [string] {
  const [, ofUser = ''] = /^user#(.*)$/s.exec(pkOf(item)) ?? []
  const named = item.userId?.S ?? ''
  if (isUserId(ofUser)) return [`user#${ofUser}`]
  return [isUserId(named) ? `a pointer to ${named}` : pkOf(item).startsWith('email#') ? 'a pointer' : 'another item']
}

/** Counts all, names the first. */
class Tally {
  count = 0
  readonly #named: string[] = []

  add(...ids: string[]): void {
    this.count += ids.length
    this.#named.push(...ids.slice(0, NAMED - this.#named.length))
  }

  toString(): string {
    const more = this.count - this.#named.length
    return this.#named.join(', ') + (more > 0 ? ` and ${more} more` : '')
  }
}
