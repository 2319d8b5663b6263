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

// A login beside everything that revokes sessions (I1 to I4): in memory in all orders of their datastore calls, or in
// thousands, and on the engine in some. `Scene.judge` checks the invariants after each order.

/** Whether the login was refused, or whether its session was revoked since or is still accepted. */
async function fate(scene: Scene, { value, error }: Outcome): Promise<string> {
  if (error !== 'none') return 'refused'
  const { id } = (value as { session: SessionRow }).session
  return (await scene.living()).some((session) => session.id === id) ? 'lives' : 'revoked'
}

describe.each(PLACES)('beside a login, %s:', (_, place) => {
  const most = place.isEngine ? place.share(40) : 400

  test('changing the password leaves no session of the old password [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), changePassword('old', 'new')],
      onEngine: 45,
      after: async (scene, [login, changed], count) => {
        scene.violate(changed?.error !== 'none' && 'a login made the password change fail')
        scene.violate((await scene.living()).length !== 1 && 'not exactly the session of the change survives')
        count(await fate(scene, login as Outcome))
      },
    })
    expect(orders).toBeGreaterThan(most)
    expect([times('refused') > 0, times('revoked') > 0, times('lives')]).toEqual([true, true, 0])
  })

  test('changing the password leaves sessions of the new password only [LC-16]', async () => {
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
    expect([times('old revoked') > 0, times('old lives'), times('new revoked')]).toEqual([true, 0, 0])
  })

  test('disabling the user leaves no session [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), change({ status: 'disabled' })],
      onEngine: 45,
      after: async (scene, [login, disabled], count) => {
        scene.violate(disabled?.error !== 'none' && 'a login made the disabling fail')
        count(await fate(scene, login as Outcome))
      },
    })
    expect(orders).toBeGreaterThan(most)
    expect([times('refused') > 0, times('revoked') > 0, times('lives')]).toEqual([true, true, 0])
  })

  test('disabling and enabling the user leaves no session of an earlier login [LC-16]', async () => {
    const { times } = await race(place, {
      actors: [login('old'), inTurn(change({ status: 'disabled' }), change({ status: 'active' }))],
      ...(place.isEngine ? {} : { drawn: 2000 }),
      after: async (scene, [login], count) => count(await fate(scene, login as Outcome)),
    })
    expect([times('refused') > 0, times('revoked') > 0, times('lives') > 0]).toEqual([true, true, true])
  })

  test('deleting the user leaves no session and no user item [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), deleteUser()],
      onEngine: 45,
      after: async (scene, [login, deleted], count) => {
        scene.violate(deleted?.error !== 'none' && 'a login made the deletion fail')
        scene.violate((await scene.current()) && 'the user still exists')
        count(await fate(scene, login as Outcome))
      },
    })
    expect(orders).toBeGreaterThan(most)
    expect([times('refused') > 0, times('revoked') > 0, times('lives')]).toEqual([true, true, 0])
  })

  test.each([
    ['without a label', undefined],
    ['with a label', 'laptop'],
  ])('revoking all sessions revokes an earlier login %s and spares a later one [LC-16]', async (_, label) => {
    const { orders, times } = await race(place, {
      actors: [login('old', label ? { label } : {}), revokeAllSessions()],
      onEngine: 45,
      after: async (scene, [login, revoked], count) => {
        scene.violate(revoked?.error !== 'none' && 'a login made a revoke-all fail')
        count(await fate(scene, login as Outcome))
      },
    })
    expect(orders).toBeGreaterThan(most)
    expect([times('refused') > 0, times('revoked') > 0, times('lives') > 0]).toEqual([true, true, true])
  })

  test('signing out everywhere revokes an earlier login and spares a later one [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), revokeOwnSessions()],
      after: async (scene, [login], count) => count(await fate(scene, login as Outcome)),
    })
    expect(orders).toBeGreaterThan(place.isEngine ? place.share(25) : 1000)
    expect([times('revoked') > 0, times('lives') > 0]).toEqual([true, true])
  })

  test('signing out the other sessions revokes an earlier login and spares a later one [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), revokeOtherSessions()],
      after: async (scene, [login, others], count) => {
        count(await fate(scene, login as Outcome))
        count(`others: ${others?.error}`)
      },
    })
    expect(orders).toBeGreaterThan(place.isEngine ? place.share(25) : 1000)
    expect([times('revoked') > 0, times('lives') > 0, times('others: none') > 0]).toEqual([true, true, true])
  })

  test('revoking all sessions twice advances the epoch twice [LC-16]', async () => {
    const { times } = await race(place, {
      actors: [login('old'), revokeAllSessions(), revokeAllSessions()],
      drawn: 2000,
      after: async (scene, [login, ...revocations], count) => {
        const answered = revocations.filter(({ error }) => error === 'none')
        scene.violate((await scene.current())?.epoch !== answered.length && 'an epoch is lost')
        count(await fate(scene, login as Outcome))
        count(`answered: ${answered.length}`)
      },
    })
    expect([times('revoked') > 0, times('lives') > 0, times('answered: 2') > 0]).toEqual([true, true, true])
  })

  test('removing a scope leaves no session with that scope [LC-16]', async () => {
    const { orders, times } = await race(place, {
      actors: [login('old'), change({ scopes: ['a'] })],
      onEngine: 60,
      after: async (scene, [login, taken], count) => {
        scene.violate(taken?.error !== 'none' && 'a login made the removal of the scope fail')
        count(await fate(scene, login as Outcome))
      },
    })
    expect(orders).toBeGreaterThan(most)
    expect([times('refused') > 0, times('revoked') > 0, times('lives') > 0]).toEqual([true, true, true])
  })

  test('removing a scope rejects or revokes a login that requests it', async () => {
    const { times } = await race(place, {
      actors: [login('old', { scopes: ['b'] }), change({ scopes: ['a'] })],
      after: async (scene, [login], count) => {
        count(login?.error ?? '')
        scene.violate((await scene.living()).length > 0 && 'a session survives')
      },
    })
    expect([times('none') > 0, times('invalid_scope') > 0]).toEqual([true, true])
  })

  test('granting and removing scopes at once leaves no session with a scope the user does not hold', async () => {
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
    expect([times('revoked') > 0, times('lives') > 0]).toEqual([true, true])
  })

  test('setting the scopes of before removes a scope granted meanwhile, with its sessions', async () => {
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
    expect([times('refused') > 0, times('revoked') > 0, times('lives') > 0]).toEqual([true, true, true])
  })

  test('disabling a disabled user who is enabled meanwhile leaves no session if they end up disabled', async () => {
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
    expect([times('revoked') > 0, times('lives') > 0]).toEqual([true, true])
  })
})

