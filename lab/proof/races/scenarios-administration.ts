import { checks, logins, type Scenario, trial } from './trial.ts'

// Operations of administrators.

export const ADMINISTRATORS: readonly Scenario[] = [
  {
    name: 'revoke by an administrator in parallel to renewing checks',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        await t.system.makeRenewalDue(user.id)
        const [first] = held
        const ended = first ? [later(() => t.generator.revoke(first, t.admin))] : []
        await Promise.all([...ended, ...held.flatMap((each) => checks(t, each, later))])
        return []
      }),
  },
  {
    name: 'revoke-all in parallel to logins',
    run: (t) =>
      trial(t, 3, async (user, held, later) => {
        const ended = later(() => t.generator.revokeAllSessions(user, t.admin))
        const checked = held.flatMap((each) => checks(t, each, later))
        const given = await Promise.all(logins(t, user, 16, later))
        await Promise.all([ended, ...checked])
        return given
      }),
  },
  {
    name: 'two revoke-alls with logins in between',
    run: (t) =>
      trial(t, 1, async (user, _, later) => {
        await t.generator.revokeAllSessions(user, t.admin)
        const given = await Promise.all(logins(t, user, 4, later))
        await t.generator.revokeAllSessions(user, t.admin)
        return given
      }),
  },
  {
    name: 'disable in parallel to logins',
    run: (t) =>
      trial(t, 2, async (user, _, later) => {
        const ended = later(() => t.generator.change('disable', user, t.admin))
        const given = await Promise.all(logins(t, user, 6, later))
        await ended
        await t.generator.login(user)
        return given
      }),
  },
  {
    name: 'disable and enable in parallel to checks and logins',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        const changed = later(async () => {
          await t.generator.change('disable', user, t.admin)
          await t.generator.change('enable', user, t.admin)
        })
        const checked = held.flatMap((each) => checks(t, each, later))
        const given = await Promise.all(logins(t, user, 4, later))
        await Promise.all([changed, ...checked])
        return given
      }),
  },
  {
    name: 'scope removal in parallel to checks and logins',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        const ended = later(() => t.generator.change('scope-removal', user, t.admin))
        const checked = held.flatMap((each) => checks(t, each, later))
        const given = await Promise.all(logins(t, user, 4, later))
        await Promise.all([ended, ...checked])
        return given
      }),
  },
  {
    name: 'scope removal and grant in parallel to checks and logins',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        const changed = later(async () => {
          await t.generator.change('scope-removal', user, t.admin)
          await t.generator.change('scope-grant', user, t.admin)
        })
        const checked = held.flatMap((each) => checks(t, each, later))
        const given = await Promise.all(logins(t, user, 4, later))
        await Promise.all([changed, ...checked])
        return given
      }),
  },
  {
    name: 'user deletion in parallel to checks and logins',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        const deleted = later(() => t.generator.deleteUser(user, t.admin))
        const checked = held.flatMap((each) => checks(t, each, later))
        const given = await Promise.all(logins(t, user, 4, later))
        await Promise.all([deleted, ...checked])
        return given
      }),
  },
]
