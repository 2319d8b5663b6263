import type { User } from '../../../lib/user.ts'
import { type App, type Challenge, type Code, codeOf } from '../factor-requests.ts'
import type { Held } from '../generator.ts'
import { NEW_PASSWORDS, PASSWORD } from '../secrets.ts'
import { checks, type Later, logins, type Scenario, type Trial, trial } from './trial.ts'

// Second factors and mailed links.

/** Completes a login by one code, of the step after that of the enrolment. */
async function signIn({ generator }: Trial, user: User, app: App, code: Code = codeOf(app)): Promise<Held | undefined> {
  const challenge = await generator.askChallenge(user, PASSWORD)
  return challenge && generator.secondFactor(user, challenge, code, { password: PASSWORD, secret: app.secret })
}

/** A trial of a user with a second factor; `before` are the sessions that the enrolment ended. */
const withFactor = (
  t: Trial,
  race: (user: User, held: Held, app: App, later: Later) => Promise<(Held | undefined)[]>,
) =>
  trial(t, 1, async (user, [first], later) => {
    const enrolled = first && (await t.generator.enrol(first))
    return enrolled ? [enrolled.held, ...(await race(user, enrolled.held, enrolled.app, later))] : []
  })

export const WITH_FACTORS: readonly Scenario[] = [
  {
    name: 'enrolment in parallel to logins and checks',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        const [first] = held
        const enrolled = later(async () => first && t.generator.enrol(first))
        const checked = held.flatMap((each) => checks(t, each, later))
        const given = await Promise.all(logins(t, user, 4, later))
        const mine = await enrolled
        await Promise.all(checked)
        return [...given, mine?.held, await t.generator.login(user), mine && (await signIn(t, user, mine.app))]
      }),
  },
  {
    name: 'one step, one recovery code and one challenge in parallel',
    run: (t) =>
      withFactor(t, async (user, _, app) => {
        const proof = { password: PASSWORD, secret: app.secret }
        const [recoveryCode = ''] = app.recoveryCodes
        const challenges: (Challenge | undefined)[] = []
        for (let asked = 0; asked < 5; asked++) challenges.push(await t.generator.askChallenge(user, PASSWORD))
        const [first, second, third, fourth, fifth] = challenges
        const attempts: [Challenge | undefined, Code][] = [
          ...[first, second].map((each): [Challenge | undefined, Code] => [each, codeOf(app)]),
          ...[third, fourth].map((each): [Challenge | undefined, Code] => [each, { recoveryCode }]),
          ...[fifth, fifth].map((each): [Challenge | undefined, Code] => [each, codeOf(app, 1)]),
        ]
        // At once: each of two must have read before the other one writes.
        return Promise.all(
          attempts.map(async ([each, code]) => each && t.generator.secondFactor(user, each, code, proof)),
        )
      }),
  },
  {
    name: 'a challenge in parallel to a disable, and after it',
    run: (t) =>
      withFactor(t, async (user, _, app, later) => {
        const [early, late] = [
          await t.generator.askChallenge(user, PASSWORD),
          await t.generator.askChallenge(user, PASSWORD),
        ]
        const [first = '', second = ''] = app.recoveryCodes
        const proof = { password: PASSWORD, secret: app.secret }
        const disabled = later(async () => {
          await t.generator.change('disable', user, t.admin)
          return t.generator.change('enable', user, t.admin)
        })
        const given = early && later(() => t.generator.secondFactor(user, early, { recoveryCode: first }, proof))
        await disabled
        return [await given, late && (await t.generator.secondFactor(user, late, { recoveryCode: second }, proof))]
      }),
  },
  {
    name: 'removal of a factor in parallel to sign-ins and a reset by an administrator',
    run: (t) =>
      withFactor(t, async (user, held, app, later) => {
        const removed = later(() => t.generator.removeFactor(held))
        const reset = later(() => t.generator.resetFactors(user, t.admin))
        const given = await Promise.all([later(() => signIn(t, user, app)), ...logins(t, user, 3, later)])
        await reset
        return [...given, await removed, await t.generator.login(user)]
      }),
  },
  {
    name: 'a mailed reset twice, in parallel to logins and a password change',
    run: (t) =>
      trial(t, 2, async (user, [first], later) => {
        await t.generator.askReset(user)
        const link = await t.system.linkTo(user.email, 'password_reset')
        if (!link) return []
        const reset = [NEW_PASSWORDS.reset, NEW_PASSWORDS.resetAgain].map((password) =>
          later(() => t.generator.reset(user, link, password, PASSWORD)),
        )
        const changed = later(async () => first && t.generator.changePassword(first, NEW_PASSWORDS.changed))
        const given = await Promise.all(logins(t, user, 4, later))
        await Promise.all(reset)
        const mine = await changed
        const after = [PASSWORD, NEW_PASSWORDS.changed, NEW_PASSWORDS.reset, NEW_PASSWORDS.resetAgain]
        const last: (Held | undefined)[] = []
        for (const password of after) last.push(await t.generator.login(user, { password }))
        return [...given, mine, ...last]
      }),
  },
  {
    name: 'a mailed reset after a revoke-all',
    run: (t) =>
      trial(t, 1, async (user, _, later) => {
        await t.generator.askReset(user)
        const link = await t.system.linkTo(user.email, 'password_reset')
        const isRaced = t.random() < 0.5 // if not, the link must be void
        const ended = later(() => t.generator.revokeAllSessions(user, t.admin))
        const raced = isRaced && link && later(() => t.generator.reset(user, link, NEW_PASSWORDS.reset, PASSWORD))
        await Promise.all([ended, raced])
        if (link) await t.generator.reset(user, link, NEW_PASSWORDS.resetAgain, NEW_PASSWORDS.reset)
        return [await t.generator.login(user)]
      }),
  },
  {
    name: 'a change of email twice and its undo twice, in parallel to logins',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        const [first, second] = held
        if (!first || !second) return []
        const next = `next-${user.email}`
        await t.generator.askEmailChange(first, next)
        const link = await t.system.linkTo(next, 'email_change')
        if (!link) return []
        const changes = [first, second].map((each) => later(() => t.generator.changeEmail(each, link)))
        const checked = held.flatMap((each) => checks(t, each, later))
        const given = await Promise.all(logins(t, user, 2, later))
        const changed = await Promise.all(changes)
        await Promise.all(checked)
        const undo = await t.system.linkTo(user.email, 'email_changed')
        const moved = { ...user, email: next as User['email'] }
        const after = logins(t, moved, 2, later)
        if (undo) await Promise.all([1, 2].map(() => later(() => t.generator.undoEmail(user, undo))))
        return [...given, ...changed, ...(await Promise.all(after)), await t.generator.login(user)]
      }),
  },
]
