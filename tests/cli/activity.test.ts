import { describe, expect, test } from 'vitest'
import { listActivity } from '../../cli/activity/list.ts'
import { revokeSessions } from '../../cli/sessions/revoke.ts'
import { createUser } from '../../cli/users/create.ts'
import { deleteUser } from '../../cli/users/delete.ts'
import { disableUser } from '../../cli/users/disable.ts'
import { enableUser } from '../../cli/users/enable.ts'
import { exportUserData } from '../../cli/users/export.ts'
import { setPassword } from '../../cli/users/set-password.ts'
import { setScopes } from '../../cli/users/set-scopes.ts'
import { unlockUser } from '../../cli/users/unlock.ts'
import type { ActivityEntry } from '../../lib/activity/activity-store.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbActivityStore } from '../../lib/dynamodb/activity-store.ts'
import { Secret } from '../../lib/secret.ts'
import type { SessionId } from '../../lib/session.ts'
import { createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import { createAttempts } from '../../lib/throttling/attempts.ts'
import type { User } from '../../lib/user.ts'
import { LIMITS } from '../support/parts.ts'
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

describe('what commands change', () => {
  const yes = { yes: true }
  const recordedOf = async (stack: TestStack, id: string) => {
    const { lines } = await stack.invoke(listActivity, [{ json: true }])
    const entries = lines.map((line) => JSON.parse(line)).filter(({ userId }) => userId === id)
    expect(new Set(entries.map(({ by, ip }) => [by, ip].join(' ')))).toEqual(new Set(['command_line ']))
    return entries
      .map(({ event, action, reason, status, to }) => [event, action ?? reason ?? status ?? to].join(' ').trim())
      .toReversed()
  }

  test('is recorded as activity of the command line, with the sessions that it ends', async () => {
    const stack = await stackOfTest()
    await stack.invoke(createUser, ['ann@example.com', { generate: true, scopes: 'notes:read' }])
    const ann = (await stack.find('ann@example.com')) as User
    const { session } = await stack.signIn(ann)
    await stack.invoke(revokeSessions, [ann.id, session.id, {}])
    await stack.signIn(ann)
    await stack.invoke(setScopes, [ann.id, [], { none: true, ...yes }])
    await stack.invoke(disableUser, [ann.id, yes])
    await stack.invoke(enableUser, [ann.id, {}])
    await stack.invoke(setPassword, [ann.id, { generate: true, ...yes }])
    await stack.signIn((await stack.find('ann@example.com')) as User)
    await stack.invoke(revokeSessions, [ann.id, undefined, yes])
    await stack.invoke(exportUserData, [ann.id, {}])
    await stack.invoke(deleteUser, [ann.id, yes])
    expect(await recordedOf(stack, ann.id)).toEqual([
      ...['user_created', 'authz_admin create_user'],
      ...['session_expired revoked', 'authz_admin revoke_session'],
      ...['session_expired scope_removed', 'authz_change', 'authz_admin change_user'],
      ...['user_updated disabled', 'authz_admin change_user'],
      ...['user_updated active', 'authz_admin change_user'],
      ...['authn_password_change', 'authz_admin set_password'],
      ...['session_expired revoked_all', 'authz_admin revoke_all_sessions'],
      'authz_admin export_user',
      ...['user_deleted', 'authz_admin delete_user'],
    ])
  })

  test('is recorded for each user whose sessions a selection revokes, and for an unlocked account', async () => {
    const stack = await stackOfTest()
    const [ann, bob] = [await stack.register('ann@example.com'), await stack.register('bob@example.com')]
    for (const user of [ann, ann, bob]) await stack.signIn(user)
    const { complaints } = await stack.invoke(revokeSessions, [undefined, undefined, { all: true, ...yes }])
    expect(complaints).toEqual([])
    const attempts = createAttempts({
      ...{ store: stack.attempts, pepper: new Secret(PEPPER) },
      limits: { ...LIMITS, perAccount: 1 },
    })
    await attempts.reserveLogin(bob.email, '192.0.2.7', startDeadline(10))
    await stack.invoke(unlockUser, [bob.id, {}])
    expect(await recordedOf(stack, ann.id)).toEqual(Array(2).fill('session_expired revoked'))
    expect(await recordedOf(stack, bob.id)).toEqual(['session_expired revoked', 'authz_admin unlock_user'])
  })

  test('is made although it cannot be recorded, with a complaint; nothing is recorded with ACTIVITY_DAYS=0', async () => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    const off = await stack.invoke(disableUser, [ann.id, yes], { environment: { ACTIVITY_DAYS: '0' } })
    expect([off.code, off.complaints]).toEqual([0, []])
    const missing = await stack.invoke(enableUser, [ann.id, {}], { environment: { ACTIVITY_TABLE: 'no-such-table' } })
    expect([missing.code, missing.complaints]).toEqual([
      0,
      [expect.stringContaining('The change is made, but it cannot be recorded in no-such-table')],
    ])
    expect((await stack.find('ann@example.com'))?.status).toBe('active')
    const { lines } = await stack.invoke(listActivity, [{ json: true }])
    expect(lines).toEqual([])
  })
})