describe.each(PLACES)('beside deleting the user, %s:', (_, place) => {
  test('enabling the user and signing in leaves no session once the user is deleted', async () => {
    await race(place, {
      actors: [deleteUser(), inTurn(change({ status: 'active' }), login('old'))],
      drawn: 3000,
      onEngine: 45,
    })
  })
})

describe.each(PLACES)('the email of a deleted user, %s,', (_, place) => {
  test('belongs to at most one user', async () => {
    const { times } = await race(place, {
      actors: [deleteUser(), register('other')],
      after: async (scene, [, registered], count) => {
        const pointer = await scene.stores.users.getPointer(scene.user.email, soon())
        const { id } = (registered?.value ?? {}) as { id?: string }
        scene.violate(pointer !== id && 'the pointer contradicts the answer to the registration')
        count(registered?.error ?? '')
      },
    })
    expect([times('none') > 0, times('email_taken') > 0]).toEqual([true, true])
  })

  test('is given to at most one of two registrations', async () => {
    const { times } = await race(place, {
      actors: [deleteUser(), register('one'), register('other')],
      drawn: 3000,
      after: (scene, [, ...registered], count) => {
        const owners = registered.filter(({ error }) => error === 'none').length
        scene.violate(owners > 1 && 'two registrations succeeded')
        count(`owners: ${owners}`)
      },
    })
    expect([times('owners: 0') > 0, times('owners: 1') > 0]).toEqual([true, true])
  })

  test('accepts the password of its new user only', async () => {
    const { times } = await race(place, {
      actors: [login('old'), deleteUser(), inTurn(register('other'), login('other'))],
      drawn: 3000,
      after: async (scene, [login, , recent], count) => {
        count(`old ${await fate(scene, login as Outcome)}`)
        count(`new ${await fate(scene, recent as Outcome)}`)
      },
    })
    expect([times('old revoked') > 0, times('old lives')]).toEqual([true, 0])
    expect([times('new lives') > 0, times('new revoked')]).toEqual([true, 0])
  })
})
