import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Item } from '../../lib/dynamodb/item.ts'
import { POINTER_PREFIX } from '../../lib/dynamodb/user-item.ts'
import { systemClock } from '../../lib/system.ts'
import { isUserId } from '../../lib/user.ts'
import { callFailed } from '../aws.ts'
import { type Finding, failed, ok } from '../finding.ts'
import { count } from '../progress.ts'
import type { Table } from './table.ts'
import { pkOf } from './user-items.ts'
import { comparePages } from './user-pages.ts'

/** A registration writes the user before the pointer: a user younger than this may still get a pointer. */
const REGISTRATION_SECONDS = 60
/** Ids listed in a finding; further ones are only counted. */
const MAX_LISTED = 10

/**
 * Reports on each user and the pointer of its email, and on each pointer and its user; nothing after an interruption.
 * Costs as `comparePages`.
 */
export async function* checkUsers(
  client: DynamoDBClient,
  { name }: Table,
  onProgress: (text: string) => void = () => {},
  interruption?: AbortSignal,
): AsyncGenerator<Finding> {
  const counted = { items: 0, users: 0, pointers: 0, dangling: 0 }
  const [unreachable, mismatched, pending, unreadable] = [new IdList(), new IdList(), new IdList(), new IdList()]
  const settled = systemClock() - REGISTRATION_SECONDS
  try {
    for await (const page of comparePages(client, name)) {
      unreadable.add(...page.unreadable.map(nameOf))
      pending.add(...page.users.filter(({ sweepPending }) => sweepPending).map(({ id }) => id))
      unreachable.add(...page.withoutPointer.filter(({ createdAt }) => createdAt <= settled).map(({ id }) => id))
      mismatched.add(...page.mismatched.map(({ userId }) => userId))
      counted.items += page.items
      counted.users += page.users.length
      counted.pointers += page.pointers.length
      counted.dangling += page.withoutUser.length
      onProgress(`${name}: checked ${count(counted.items, 'item')}`)
      if (interruption?.aborted) return
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
        'These users cannot sign in: delete them with `coatcheck users prune`.',
      )
  if (counted.dangling > 0)
    yield ok(
      name,
      `${count(counted.dangling, 'pointer')} without a user: the email is available for registration; \`coatcheck users prune\` deletes these pointers`,
    )
  yield mismatched.count === 0
    ? ok(name, 'every pointer matches the email of its user')
    : ok(
        name,
        `${count(mismatched.count, 'pointer')} to a user with another email: ${mismatched}; the email is available for registration`,
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

/** Names an unreadable item by its ids, never by its email. */
function nameOf(item: Item): string {
  const [, ofUser = ''] = /^user#(.*)$/s.exec(pkOf(item)) ?? []
  const userId = item.userId?.S ?? ''
  if (isUserId(ofUser)) return `user#${ofUser}`
  return isUserId(userId)
    ? `a pointer to ${userId}`
    : pkOf(item).startsWith(POINTER_PREFIX)
      ? 'a pointer'
      : 'another item'
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
