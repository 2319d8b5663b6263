import { describe, expect, test } from 'vitest'
import type { SessionRow } from '../../lib/session.ts'
import { abandoned, outcomeOf, race } from '../support/race.ts'
import { PLACES, Scene } from '../support/scene.ts'
import { changePassword, login, logout, reauthenticate, revokeOtherSessions } from './actors.ts'

// Parallel logins under a session cap, in every order of their datastore calls. Every order leaves a session: the newest
// row is among the newest rows that each login sees.

describe.each(PLACES)('the session cap, %s [LC-17]', (_, place) => {
  /** The oldest first: the cap revokes from the front. */
  const byAge = (a: SessionRow, b: SessionRow) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)

  test.each([
    [1, 2, 1],
    [1, 3, 1],
    [2, 3, 1],
    [3, 3, 3],
  ])('of %i keeps exactly the newest sessions of %i logins and %i earlier sessions', async (cap, logins, sessions) => {
    const { orders, times } = await race(place, {
      setting: { cap, sessions },
      actors: Array.from({ length: logins }, () => login('old')),
      drawn: 2000,
      onEngine: logins === 2 ? 75 : 30, // of two logins few orders have one fall out at once
      after: async (scene, outcomes, count) => {
        const newest = scene.put.toSorted(byAge).slice(-cap)
        const living = (await scene.living()).map(({ id }) => id).sort()
        const expected = newest.map(({ id }) => id).sort()
        scene.violate(`${living}` !== `${expected}` && `${living} live, and not ${expected}`)
        for (const { error } of outcomes) {
          scene.violate(!['none', 'unavailable'].includes(error) && error)
          count(error)
        }
      },
    })
    expect(orders).toBeGreaterThan(place.isEngine ? place.share(25) : 1000)
    expect(times('none')).toBeGreaterThan(0)
    // A login whose own session falls to the cap tries once more, a second later, and may fail again.
    if (cap === 1) expect(times('unavailable')).toBeGreaterThan(0)
    if (cap >= logins) expect(times('unavailable')).toBe(0)
  })

  test('holds between functions whose clocks differ', async () => {
    const { times } = await race(place, {
      setting: { cap: 2, sessions: 2, skew: [5, -5, 0] },
      actors: [login('old'), login('old'), login('old')],
      drawn: 2000,
      after: async (scene, outcomes, count) => {
        const newest = scene.put.toSorted(byAge).slice(-2)
        const living = (await scene.living()).map(({ id }) => id).sort()
        scene.violate(`${living}` !== `${newest.map(({ id }) => id).sort()}` && `${living} live`)
        for (const { error } of outcomes) count(error)
      },
    })
    expect([times('none') > 0, times('unavailable') > 0]).toEqual([true, true])
  })

  test.each([
    ['a change of password', login('new'), changePassword('old', 'new')],
    ['signing out the others', login('old'), revokeOtherSessions()],
  ])('is exceeded by at most one session beside %s, until the next login', async (_, next, other) => {
    await race(place, {
      setting: { cap: 1 },
      actors: [next, other],
      drawn: 3000,
      after: async (scene, outcomes) => {
        scene.violate((await scene.living()).length > 2 && 'more than one more')
        if (outcomes.some(({ error }) => error !== 'none')) return
        await outcomeOf(scene, next, 2)
        scene.violate((await scene.living()).length > 1 && 'more than the cap')
      },
    })
  })

  test('holds beside a logout and a reauthentication', async () => {
    const { times } = await race(place, {
      setting: { cap: 2, sessions: 2 },
      actors: [login('old'), reauthenticate('old'), logout({ of: 1 })],
      drawn: 3000,
      after: async (scene, [, reauthenticated], count) => {
        scene.violate((await scene.living()).length > 2 && 'more than the cap')
        scene.violate((await scene.living()).length === 0 && 'no session is left')
        count(`reauthenticated: ${reauthenticated?.error}`)
      },
    })
    expect([times('reauthenticated: none') > 0, times('reauthenticated: unauthenticated') > 0]).toEqual([true, true])
  })

  test('holds again after the next login when a login stopped half-way', async () => {
    for (let calls = 0; calls <= 8; calls++) {
      const scene = await Scene.open(place, { cap: 2, sessions: 2 })
      const { died } = await abandoned(scene, login('old'), calls, 1)
      const next = await outcomeOf(scene, login('old'), 2)
      await scene.judge({ rows: true })
      expect([died, next.error], `${calls}`).toEqual([calls < 6, 'none'])
      expect(await scene.rows(), `${calls}`).toHaveLength(2)
      expect(scene.violations, `${calls}`).toEqual([])
    }
  })
})
