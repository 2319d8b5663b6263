import type { User } from '../../../lib/user.ts'
import { checks, logins, type Scenario, type Trial, trial } from './trial.ts'

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
  besideChecksAndLogins('disable and enable', async ({ generator, admin }, user) => {
    await generator.change('disable', user, admin)
    await generator.change('enable', user, admin)
  }),
  besideChecksAndLogins('scope removal', ({ generator, admin }, user) =>
    generator.change('scope-removal', user, admin),
  ),
  besideChecksAndLogins('scope removal and grant', async ({ generator, admin }, user) => {
    await generator.change('scope-removal', user, admin)
    await generator.change('scope-grant', user, admin)
  }),
  besideChecksAndLogins('user deletion', ({ generator, admin }, user) => generator.deleteUser(user, admin)),
]

/** A change of a user while two of their sessions are checked and the user signs in. */
function besideChecksAndLogins(name: string, change: (t: Trial, user: User) => Promise<unknown>): Scenario {
  return {
    name: `${name} in parallel to checks and logins`,
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        const changed = later(() => change(t, user))
        const checked = held.flatMap((each) => checks(t, each, later))
        const given = await Promise.all(logins(t, user, 4, later))
        await Promise.all([changed, ...checked])
        return given
      }),
  }
}
