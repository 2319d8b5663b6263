import { startDeadline } from '../lib/deadline.ts'
import { emailFault, parseEmail } from '../lib/email.ts'
import { type Email, isUserId, type User, type UserId } from '../lib/user.ts'
import { Failure, UsageError } from './command.ts'
import { COMMAND_SECONDS, type Stack } from './stack.ts'

/**
 * Finds a user by email (two reads) or by id (one read).
 * @throws UsageError for text that is neither. @throws Failure for an unknown user.
 */
export async function findUser(emailOrId: string, { users }: Pick<Stack, 'users'>): Promise<User> {
  const deadline = startDeadline(COMMAND_SECONDS)
  const user = isUserId(emailOrId)
    ? await users.get(emailOrId, deadline)
    : await users.findByEmail(parseEmailArgument(emailOrId), deadline)
  if (!user)
    throw new Failure(
      'not_found',
      `There is no user ${JSON.stringify(emailOrId)}.`,
      '`coatcheck users list --search <text>` finds users by a part of their email or name.',
    )
  return user
}

/**
 * Returns the id of a user, which may be that of a deleted one if it is given as such. Two reads for an email.
 * @throws as `findUser` for an email
 */
export async function findUserId(emailOrId: string, stack: Pick<Stack, 'users'>): Promise<UserId> {
  return isUserId(emailOrId) ? emailOrId : (await findUser(emailOrId, stack)).id
}

/** @throws UsageError for text that is not an email address. */
export function parseEmailArgument(text: string): Email {
  const email = parseEmail(text)
  if (!email)
    throw new UsageError(
      `${JSON.stringify(text)} is neither an email address nor a user id: ${emailFault(text)}.`,
      'Give either.',
    )
  return email
}
