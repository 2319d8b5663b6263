import { ConfigError } from '../../lib/config-error.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbActivityEraser } from '../../lib/dynamodb/activity-eraser.ts'
import { eraseUser } from '../../lib/privacy/erasure.ts'
import { createAttemptKeys } from '../../lib/throttling/attempt-keys.ts'
import type { Context, Destructive, ExitCode, StackOptions } from '../command.ts'
import { confirm } from '../confirm.ts'
import { findUserId } from '../find-user.ts'
import { count } from '../progress.ts'
import { REVOCATION_SECONDS, withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'

/** `users erase <user>`: deletes a user and their activity; completes an erasure that was interrupted. */
export function eraseUserData(
  context: Context,
  emailOrId: string,
  options: StackOptions & Destructive,
): Promise<ExitCode> {
  const { terminal } = context
  return withStack(context, options, { pepper: true }, async (stack) => {
    const { client, config, administration } = stack
    const { pepper } = config.password
    if (!pepper)
      throw new ConfigError(['`PASSWORD_PEPPER`: required, because it is part of the keys of the failed sign-ins'])
    const userId = await findUserId(emailOrId, stack)
    const who = emailOrId === userId ? userId : `${emailOrId} (${userId})`
    await confirm(`Erase ${who} and their activity permanently and revoke all their sessions?`, options, terminal)
    const activity = dynamodbActivityEraser({ client, tableName: config.tables.activity })
    const { accountTag } = createAttemptKeys(pepper)
    const parts = { administration, activity, accountTag }
    const { revoked, entries } = await eraseUser(parts, userId, startDeadline(REVOCATION_SECONDS))
    await conclude(
      terminal,
      options.json
        ? JSON.stringify({ erased: userId, revoked: revoked.length, activity: entries })
        : `Erased ${who}. Revoked ${count(revoked.length, 'session')}, deleted ${count(entries, 'entry', 'entries')} of activity.`,
    )
    return 0
  })
}
