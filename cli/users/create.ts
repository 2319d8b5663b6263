import { logEntry } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { EmailTakenError } from '../../lib/errors.ts'
import type { Email } from '../../lib/user.ts'
import { type Context, type ExitCode, Failure, type StackOptions, UsageError } from '../command.ts'
import { parseName, parseScopes } from '../fields.ts'
import { parseEmailArgument } from '../find-user.ts'
import { confirmGrant, type Granting } from '../known-scopes.ts'
import { hashPassword, newPassword, type PasswordOptions } from '../password.ts'
import { assertVisible, changeAfterShowing } from '../show-password.ts'
import { COMMAND_SECONDS, withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'
import { describeUser, userDocument } from '../user-text.ts'

interface Options extends StackOptions, PasswordOptions, Granting {
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
    throw new UsageError('--no-password excludes --password-stdin and --generate.', 'Give one of the three.')
  return withStack(context, options, { pepper: hasPassword }, async (stack) => {
    const { config, users } = stack
    await confirmGrant(scopes, [], stack, options, terminal)
    const deadline = startDeadline(COMMAND_SECONDS)
    const register = async (passwordHash?: string) => {
      const user = await users.register({ email, name, scopes, passwordHash }, deadline).catch((error: Error) => {
        throw error instanceof EmailTakenError ? emailTaken(email) : error
      })
      stack.log(logEntry('authz_admin', { target: user.id, action: 'create_user' }))
      stack.log(logEntry('user_created', { target: user.id }))
      return user
    }
    if (!hasPassword) {
      const user = await register()
      await conclude(
        terminal,
        options.json ? JSON.stringify({ user: userDocument(user) }) : `Created ${describeUser(user)}.`,
      )
      return 0
    }
    if (!options.passwordStdin) assertVisible(terminal)
    const chosen = await newPassword(options, { email, name }, { config, terminal })
    // Most passwords of users that exist are not printed: only a registration at the same moment is noticed later.
    if (await users.findByEmail(email, deadline)) throw emailTaken(email)
    const passwordHash = await hashPassword(chosen.password, config)
    await changeAfterShowing(
      chosen,
      () => register(passwordHash),
      (user) => ({ lines: `Created ${describeUser(user)}.`, document: { user: userDocument(user) } }),
      options,
      terminal,
    )
    return 0
  })
}

function emailTaken(email: Email): Failure {
  return new Failure('email_taken', `There is already a user ${email}.`, `\`coatcheck users show ${email}\` shows it.`)
}
