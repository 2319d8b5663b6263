import { nanoid } from 'nanoid'
import { PASSWORD } from '../secrets.ts'
import type { MailedCode } from '../sign-in-requests.ts'
import { checks, logins, type Scenario, type Trial, trial } from './trial.ts'

// Passkeys, mailed codes and invitations.

/** A browser that asked for a code, and the code. */
async function ask({ generator, system }: Trial, user: Parameters<typeof generator.askCode>[0]) {
  const browser = await generator.askCode(user)
  const mailed: MailedCode | undefined = browser ? await system.codeOf(user.email, browser) : undefined
  return browser && mailed && { browser, mailed }
}

export const SIGN_INS: readonly Scenario[] = [
  {
    name: 'a passkey added in parallel to logins, and a challenge of it twice',
    run: (t) =>
      trial(t, 2, async (user, held, later) => {
        const [first] = held
        const added = later(async () => first && t.generator.addPasskey(first))
        const checked = held.flatMap((each) => checks(t, each, later))
        const given = await Promise.all(logins(t, user, 3, later))
        const mine = await added
        await Promise.all(checked)
        const options = mine && (await t.generator.askPasskeyLogin())
        if (!mine || !options) return given
        // At once: each of two must have read before the other one writes.
        const twice = [mine, mine].map(({ passkey }) => t.generator.passkeyLogin(user, passkey, options))
        return [...given, mine.held, ...(await Promise.all(twice)), await t.generator.login(user)]
      }),
  },
  {
    name: 'removal of a passkey in parallel to sign-ins with it',
    run: (t) =>
      trial(t, 1, async (user, [first], later) => {
        const mine = first && (await t.generator.addPasskey(first))
        if (!mine) return []
        const { held, passkey } = mine
        const signIn = async () => {
          const options = await t.generator.askPasskeyLogin()
          return options && t.generator.passkeyLogin(user, passkey, options)
        }
        const before = await signIn()
        const given = [later(signIn), later(signIn), later(signIn)]
        const removed = await later(() => t.generator.removePasskey(held, passkey))
        return [before, ...(await Promise.all(given)), removed, await signIn(), await t.generator.login(user)]
      }),
  },
  {
    name: 'a mailed code in two browsers, and after a revoke-all',
    run: async (t) => {
      // The first proof of an address would take the password away.
      const proven = await t.system.createUser()
      await trial(
        t,
        1,
        async (user, _, later) => {
          const [mine, other] = [await ask(t, user), await ask(t, user)]
          if (!mine || !other) return []
          const foreign = await t.generator.codeLogin(user, other.browser, mine.mailed, true)
          const given = await Promise.all(
            [1, 2].map(() => later(() => t.generator.codeLogin(user, mine.browser, mine.mailed))),
          )
          const ended = later(() => t.generator.revokeAllSessions(user, t.admin))
          const isRaced = t.random() < 0.5 // if not, the code must be void
          const raced = isRaced && later(() => t.generator.codeLogin(user, other.browser, other.mailed))
          await ended
          const late = (await raced) || (await t.generator.codeLogin(user, other.browser, other.mailed))
          return [foreign, ...given, late, await t.generator.login(user)]
        },
        proven,
      )
    },
  },
  {
    name: 'an invitation accepted twice, and after the account is deleted',
    run: async (t) => {
      const email = `${nanoid(12).toLowerCase()}@example.com`
      await t.generator.invite(email, t.admin)
      const link = await t.system.linkTo(email, 'invitation')
      if (!link) return
      const accepted = await Promise.all([1, 2].map(() => t.generator.accept(email, link, PASSWORD)))
      const user = accepted.find((each) => each !== undefined)
      if (!user) return
      await trial(t, 1, async () => [await t.generator.login(user)], user)
      await t.generator.deleteUser(user, t.admin)
      await t.generator.accept(email, link, PASSWORD)
    },
  },
]
