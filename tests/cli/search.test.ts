import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { foldCase } from '../../cli/search-users.ts'
import { listUsers } from '../../cli/users/list.ts'
import { pruneUsers } from '../../cli/users/prune.ts'
import { startDeadline } from '../../lib/deadline.ts'
import type { User } from '../../lib/user.ts'
import { openTestStack, type TestStack } from './stack.ts'

// cspell:ignore Straße strasse İstanbul stanbul ngstro José JOSÉ

const MANY = 520 // with their pointers more items than one call reads
let stack: TestStack
beforeAll(async () => {
  stack = await openTestStack()
  const people = [
    ['ada.lovelace@example.com', 'Ada King'],
    ['grace@xn--mnchen-3ya.example', 'Grace Hopper'],
    ['jose@example.com', 'José Straße'.normalize('NFC')],
    ['odysseus@example.com', 'ΟΔΥΣΣΕΥΣ'],
    ['nameless@example.org', undefined],
  ] as const
  for (const [email, name] of people) await stack.register(email, name === undefined ? {} : { name })
  const stray = await stack.register('stray@example.com')
  await stack.store.create({ ...stray, id: 'i'.repeat(21) as User['id'], name: 'Ada Stray' }, startDeadline(10))
  for (let start = 0; start < MANY; start += 40)
    await Promise.all(Array.from({ length: 40 }, (_, index) => stack.register(`many-${start + index}@example.net`)))
})
afterAll(() => stack.close())

async function search(text: string, options: { limit?: string; all?: boolean } = {}) {
  const ended = await stack.invoke(listUsers, [{ search: text, json: true, ...options }])
  return { ...ended, emails: ended.lines.map((line) => JSON.parse(line).email).toSorted() }
}

describe('users list --search', () => {
  test.each([
    ['LOVE', ['ada.lovelace@example.com']],
    ['ada k', ['ada.lovelace@example.com']],
    ['@example.org', ['nameless@example.org']],
    ['MÜNCHEN', ['grace@xn--mnchen-3ya.example']],
    ['xn--', ['grace@xn--mnchen-3ya.example']],
    ['jose\u0301', ['jose@example.com']], // not composed
    ['JOSÉ', ['jose@example.com']],
    ['strasse', ['jose@example.com']],
    ['οδυσσεύς'.replace('ύ', 'υ'), ['odysseus@example.com']],
    ['stray', ['stray@example.com']], // not the user without a pointer
    ['%', []],
    ['nobody', []],
  ])('finds %j', async (text, expected) => {
    const { code, emails, complaints } = await search(text)
    expect([code, emails]).toEqual([0, expected])
    expect(complaints).toEqual([expect.stringMatching(/^Searched 527 users with \d+ read units\.$/)])
  })

  test('prints the same table as users list, and what the search has cost', async () => {
    const { code, lines, complaints } = await stack.invoke(listUsers, [{ search: 'lovelace' }])
    expect([code, lines.length]).toEqual([0, 2])
    expect(lines[0]).toMatch(/^ID {21}EMAIL +NAME +STATUS +CREATED +SCOPES$/)
    expect(lines[1]).toMatch(/ {2}ada\.lovelace@example\.com {2}Ada King {2}active /)
    expect(complaints).toEqual([expect.stringMatching(/ read units\.$/)])
  })

  test('aligns the titles with the first user found, on whichever page', async () => {
    const items = await stack.tables.scan(stack.tables.users)
    const email = items.findLast(({ pk }) => pk?.S?.startsWith('user#'))?.email?.S ?? ''
    const { lines } = await stack.invoke(listUsers, [{ search: email, limit: '1' }])
    expect([lines.length, lines[1]?.indexOf(email)]).toEqual([2, lines[0]?.indexOf('EMAIL')])
    const none = await stack.invoke(listUsers, [{ search: 'nobody' }])
    expect(none.lines).toEqual(['ID  EMAIL  NAME  STATUS  CREATED  SCOPES'])
  })

  test('finds as many users as --limit says, or --all', async () => {
    const few = await search('many-', { limit: '3' })
    expect([few.emails.length, few.complaints.length]).toEqual([3, 2])
    expect(few.complaints.at(-1)).toMatch(/^Only the first 3 users are listed: /)
    expect((await search('many-')).emails).toHaveLength(100)
    const all = await search('many-', { all: true })
    expect([new Set(all.emails).size, all.complaints.length]).toEqual([MANY, 1])
    // Exactly as many as there are.
    expect((await search('love', { limit: '1' })).emails).toEqual(['ada.lovelace@example.com'])
  })

  test('ends after an interruption', async () => {
    const controller = new AbortController()
    controller.abort()
    const { complaints } = await stack.invoke(listUsers, [{ search: 'many-', all: true }], {
      signal: controller.signal,
    })
    expect(complaints).toEqual([
      expect.stringMatching(/^Searched \d+ users/),
      expect.stringMatching(/^The list ended after \d+ users\.$/),
    ])
  })

  test.each(['', '  '])('exits with 2 for %j', async (text) => {
    expect((await search(text)).code).toBe(2)
  })

  test.each([
    ['users list --search', listUsers, { search: 'x' }],
    ['users prune', pruneUsers, {}],
  ])('%s reports a missing table in one sentence', async (_, command, options) => {
    const { code, complaints } = await stack.invoke(command, [options], { environment: { USERS_TABLE: 'nowhere' } })
    expect([code, complaints.at(-1)]).toEqual([1, expect.stringMatching(/^A table of this stage does not exist: /)])
  })

  test('compares texts in any case and composition', () => {
    for (const [one, other] of [
      ['Straße', 'STRASSE'],
      ['İstanbul', 'i\u0307stanbul'],
      ['ﬁx', 'FIX'],
      ['Ångström', 'a\u030angstro\u0308m'],
    ] as const)
      expect(foldCase(one)).toBe(foldCase(other))
  })
})
