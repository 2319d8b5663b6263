import { expect, test } from 'vitest'
import { listActivity } from '../../cli/activity/list.ts'
import type { ActivityEntry } from '../../lib/activity/activity-store.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbActivityStore } from '../../lib/dynamodb/activity-store.ts'
import { Secret } from '../../lib/secret.ts'
import type { SessionId } from '../../lib/session.ts'
import { createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import { PEPPER, stackOfTest, type TestStack } from './stack.ts'

const SESSION = 's'.repeat(21) as SessionId

/** Activity of a user, the failed sign-in to their account, and activity of another user, all a minute apart. */
async function record(stack: TestStack) {
  const [ann, bob] = [await stack.register('ann@example.com'), await stack.register('bob@example.com')]
  const { client, activity } = stack.tables
  const store = dynamodbActivityStore({ client, tableName: activity, days: 90 })
  const entry = (subject: ActivityEntry['subject'], minutesAgo: number, ...facts: ActivityEntry['facts']) => {
    const at = Date.now() - minutesAgo * 60_000
    return { subject, id: `${new Date(at).toISOString()}#abcdefgh`, at, ip: '192.0.2.7', userAgent: 'curl/8', facts }
  }
  const tag = createAttemptKeys(new Secret(PEPPER)).accountTag(ann.email)
  await store.record(
    [
      entry(`user#${ann.id}`, 1, { event: 'session_expired', reason: 'logout', sessionIds: [SESSION] }),
      entry(`account#${tag}`, 2, { event: 'authn_login_fail', reason: 'wrong_password' }),
      { ...entry(`user#${bob.id}`, 3, { event: 'authz_change', from: '', to: 'notes:read' }), by: ann.id },
      entry(`user#${ann.id}`, 60 * 48, { event: 'user_created' }),
    ],
    startDeadline(10),
  )
  return { ann, bob, tag }
}

test('activity list prints a table, or one JSON document for each event, of a day unless --since says more', async () => {
  const stack = await stackOfTest()
  const { ann, bob, tag } = await record(stack)
  const { code, lines, complaints } = await stack.invoke(listActivity, [{}])
  expect([code, complaints]).toEqual([0, []])
  expect(lines).toEqual([
    expect.stringMatching(/^TIME +EVENT +USER +BY +WHAT +IP +USER AGENT$/),
    expect.stringMatching(`session_expired +${ann.id} +Signed out, ${SESSION} +192.0.2.7 +curl/8$`),
    expect.stringMatching(`authn_login_fail +account ${tag} +wrong_password +192.0.2.7 +curl/8$`),
    expect.stringMatching(`authz_change +${bob.id} +${ann.id} +none → notes:read +192.0.2.7 +curl/8$`),
  ])
  const since = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)
  const ofAnn = await stack.invoke(listActivity, [{ user: 'ann@example.com', since, json: true }])
  expect(ofAnn.lines.map((line) => JSON.parse(line).event)).toEqual([
    'session_expired',
    'authn_login_fail',
    'user_created',
  ])
})

test('activity list filters by event, stops at --limit, and says what it cannot find without the pepper', async () => {
  const stack = await stackOfTest()
  const { ann } = await record(stack)
  const failed = await stack.invoke(listActivity, [{ event: 'authn_login_fail', json: true }])
  expect(failed.lines.map((line) => JSON.parse(line).event)).toEqual(['authn_login_fail'])
  const limited = await stack.invoke(listActivity, [{ limit: '1', json: true }])
  expect([limited.lines.length, limited.complaints]).toEqual([
    1,
    ['Only the first 1 lines are listed: --limit <number> lists more.'],
  ])
  const environment = { PASSWORD_PEPPER: '' }
  const without = await stack.invoke(listActivity, [{ user: ann.id, json: true }], { environment })
  expect(without.lines.map((line) => JSON.parse(line).event)).toEqual(['session_expired'])
  expect(without.complaints).toEqual([expect.stringContaining('Without PASSWORD_PEPPER')])
})

test.each([
  [{ event: 'unavailable' }, '"unavailable" is no event.'],
  [{ since: 'yesterday' }, 'Invalid --since "yesterday".'],
  [{ limit: 'all' }, '--limit'],
])('activity list refuses %j', async (options, complaint) => {
  const stack = await stackOfTest()
  const { code, complaints } = await stack.invoke(listActivity, [options])
  expect([code, complaints]).toEqual([2, [expect.stringContaining(complaint)]])
})
