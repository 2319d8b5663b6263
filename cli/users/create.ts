import { startDeadline } from '../../lib/deadline.ts'
import { EmailTakenError } from '../../lib/errors.ts'
import { type Context, type ExitCode, Failure, type StackOptions, UsageError } from '../command.ts'
import { parseName, parseScopes } from '../fields.ts'
import { COMMAND_SECONDS, withStack } from '../open.ts'
import { hashPassword, newPassword, type PasswordOptions } from '../password.ts'
import { nameOf, userDocument } from '../user-text.ts'
import { emailOf } from '../whom.ts'

interface Options extends StackOptions, PasswordOptions {
  readonly name?: string
  readonly scopes?: string
  /** `false`: nobody can sign in until a password is set. */
  readonly password?: boolean
}

/** `users create <email>`: a user with a password from standard input, a generated one or none. */
export function createUser(context: Context, text: string, options: Options): Promise<ExitCode> {
  const { terminal } = context
  const email = emailOf(text)
  const name = options.name === undefined ? undefined : parseName(options.name)
  const scopes = parseScopes([options.scopes ?? ''])
  const hasPassword = options.password !== false
  if (!hasPassword && (options.passwordStdin || options.generate))
    throw new UsageError('Give --no-password or a password, not both.')
  return withStack(context, options, { pepper: hasPassword }, async ({ config, users }) => {
    const chosen = hasPassword ? await newPassword(options, { email, name }, { config, terminal }) : undefined
    const passwordHash = chosen && (await hashPassword(chosen.password, config))
    const user = await users
      .register({ email, name, scopes, passwordHash }, startDeadline(COMMAND_SECONDS))
      .catch((error: Error) => {
        if (!(error instanceof EmailTakenError)) throw error
        throw new Failure(`There is a user ${email} already: look with \`coatcheck users show ${email}\`.`)
      })
    const password = chosen?.generated ? chosen.password.reveal() : undefined
    if (options.json) terminal.print(JSON.stringify({ user: userDocument(user), ...(password && { password }) }))
    else {
      terminal.print(`Created ${nameOf(user)}.`)
      if (password) terminal.print(`Password: ${password}\nThis password is shown once and kept nowhere.`)
    }
    return 0
  })
}
