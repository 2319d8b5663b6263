import { setTimeout as sleep } from 'node:timers/promises'
import { NEW_PASSWORDS, PASSWORD } from '../secrets.ts'
import { checks, logins, type Scenario, trial } from './trial.ts'

// Operations of users on their own sessions and passwords.

const LATEST_LOGOUT_MS = 600

export const OWNERS: readonly Scenario[] = [
  {
    name: 'logout in parallel to renewing checks',
    run: (t) =>
      trial(t, 1, async (user, held, later) => {
        await t.system.makeRenewalDue(user.id)
        const ended = held.map((each) => later(() => t.generator.logout(each)))
        await Promise.all([...ended, ...held.flatMap((each) => checks(t, each, later))])
        return []
      }),
  },
  {
    name: 'revoke by the owner in parallel to renewing checks',
    run: (t) =>
      trial(t, 3, async (user, held, later) => {
        await t.system.makeRenewalDue(user.id)
        const [first, second] = held
        const ended = first && second ? [later(() => t.generator.revoke(first, second))] : []
        await Promise.all([...ended, ...held.flatMap((each) => checks(t, each, later))])
        return []
      }),
  },
  {
    name: 'two parallel logouts',
    run: (t) =>
      trial(t, 1, async (_, held, later) => {
        await Promise.all(
          held.flatMap((each) => [later(() => t.generator.logout(each)), later(() => t.generator.logout(each))]),
        )
        return []
      }),
  },
  {
    name: 'revoke-own in parallel to logins',
    run: (t) =>
      trial(t, 2, async (user, [first, second], later) => {
        if (!first || !second) return []
        const ended = later(() => t.generator.revokeOwnSessions(first))
        const checked = checks(t, second, later)
        const given = await Promise.all(logins(t, user, 6, later))
        await Promise.all([ended, ...checked])
        return given
      }),
  },
  {
    name: 'password change in parallel to logins with the old password',
    run: (t) =>
      trial(t, 2, async (user, [first], later) => {
        const changed = later(async () => first && t.generator.changePassword(first, NEW_PASSWORDS.changed))
        const given = await Promise.all(logins(t, user, 6, later))
        const mine = await changed
        return [
          ...given,
          mine,
          await t.generator.login(user),
          await t.generator.login(user, { password: NEW_PASSWORDS.changed }),
        ]
      }),
  },
  {
    name: 'rehash in parallel to a password change',
    run: async (t) => {
      const old = await t.system.createUser(undefined, await t.system.hash(PASSWORD, 5))
      await trial(
        t,
        0,
        async (user, _, later) => {
          const first = await t.generator.login(user)
          const changed = later(async () => first && t.generator.changePassword(first, NEW_PASSWORDS.rehashed))
          const given = await Promise.all(logins(t, user, 4, later))
          return [first, ...given, await changed, await t.generator.login(user)]
        },
        old,
      )
    },
  },
  {
    name: 'reauthentication in parallel to a logout and a password change',
    run: (t) =>
      trial(t, 2, async (_, [first, second], later) => {
        if (!first || !second) return []
        const [given, , changed] = await Promise.all([
          later(() => t.generator.reauthenticate(first)),
          later(() => t.generator.logout(first)),
          later(() => t.generator.changePassword(second, NEW_PASSWORDS.second)),
        ])
        return [given, changed]
      }),
  },
  {
    name: 'reauthentication in parallel to a logout',
    run: (t) =>
      trial(t, 1, async (_, [first], later) => {
        if (!first) return []
        const given = later(() => t.generator.reauthenticate(first))
        // Mostly at once, sometimes long after, since the new session may be late.
        await sleep(LATEST_LOGOUT_MS * t.random() ** 3)
        await t.generator.logout(first)
        return [await given]
      }),
  },
  {
    name: 'revoke-others and a password change in parallel to checks',
    run: (t) =>
      trial(t, 3, async (_, [first, second, third], later) => {
        if (!first || !second || !third) return []
        const checked = [first, second, third].flatMap((each) => checks(t, each, later))
        const given = await later(() => t.generator.revokeOtherSessions(first))
        const changed = await later(() => t.generator.changePassword(given ?? second, NEW_PASSWORDS.changed))
        await Promise.all(checked)
        return [given, changed]
      }),
  },
  {
    name: 'revoke-others in parallel to a revoke of the same session',
    run: (t) =>
      trial(t, 3, async (_, [first, ...rest], later) => {
        if (!first) return []
        const [given] = await Promise.all([
          later(() => t.generator.revokeOtherSessions(first)),
          later(() => t.generator.revoke(first, t.admin)),
          ...rest.flatMap((each) => checks(t, each, later)),
        ])
        return [given]
      }),
  },
]
