import { checks, logins, type Scenario, trial } from './trial.ts'

// What administrators do to users and their sessions, beside everything else.

export const ADMINISTRATORS: readonly Scenario[] = [
  {
    name: 'an administrator’s revoke beside checks that renew',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        await t.system.age(user.id, 60)
        const [first] = held
        const ended = first ? [later(() => t.generator.revoke(first, t.admin))] : []
        await Promise.all([...ended, ...held.flatMap((each) => checks(t, each, later))])
        return []
      }),
  },
  {
    name: 'end-all beside logins',
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
    name: 'an end-all soon after another, with logins in between',
    run: (t) =>
      trial(t, 1, async (user, _, later) => {
        await t.generator.revokeAllSessions(user, t.admin)
        const given = await Promise.all(logins(t, user, 4, later))
        await t.generator.revokeAllSessions(user, t.admin)
        return given
      }),
  },
  {
    name: 'disabling beside logins',
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
    name: 'disabling and enabling beside checks and logins',
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
    name: 'taking a scope away beside checks and logins',
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
    name: 'deleting a user beside checks and logins',
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
