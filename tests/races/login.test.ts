import { describe, expect, test } from 'vitest'
import type { SessionRow } from '../../lib/session.ts'
import { type Outcome, race } from '../support/race.ts'
import { PLACES, type Scene, soon } from '../support/scene.ts'
import {
  change,
  changePassword,
  deleteUser,
  inTurn,
  login,
  register,
  revokeAllSessions,
  revokeOtherSessions,
  revokeOwnSessions,
} from './actors.ts'

// A login beside whatever ends sessions (I1 to I4), in every order of their datastore calls: in memory all orders or
// thousands of them, on the engine of the run some. What holds after every one of them: `Scene.judge`.

/** What became of the login: refused, answered with a session that has ended since, or one that lives. */
async function fate(scene: Scene, { value, error }: Outcome): Promise<string> {
  if (error !== 'none') return 'refused'
  const { id } = (value as { session: SessionRow }).session
  return (await scene.living()).some((session) => session.id === id) ? 'lives' : 'ended'
}

describe.each(PLACES)('beside a login, %s', (_, place) => {
  const most = place.isEngine ? place.share(40) : 400

  test('a change of password leaves no session of the old one [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), changePassword('old', 'new')],
      onEngine: 45,
      after: async (scene, [login, changed], count) => {
        scene.violate(changed?.error !== 'none' && 'a login kept the password from being changed')
        scene.violate((await scene.living()).length !== 1 && 'more lives than the session of the change')
        count(await fate(scene, login as Outcome))
      },
    })
    expect(orders).toBeGreaterThan(most)
    expect([times('refused') > 0, times('ended') > 0, times('lives')]).toEqual([true, true, 0])
  })

  test('a login with the new password lives, one with the old does not, whenever they come [LC-16]', async () => {
    const { times } = await race(place, {
      actors: [login('old'), changePassword('old', 'new'), login('new')],
      drawn: 3000,
      onEngine: 45,
      after: async (scene, [old, , recent], count) => {
        count(`old ${await fate(scene, old as Outcome)}`)
        count(`new ${await fate(scene, recent as Outcome)}`)
      },
    })
    expect([times('new lives') > 0, times('new refused') > 0]).toEqual([true, true])
    expect([times('old ended') > 0, times('old lives'), times('new ended')]).toEqual([true, 0, 0])
  })

  test('disabling the user leaves no session [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), change({ status: 'disabled' })],
      onEngine: 45,
      after: async (scene, [login, disabled], count) => {
        scene.violate(disabled?.error !== 'none' && 'a login kept the user from being disabled')
        count(await fate(scene, login as Outcome))
      },
    })
    expect(orders).toBeGreaterThan(most)
    expect([times('refused') > 0, times('ended') > 0, times('lives')]).toEqual([true, true, 0])
  })

  test('a user disabled and enabled again has no session of a login from before [LC-16]', async () => {
    const { times } = await race(place, {
      actors: [login('old'), inTurn(change({ status: 'disabled' }), change({ status: 'active' }))],
      ...(place.isEngine ? {} : { drawn: 2000 }),
      after: async (scene, [login], count) => count(await fate(scene, login as Outcome)),
    })
    expect([times('refused') > 0, times('ended') > 0, times('lives') > 0]).toEqual([true, true, true])
  })

  test('deleting the user leaves no session and no half of a user [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), deleteUser()],
      onEngine: 45,
      after: async (scene, [login, deleted], count) => {
        scene.violate(deleted?.error !== 'none' && 'a login kept the user from being deleted')
        scene.violate((await scene.current()) && 'the user is there')
        count(await fate(scene, login as Outcome))
      },
    })
    expect(orders).toBeGreaterThan(most)
    expect([times('refused') > 0, times('ended') > 0, times('lives')]).toEqual([true, true, 0])
  })

  test.each([
    ['without a label', undefined],
    ['with a label', 'laptop'],
  ])('revoking all sessions revokes an earlier login %s and spares a later one [LC-16]', async (_, label) => {
    const { orders, times } = await race(place, {
      actors: [login('old', label ? { label } : {}), revokeAllSessions()],
      onEngine: 45,
      after: async (scene, [login, ended], count) => {
        scene.violate(ended?.error !== 'none' && 'a login kept an end-all from its end')
        count(await fate(scene, login as Outcome))
      },
    })
    expect(orders).toBeGreaterThan(most)
    expect([times('refused') > 0, times('ended') > 0, times('lives') > 0]).toEqual([true, true, true])
  })

  test('the same of signing out everywhere [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), revokeOwnSessions()],
      after: async (scene, [login], count) => count(await fate(scene, login as Outcome)),
    })
    expect(orders).toBeGreaterThan(place.isEngine ? place.share(25) : 1000)
    expect([times('ended') > 0, times('lives') > 0]).toEqual([true, true])
  })

  test('the same of signing out the others [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), revokeOtherSessions()],
      after: async (scene, [login, others], count) => {
        count(await fate(scene, login as Outcome))
        count(`others: ${others?.error}`)
      },
    })
    expect(orders).toBeGreaterThan(place.isEngine ? place.share(25) : 1000)
    expect([times('ended') > 0, times('lives') > 0, times('others: none') > 0]).toEqual([true, true, true])
  })

  test('two of them at once count as two [LC-16]', async () => {
    const { times } = await race(place, {
      actors: [login('old'), revokeAllSessions(), revokeAllSessions()],
      drawn: 2000,
      after: async (scene, [login, ...endings], count) => {
        const answered = endings.filter(({ error }) => error === 'none')
        scene.violate((await scene.current())?.epoch !== answered.length && 'an epoch is lost')
        count(await fate(scene, login as Outcome))
        count(`answered: ${answered.length}`)
      },
    })
    expect([times('ended') > 0, times('lives') > 0, times('answered: 2') > 0]).toEqual([true, true, true])
  })

  test('taking a scope away leaves no session that holds it [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), change({ scopes: ['a'] })],
      onEngine: 60,
      after: async (scene, [login, taken], count) => {
        scene.violate(taken?.error !== 'none' && 'a login kept the scope')
        count(await fate(scene, login as Outcome))
      },
    })
    expect(orders).toBeGreaterThan(most)
    expect([times('refused') > 0, times('ended') > 0, times('lives') > 0]).toEqual([true, true, true])
  })

  test('a login that asks for a scope that is taken away gets it not, or not for long', async () => {
    const { times } = await race(place, {
      actors: [login('old', { scopes: ['b'] }), change({ scopes: ['a'] })],
      after: async (scene, [login], count) => {
        count(login?.error ?? '')
        scene.violate((await scene.living()).length > 0 && 'it lives')
      },
    })
    expect([times('none') > 0, times('InvalidScopeError') > 0]).toEqual([true, true])
  })

  test('of two administrators one grants and one takes: no session keeps what is not held in the end', async () => {
    const { times } = await race(place, {
      actors: [login('old'), change({ scopes: ['a', 'b', 'c'] }), change({ scopes: ['a'] })],
      drawn: 3000,
      after: async (scene, [login], count) => {
        const user = await scene.current()
        count(`in the end: ${user?.scopes}`)
        count(await fate(scene, login as Outcome))
      },
    })
    expect([times('in the end: a') > 0, times('in the end: a,b,c') > 0]).toEqual([true, true])
    expect([times('ended') > 0, times('lives') > 0]).toEqual([true, true])
  })

  test('what only seemed to give nothing new takes away what was granted meanwhile, sessions and all', async () => {
    const { times } = await race(place, {
      setting: { scopes: ['a'] },
      actors: [inTurn(change({ scopes: ['a', 'b'] }), login('old')), change({ scopes: ['a'] })],
      onEngine: 45,
      after: async (scene, [login], count) => {
        count(`in the end: ${(await scene.current())?.scopes}`)
        count(await fate(scene, login as Outcome))
      },
    })
    expect([times('in the end: a') > 0, times('in the end: a,b') > 0]).toEqual([true, true])
    expect([times('refused') > 0, times('ended') > 0, times('lives') > 0]).toEqual([true, true, true])
  })

  test('nor does who is disabled once more, while somebody enables them, keep a session', async () => {
    const { times } = await race(place, {
      setting: { status: 'disabled', sessions: 0 },
      actors: [inTurn(change({ status: 'active' }), login('old')), change({ status: 'disabled' })],
      onEngine: 45,
      after: async (scene, [login], count) => {
        count((await scene.current())?.status ?? 'gone')
        count(await fate(scene, login as Outcome))
      },
    })
    expect([times('active') > 0, times('disabled') > 0]).toEqual([true, true])
    expect([times('ended') > 0, times('lives') > 0]).toEqual([true, true])
  })
})

