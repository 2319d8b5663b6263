import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { eraseUserData } from '../../cli/users/erase.ts'
import { exportUserData } from '../../cli/users/export.ts'
import type { ActivityEntry } from '../../lib/activity/activity-store.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbActivityStore } from '../../lib/dynamodb/activity-store.ts'
import { Secret } from '../../lib/secret.ts'
import { createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import { PEPPER, stackOfTest, type TestStack } from './stack.ts'

/** A user with a session, 150 entries of activity and a failed sign-in. */
async function livedIn(stack: TestStack) {
  const user = await stack.register('ann@example.com', { passwordHash: 'never shown' })
  await stack.signIn(user)
  const { client, activity } = stack.tables
  const store = dynamodbActivityStore({ client, tableName: activity, days: 90 })
  const entry = (subject: ActivityEntry['subject'], minutesAgo: number): ActivityEntry => {
    const at = Date.now() - minutesAgo * 60_000
    return { subject, id: `${new Date(at).toISOString()}#abcdefgh`, at, facts: [{ event: 'authn_login_fail' }] }
  }
  const own = Array.from({ length: 150 }, (_, index) => entry(`user#${user.id}`, index))
  const tag = createAttemptKeys(new Secret(PEPPER)).accountTag(user.email)
  await store.record([...own, entry(`account#${tag}`, 1)], startDeadline(30))
  return user
}

async function leftOf(stack: TestStack, text: string): Promise<boolean> {
  const { sessions, users, attempts, activity, scan } = stack.tables
  return JSON.stringify(await Promise.all([sessions, users, attempts, activity].map(scan))).includes(text)
}

test('users export writes one document of all pages to a file for its owner alone, or prints it', async () => {
  const stack = await stackOfTest()
  const user = await livedIn(stack)
  const folder = await mkdtemp(join(tmpdir(), 'coatcheck-export-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const out = join(folder, 'ann.json')
  const { code, lines } = await stack.invoke(exportUserData, ['ann@example.com', { out }])
  expect([code, lines]).toEqual([0, [`Exported ${user.id} to ${out}.`]])
  expect((await stat(out)).mode & 0o777).toBe(0o600)
  const text = await readFile(out, 'utf8')
  const document = JSON.parse(text)
  expect(document).toMatchObject({ user: { email: 'ann@example.com', lastChanges: [] }, rateLimits: [] })
  expect([document.sessions.length, document.activity.length, document.cursor]).toEqual([1, 151, undefined])
  expect(text).not.toMatch(/never shown|hash|secret/i)

  const environment = { PASSWORD_PEPPER: '' }
  const without = await stack.invoke(exportUserData, [user.id, { json: true }], { environment })
  expect(JSON.parse(without.lines.join('')).activity).toHaveLength(151) // the first export is recorded
  expect(without.complaints).toEqual([expect.stringContaining('Without PASSWORD_PEPPER')])
  const nowhere = await stack.invoke(exportUserData, [user.id, { out: join(folder, 'no/ann.json') }])
  expect([nowhere.code, nowhere.complaints]).toEqual([1, [expect.stringContaining('Give --out another file.')]])
  const unknown = await stack.invoke(exportUserData, ['x'.repeat(21), {}])
  expect([unknown.code, unknown.complaints]).toEqual([1, [expect.stringContaining('Nothing is stored')]])
})

test('users erase asks, then deletes the user, the sessions and the activity, and refuses without the pepper', async () => {
  const stack = await stackOfTest()
  const { id } = await livedIn(stack)
  const environment = { PASSWORD_PEPPER: '' }
  const without = await stack.invoke(eraseUserData, [id, { yes: true }], { environment })
  expect([without.code, without.complaints]).toEqual([2, [expect.stringContaining('PASSWORD_PEPPER')]])
  const declined = await stack.invoke(eraseUserData, [id, {}], { answer: 'n' })
  expect(declined.questions).toEqual([expect.stringContaining(`Erase ${id} and their activity permanently`)])
  expect(await leftOf(stack, id)).toBe(true)
  const { code, lines } = await stack.invoke(eraseUserData, ['ann@example.com', { yes: true }])
  expect([code, lines]).toEqual([
    0,
    [`Erased ann@example.com (${id}). Revoked 1 session, deleted 151 entries of activity.`],
  ])
  expect([await leftOf(stack, id), await leftOf(stack, 'ann@example.com')]).toEqual([false, false])
  const again = await stack.invoke(eraseUserData, [id, { yes: true }])
  expect([again.code, again.complaints]).toEqual([1, [expect.stringContaining('Nothing is stored')]])
})
