import type { BatchGetItemCommandInput, ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import { emailPointerKey, toUserItem } from '../../lib/dynamodb/user-item.ts'
import { userList } from '../../lib/dynamodb/user-list.ts'
import type { LogEntry } from '../../lib/ports.ts'
import type { User } from '../../lib/user.ts'
import { soon } from '../support/parts.ts'
import { sampleUser } from '../support/samples.ts'
import { respondWith } from './stub-client.ts'

// The calls that are made, and the handling of responses that a local engine gives only by chance.

const users = Array.from({ length: 6 }, () => sampleUser())
const [first, second, third] = users as [User, User, User]
const pointerTo = ({ id, email }: User) => ({ ...emailPointerKey(email), userId: { S: id } })
const page = (of: User[], next?: User) => ({
  Items: of.map(pointerTo),
  ...(next && { LastEvaluatedKey: emailPointerKey(next.email) }),
})
const batch = (of: User[], more: object = {}) => ({ Responses: { users: of.map(toUserItem) }, ...more })
function listWith(...answers: object[]) {
  const { client, inputs } = respondWith(...answers)
  const entries: LogEntry[] = []
  const log = (entry: LogEntry) => void entries.push(entry)
  const calls = () => inputs.map((input) => ('RequestItems' in input ? 'batch' : 'scan'))
  return { list: userList({ client, tableName: 'users', log }), inputs, calls, entries }
}

describe('a list of users', () => {
  test('has no next page after the last user, even if the page is full', async () => {
    const { list, calls } = listWith(page([first, second]), batch([first, second]))
    expect(await list({ limit: 2 }, soon())).toEqual({ users: [first, second] })
    expect(calls()).toEqual(['scan', 'batch'])
  })

  test('continues after the last listed user until there are no more', async () => {
    const { list, inputs } = listWith(
      page([first, second, third]),
      batch([first, second]),
      page([third]),
      batch([third]),
    )
    expect(await list({ limit: 2 }, soon())).toEqual({ users: [first, second], next: second.email })
    expect(await list({ limit: 2, after: second.email }, soon())).toEqual({ users: [third] })
    const [scan, , rest] = inputs as ScanCommandInput[]
    expect(scan).toMatchObject({ Limit: 8, ConsistentRead: true })
    expect(scan?.ExclusiveStartKey).toBeUndefined()
    expect(rest?.ExclusiveStartKey).toEqual(emailPointerKey(second.email))
  })

  test('is scanned no further while pointers are left over', async () => {
    const { list, calls } = listWith(page(users.slice(0, 5), third), batch([second]), batch([third]))
    expect(await list({ limit: 2 }, soon())).toEqual({ users: [second, third], next: third.email })
    expect(calls()).toEqual(['scan', 'batch', 'batch'])
  })

  test('is scanned until one pointer more than the page holds is known', async () => {
    const { list, calls, entries } = listWith(
      page([first], first),
      { LastEvaluatedKey: {} },
      page([second]),
      batch([first]),
    )
    expect(await list({ limit: 1 }, soon())).toEqual({ users: [first], next: first.email })
    expect(calls()).toEqual(['scan', 'scan', 'scan', 'batch'])
    expect(entries).toEqual([])
  })

  test('of an empty table is empty and reads no user', async () => {
    const { list, calls } = listWith(page([]))
    expect(await list({ limit: 5 }, soon())).toEqual({ users: [] })
    expect(calls()).toEqual(['scan'])
  })

  test('reads unprocessed keys again and ignores items without a key', async () => {
    const rest = { users: { Keys: [{ pk: { S: `user#${second.id}` } }], ConsistentRead: true } }
    const { list, inputs } = listWith(
      page([first, second]),
      { Responses: { users: [{ epoch: { N: '1' } }, { pk: { N: '1' } }, toUserItem(first)] }, UnprocessedKeys: rest },
      { UnprocessedKeys: rest },
      batch([second]),
    )
    expect(await list({ limit: 5 }, soon())).toEqual({ users: [first, second] })
    const [, both, ...others] = inputs as BatchGetItemCommandInput[]
    expect(both?.RequestItems?.users).toMatchObject({ Keys: [{}, {}], ConsistentRead: true })
    expect(others.map(({ RequestItems }) => RequestItems)).toEqual([rest, rest])
  })

  test('skips a user with another email and a malformed user, and logs the latter', async () => {
    const moved = { ...first, email: third.email }
    const { list, entries } = listWith(page([first, second]), {
      Responses: { users: [toUserItem(moved), { ...toUserItem(second), epoch: { S: 'x' } }] },
    })
    expect(await list({ limit: 5 }, soon())).toEqual({ users: [] })
    expect(entries).toEqual([{ level: 'error', event: 'corrupt_item', table: 'users', userId: second.id }])
  })

  test('skips a malformed pointer and logs it without its email', async () => {
    const { list, entries } = listWith({ Items: [{ ...pointerTo(first), userId: { S: 'short' } }] })
    expect(await list({ limit: 5 }, soon())).toEqual({ users: [] })
    expect(entries).toEqual([{ level: 'error', event: 'corrupt_item', table: 'users' }])
  })
})
