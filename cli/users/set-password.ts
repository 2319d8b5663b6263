import { startDeadline } from '../../lib/deadline.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { findUser } from '../find-user.ts'
import { hashPassword, newPassword, type PasswordOptions } from '../password.ts'
import { count } from '../progress.ts'
import { REVOCATION_SECONDS, withStack } from '../stack.ts'
import { describeUser, userDocument } from '../user-text.ts'

type Options = StackOptions & Destructive & PasswordOptions

/** `users set-password <user>`: replaces the password of a user and revokes all their sessions. */
export function setPassword(context: Context, emailOrId: string, options: Options): Promise<ExitCode> {
  const { terminal } = context
  return withStack(context, options, { pepper: true }, async (stack) => {
    const { config, administration } = stack
    const found = await findUser(emailOrId, stack)
    const { password, generated } = await newPassword(options, found, { config, terminal })
    if (
      !(await confirm(
        `Replace the password of ${describeUser(found)} and revoke all their sessions?`,
        options,
        terminal,
      ))
    )
      return 1
    const passwordHash = await hashPassword(password, config)
    const { user, revoked } = await administration.setPassword(
      found.id,
      passwordHash,
      startDeadline(REVOCATION_SECONDS),
    )
    const shown = generated ? password.reveal() : undefined
    if (options.json)
      terminal.print(
        JSON.stringify({ user: userDocument(user), revoked: revoked.length, ...(shown && { password: shown }) }),
      )
    else {
      terminal.print(`Replaced the password of ${describeUser(user)}. Revoked ${count(revoked.length, 'session')}.`)
      if (shown) terminal.print(`Password: ${shown}\nThis password is shown once and is not stored.`)
    }
    return 0
  })
}
