import { logEntry } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbOutboxStore } from '../../lib/dynamodb/outbox-store.ts'
import type { Context, ExitCode, StackOptions } from '../command.ts'
import { findUser } from '../find-user.ts'
import { COMMAND_SECONDS, withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'
import { describeUser } from '../user-text.ts'

/** `users send-reset <user>`: puts a mail with a link that sets a new password into the outbox of the stack. */
export function sendReset(context: Context, emailOrId: string, options: StackOptions): Promise<ExitCode> {
  return withStack(context, options, {}, async (stack) => {
    const { client, config, log } = stack
    const { id, email, ...user } = await findUser(emailOrId, stack)
    const outbox = dynamodbOutboxStore({ client, tableName: config.tables.outbox })
    await outbox.put({ kind: 'password_reset', email }, startDeadline(COMMAND_SECONDS))
    log(logEntry('authz_admin', { target: id, action: 'send_password_reset' }))
    const message = `A mail to ${describeUser({ ...user, id, email })} is in the outbox. It is sent if the stack has a mailer (docs/mail.md) and the user is active.`
    await conclude(context.terminal, options.json ? JSON.stringify({ requested: id }) : message)
    return 0
  })
}
