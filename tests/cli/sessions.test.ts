import { describe, expect, test } from 'vitest'
import { listSessions } from '../../cli/sessions/list.ts'
import { revokeSessions } from '../../cli/sessions/revoke.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { stackOfTest } from './stack.ts'

describe('sessions list', () => {
  test('prints a table, or one JSON document for each session, without credentials', async () => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    const { session, token } = await stack.signIn(ann, 'phone\u001b[2J')
    const { code, lines } = await stack.invoke(listSessions, ['ann@example.com', {}])
    expect(lines[0]).toMatch(/^ID {21}LABEL +IP +CREATED +LAST SEEN +EXPIRES +SCOPES +USER AGENT$/)
    expect([code, lines.length, lines[1]]).toEqual([0, 2, expect.stringContaining(`${session.id}  phone\ufffd[2J`)])
    const forMachines = await stack.invoke(listSessions, [ann.id, { json: true }])
    expect(forMachines.lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ id: session.id, userId: ann.id, ip: '192.0.2.7', userAgent: 'curl/8' }),
    ])
    const secret = token.reveal().slice(-20)
    expect([...lines, ...forMachines.lines].join()).not.toContain(secret)
  })

  test('completes an interrupted revocation of all sessions', async () => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    const { session } = await stack.signIn(ann)
    await stack.store.advanceEpoch(ann, 'c'.repeat(21), {}, startDeadline(10))
    expect((await stack.invoke(listSessions, ['ann@example.com', { json: true }])).lines).toEqual([])
    expect(await stack.sessions.find(ann.id, session.id)).toBeUndefined()
  })
})

describe('sessions revoke', () => {
  test('revokes one session and no other', async () => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    const [{ session: one }, { session: other }] = [await stack.signIn(ann), await stack.signIn(ann)]
    const { code, lines } = await stack.invoke(revokeSessions, ['ann@example.com', one.id, {}])
    expect([code, lines]).toEqual([0, [`Revoked session ${one.id} of ann@example.com (${ann.id}).`]])
    expect(await stack.sessions.find(ann.id, one.id)).toBeUndefined()
    expect(await stack.sessions.find(ann.id, other.id)).toBeDefined()
    const again = await stack.invoke(revokeSessions, [ann.id, one.id, { json: true }])
    expect([again.code, again.complaints]).toEqual([
      1,
      ['There is no such session: it may have expired or been revoked already.'],
    ])
  })

  test.each([
    [undefined, { yes: true }],
    [undefined, { all: true, yes: true }],
  ])('revokes all sessions and shows progress (%s, %j)', async (session, options) => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    for (let count = 0; count < 60; count++) await stack.signIn(ann)
    const { code, lines, shown } = await stack.invoke(revokeSessions, ['ann@example.com', session, options])
    expect([code, lines]).toEqual([0, [`Revoked 60 sessions of ann@example.com (${ann.id}).`]])
    expect(shown.filter((text) => !/^\d+ sessions revoked$/.test(text))).toEqual([])
    expect(await stack.sessions.list(ann)).toEqual([])
  })

  test('asks before it revokes all sessions, and exits with 2 without a terminal', async () => {
    const stack = await stackOfTest()
    const ann = await stack.register('ann@example.com')
    const { session } = await stack.signIn(ann)
    const declined = await stack.invoke(revokeSessions, ['ann@example.com', undefined, {}], { answer: 'no' })
    expect([declined.code, declined.questions]).toEqual([
      1,
      [`Revoke all sessions of ann@example.com (${ann.id})? [y/N] `],
    ])
    expect((await stack.invoke(revokeSessions, ['ann@example.com', undefined, { all: true }])).code).toBe(2)
    expect(await stack.sessions.find(ann.id, session.id)).toBeDefined()
  })

  test.each([
    ['an invalid session id', 'sess', {}],
    ['a session id and --all', 's'.repeat(21), { all: true }],
  ])('exits with 2 for %s', async (_, session, options) => {
    const stack = await stackOfTest()
    expect((await stack.invoke(revokeSessions, ['ann@example.com', session, options])).code).toBe(2)
  })
})
