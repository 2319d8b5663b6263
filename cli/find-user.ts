import { startDeadline } from '../lib/deadline.ts'
import { emailFault, parseEmail } from '../lib/email.ts'
import { NotFoundError } from '../lib/errors.ts'
import { type Email, isUserId, type User } from '../lib/user.ts'
import { UsageError } from './command.ts'
import { COMMAND_SECONDS, type Stack } from './stack.ts'

/**
 * Finds a user by email (two reads) or by id (one read).
 * @throws UsageError for text that is neither. @throws NotFoundError for an unknown user.
 */
export async function findUser(emailOrId: string, { users }: Pick<Stack, 'users'>): Promise<User> {
  const deadline = startDeadline(COMMAND_SECONDS)
  const user = isUserId(emailOrId)
    ? await users.get(emailOrId, deadline)
    : await users.findByEmail(parseEmailArgument(emailOrId), deadline)
  if (!user)
    throw new NotFoundError(`There is no user ${JSON.stringify(emailOrId)}: \`coatcheck users list\` shows all users.`)
  return user
}

/** @throws UsageError for text that is not an email address. */
export function parseEmailArgument(text: string): Email {
  const email = parseEmail(text)
  if (!email)
    throw new UsageError(`${JSON.stringify(text)} is neither an email address nor a user id: ${emailFault(text)}.`)
  return email
}
