import { describe, expect, test } from 'vitest'
import { removeUser } from '../../cli/stray-items.ts'
import { pruneUsers } from '../../cli/users/prune.ts'
import { createAccounts } from '../../lib/accounts/accounts.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { emailPointerKey, fromUserItem, toUserItem } from '../../lib/dynamodb/user-item.ts'
import { systemClock } from '../../lib/system.ts'
import type { Email, User, UserId } from '../../lib/user.ts'
import { coatcheck } from './process.ts'
import { stackOfTest, type TestStack } from './stack.ts'

const deadline = () => startDeadline(10)
const idOf = (letter: string) => letter.repeat(21) as UserId

/** A user item without a pointer, as an interrupted registration leaves it. */
async function addStrayUser(stack: TestStack, name: string, ageSeconds = 1000): Promise<User> {
  const user: User = {
    id: idOf(name.charAt(0)),
    email: `${name}@example.com` as Email,
    emailVerified: false,
    scopes: [],
    status: 'active',
    epoch: 0,
    changeId: idOf('c'),
    sweepPending: false,
    createdAt: systemClock() - ageSeconds,
  }
  await stack.store.create(user, deadline())
  return user
}

/** Two strays of each kind beside everything that must stay. */
async function stackWithStrays() {
  const stack = await stackOfTest()
  const ann = await stack.register('ann@example.com')
  const young = await addStrayUser(stack, 'young', 800)
  // A pointer to a user with another email is for an administrator to judge.
  await stack.store.claimEmail('other@example.com' as Email, { userId: ann.id }, undefined, deadline())
  const before = await stack.tables.scan(stack.tables.users)
  const stray = await addStrayUser(stack, 'stray')
  // Two registrations at the same time: one pointer, and it names the other user.
  const loser = await addStrayUser(stack, 'loser')
  const winner = await stack.register(loser.email)
  await stack.store.claimEmail('free@example.com' as Email, { userId: idOf('g') }, undefined, deadline())
  return { stack, before: [...before, ...(await itemsOf(stack, winner))], stray, loser, young, ann, winner }
}

async function itemsOf({ tables }: TestStack, { email }: User) {
  const items = await tables.scan(tables.users)
  const id = items.find(({ pk }) => pk?.S === emailPointerKey(email).pk?.S)?.userId?.S
  return items.filter(({ pk }) => pk?.S === emailPointerKey(email).pk?.S || pk?.S === `user#${id}`)
}

const byKey = (items: { pk?: { S?: string } }[]) =>
  items.toSorted((a, b) => (a.pk?.S ?? '').localeCompare(b.pk?.S ?? ''))

