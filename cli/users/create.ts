import { startDeadline } from '../../lib/deadline.ts'
import { EmailTakenError } from '../../lib/errors.ts'
import { type Context, type ExitCode, Failure, type StackOptions, UsageError } from '../command.ts'
import { parseName, parseScopes } from '../fields.ts'
import { parseEmailArgument } from '../find-user.ts'
import { hashPassword, newPassword, type PasswordOptions } from '../password.ts'
import { COMMAND_SECONDS, withStack } from '../stack.ts'
import { describeUser, userDocument } from '../user-text.ts'

interface Options extends StackOptions, PasswordOptions {
  readonly name?: string
  readonly scopes?: string
  /** `false` creates the user without a password. */
  readonly password?: boolean
}

/** `users create <email>`: creates a user with a password from standard input, a generated one or none. */
export function createUser(context: Context, text: string, options: Options): Promise<ExitCode> {
  const { terminal } = context
  const email = parseEmailArgument(text)
  const name = options.name === undefined ? undefined : parseName(options.name)
  const scopes = parseScopes([options.scopes ?? ''])
  const hasPassword = options.password !== false
  if (!hasPassword && (options.passwordStdin || options.generate))
    throw new UsageError('Give --no-password, --password-stdin or --generate, not several of them.')
  return withStack(context, options, { pepper: hasPassword }, async ({ config, users }) => {
    const chosen = hasPassword ? await newPassword(options, { email, name }, { config, terminal }) : undefined
    const passwordHash = chosen && (await hashPassword(chosen.password, config))
    const user = await users
      .register({ email, name, scopes, passwordHash }, startDeadline(COMMAND_SECONDS))
      .catch((error: Error) => {
        if (!(error instanceof EmailTakenError)) throw error
        throw new Failure(`There is already a user ${email}: \`coatcheck users show ${email}\` shows it.`)
      })
    const password = chosen?.generated ? chosen.password.reveal() : undefined
    if (options.json) terminal.print(JSON.stringify({ user: userDocument(user), ...(password && { password }) }))
    else {
      terminal.print(`Created ${describeUser(user)}.`)
      if (password) terminal.print(`Password: ${password}\nThis password is shown once and is not stored.`)
    }
    return 0
  })
}