describe.each(PLACES)('beside a deletion, %s', (_, place) => {
  test('a user who is enabled again and signs in has no session once they are gone', async () => {
    await race(place, {
      actors: [deleteUser(), inTurn(change({ status: 'active' }), login('old'))],
      drawn: 3000,
      onEngine: 45,
    })
  })
})

describe.each(PLACES)('an email that is free again, %s', (_, place) => {
  test('leads to one user at most, and to no session of the one before', async () => {
    const { times } = await race(place, {
      actors: [deleteUser(), register('other')],
      after: async (scene, [, registered], count) => {
        const pointer = await scene.stores.users.getPointer(scene.user.email, soon())
        const { id } = (registered?.value ?? {}) as { id?: string }
        scene.violate(pointer !== id && 'the answer to the registration is not true')
        count(registered?.error ?? '')
      },
    })
    expect([times('none') > 0, times('EmailTakenError') > 0]).toEqual([true, true])
  })

  test('has one new user, however many register', async () => {
    const { times } = await race(place, {
      actors: [deleteUser(), register('one'), register('other')],
      drawn: 3000,
      after: (scene, [, ...registered], count) => {
        const owners = registered.filter(({ error }) => error === 'none').length
        scene.violate(owners > 1 && 'two have been told that it is theirs')
        count(`owners: ${owners}`)
      },
    })
    expect([times('owners: 0') > 0, times('owners: 1') > 0]).toEqual([true, true])
  })

  test('lets nobody in with the old password, and its new user with the new', async () => {
    const { times } = await race(place, {
      actors: [login('old'), deleteUser(), inTurn(register('other'), login('other'))],
      drawn: 3000,
      after: async (scene, [login, , recent], count) => {
        count(`old ${await fate(scene, login as Outcome)}`)
        count(`new ${await fate(scene, recent as Outcome)}`)
      },
    })
    expect([times('old ended') > 0, times('old lives')]).toEqual([true, 0])
    expect([times('new lives') > 0, times('new ended')]).toEqual([true, 0])
  })
})