describe('users prune', () => {
  test('shows what it would delete, and deletes nothing, with --dry-run', async () => {
    const { stack, stray, loser } = await stackWithStrays()
    const before = await stack.tables.scan(stack.tables.users)
    const { code, lines } = await stack.invoke(pruneUsers, [{ dryRun: true }])
    expect([code, lines.at(0)?.split(/ +/)]).toEqual([0, ['ITEM', 'USER', 'EMAIL', 'CREATED']])
    expect(lines.slice(1, 4).toSorted()).toEqual([
      expect.stringMatching(`^pointer {2}${idOf('g')} {2}free@example\\.com`),
      expect.stringMatching(`^user {5}${loser.id} {2}loser@example\\.com +\\d{4}-`),
      expect.stringMatching(`^user {5}${stray.id} {2}stray@example\\.com +\\d{4}-`),
    ])
    expect(lines.slice(4)).toEqual([
      'Found 2 users without a pointer and 1 pointer without a user. Deleted 0 items.',
      '1 user without a pointer, younger than 15 minutes, may still be in registration: run this again later.',
    ])
    expect(byKey(await stack.tables.scan(stack.tables.users))).toEqual(byKey(before))
  })

  test('asks, deletes every stray item, and nothing else', async () => {
    const { stack, before } = await stackWithStrays()
    const unasked = await stack.invoke(pruneUsers, [{}])
    expect([unasked.code, unasked.complaints]).toEqual([2, [expect.stringMatching(/add --yes to continue\.$/)]])
    const declined = await stack.invoke(pruneUsers, [{}], { answer: 'n' })
    expect([declined.code, declined.questions]).toEqual([
      1,
      ['Delete 2 users without a pointer and 1 pointer without a user? [y/N] '],
    ])
    const { code, lines } = await stack.invoke(pruneUsers, [{ json: true, yes: true }])
    const documents = lines.map((line) => JSON.parse(line))
    expect(documents.slice(0, -1).toSorted((a, b) => a.email.localeCompare(b.email))).toEqual([
      { item: 'pointer', userId: idOf('g'), email: 'free@example.com', outcome: 'deleted' },
      {
        item: 'user',
        userId: idOf('l'),
        email: 'loser@example.com',
        createdAt: expect.any(String),
        outcome: 'deleted',
      },
      {
        item: 'user',
        userId: idOf('s'),
        email: 'stray@example.com',
        createdAt: expect.any(String),
        outcome: 'deleted',
      },
    ])
    expect([code, documents.at(-1)]).toEqual([
      0,
      { summary: { users: 2, pointers: 1, deleted: 3, kept: 0, young: 1, dryRun: false } },
    ])
    expect(byKey(await stack.tables.scan(stack.tables.users))).toEqual(byKey(before))
  })

  test('deletes the sessions of a user without a pointer', async () => {
    const stack = await stackOfTest()
    const stray = await addStrayUser(stack, 'stray')
    const { session } = await stack.signIn(stray)
    expect((await stack.invoke(pruneUsers, [{ yes: true }])).code).toBe(0)
    expect(await stack.sessions.find(stray.id, session.id)).toBeUndefined()
    expect(await stack.tables.scan(stack.tables.users)).toEqual([])
  })

  test('has nothing to do in a complete table', async () => {
    const stack = await stackOfTest()
    await stack.register('ann@example.com')
    expect(await stack.invoke(pruneUsers, [{}])).toMatchObject({
      code: 0,
      lines: ['Found 0 users without a pointer and 0 pointers without a user. Deleted 0 items.'],
      complaints: [],
    })
  })

  test('deletes nothing more after an interruption', async () => {
    const { stack } = await stackWithStrays()
    const controller = new AbortController()
    controller.abort()
    const { lines } = await stack.invoke(pruneUsers, [{ yes: true }], { signal: controller.signal })
    expect(lines.at(-2)).toMatch(/Deleted 0 items\.$/)
  })

  test('finds what a killed import has left', async () => {
    const stack = await stackOfTest()
    const input = Array.from({ length: 500 }, (_, index) => `{"email":"user-${index}@example.com"}\n`).join('')
    await coatcheck(['users', 'import', '-', '--json'], stack.environment, [], {
      input,
      watch: (child) => child.stdout?.once('data', () => child.kill('SIGKILL')),
    })
    await addStrayUser(stack, 'stray') // the import may have left none
    // As if an hour had passed.
    for (const item of await stack.tables.scan(stack.tables.users)) {
      const user = fromUserItem(item)
      if (user) await stack.tables.put(stack.tables.users, toUserItem({ ...user, createdAt: user.createdAt - 3600 }))
    }
    const { code } = await coatcheck(['users', 'prune', '--yes'], stack.environment)
    const items = await stack.tables.scan(stack.tables.users)
    const pointers = items.filter(({ pk }) => pk?.S?.startsWith('email#'))
    expect([code, items.length]).toEqual([0, 2 * pointers.length])
    expect((await coatcheck(['doctor'], stack.environment)).code).toBe(0)
  })
})

describe('the removal of a user without a pointer', () => {
  async function opened(change: (stack: TestStack, stray: User) => Promise<unknown>) {
    const stack = await stackOfTest()
    const stray = await addStrayUser(stack, 'stray')
    let looks = 0
    const store: TestStack['store'] = {
      ...stack.store,
      async getPointer(email, deadline) {
        if (++looks === 2) await change(stack, stray)
        return stack.store.getPointer(email, deadline)
      },
    }
    const accounts = createAccounts({ store, sessions: stack.sessions })
    const parts = { ...accounts, store, sessions: stack.sessions } as Parameters<typeof removeUser>[1]
    return { stack, stray, remove: () => removeUser(stray, parts) }
  }

  test('keeps the user of a registration that ends at the same moment', async () => {
    const { stack, stray, remove } = await opened((stack, { email, id }) =>
      stack.store.claimEmail(email, { userId: id }, undefined, deadline()),
    )
    expect(await remove()).toBe('kept')
    expect(await stack.find(stray.email)).toMatchObject({ id: stray.id, status: 'active' })
  })

  test('keeps a user whom another change has reached', async () => {
    const { stack, stray, remove } = await opened(async (stack, { id }) => {
      const current = await stack.store.get(id, deadline())
      await stack.store.update(id, current?.changeId ?? '', idOf('d'), { status: 'active' }, deadline())
    })
    expect(await remove()).toBe('kept')
    expect(await stack.store.get(stray.id, deadline())).toMatchObject({ status: 'active' })
  })

  test('keeps a user who was changed since the scan', async () => {
    const { stack, stray, remove } = await opened(async () => {})
    await stack.store.update(stray.id, stray.changeId, idOf('d'), { name: 'New' }, deadline())
    expect(await remove()).toBe('kept')
    expect(await stack.store.get(stray.id, deadline())).toMatchObject({ name: 'New', status: 'active', epoch: 0 })
  })
})
