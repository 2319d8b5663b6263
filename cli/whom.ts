import { startDeadline } from '../lib/deadline.ts'
import { NotFoundError } from '../lib/errors.ts'
import { type Email, isUserId, parseEmail, type User } from '../lib/user.ts'
import { UsageError } from './command.ts'
import { COMMAND_SECONDS, type Stack } from './open.ts'

/**
 * The user somebody named, by email or by id. One read or two.
 * @throws UsageError when it can be neither. @throws NotFoundError when there is no such user.
 */
export async function findUser(whom: string, { users }: Pick<Stack, 'users'>): Promise<User> {
  const deadline = startDeadline(COMMAND_SECONDS)
  const user = isUserId(whom) ? await users.get(whom, deadline) : await users.findByEmail(emailOf(whom), deadline)
  if (!user) throw new NotFoundError(`There is no user ${JSON.stringify(whom)}: look with \`coatcheck users list\`.`)
  return user
}

/** @throws UsageError when it cannot be one. */
export function emailOf(text: string): Email {
  const email = parseEmail(text)
  if (!email) throw new UsageError(`${JSON.stringify(text)} is neither an email nor the id of a user.`)
  return email
}
