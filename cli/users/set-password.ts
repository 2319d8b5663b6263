import { startDeadline } from '../../lib/deadline.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { ENDING_SECONDS, withStack } from '../open.ts'
import { hashPassword, newPassword, type PasswordOptions } from '../password.ts'
import { count } from '../progress.ts'
import { nameOf, userDocument } from '../user-text.ts'
import { findUser } from '../whom.ts'

type Options = StackOptions & Destructive & PasswordOptions

/** `users set-password <user>`: the old one no longer counts, and all their sessions end. */
export function setPassword(context: Context, whom: string, options: Options): Promise<ExitCode> {
  const { terminal } = context
  return withStack(context, options, { pepper: true }, async (stack) => {
    const { config, administration } = stack
    const found = await findUser(whom, stack)
    const { password, generated } = await newPassword(options, found, { config, terminal })
    if (!(await confirm(`Replace the password of ${nameOf(found)} and end all their sessions?`, options, terminal)))
      return 1
    const passwordHash = await hashPassword(password, config)
    const { user, revoked } = await administration.setPassword(found.id, passwordHash, startDeadline(ENDING_SECONDS))
    const shown = generated ? password.reveal() : undefined
    if (options.json)
      terminal.print(
        JSON.stringify({ user: userDocument(user), ended: revoked.length, ...(shown && { password: shown }) }),
      )
    else {
      terminal.print(`Replaced the password of ${nameOf(user)}. ${count(revoked.length, 'session')} ended.`)
      if (shown) terminal.print(`Password: ${shown}\nThis password is shown once and kept nowhere.`)
    }
    return 0
  })
}
