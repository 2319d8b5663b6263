import { createInvitations } from '../../lib/accounts/invitations.ts'
import { logEntry } from '../../lib/audit.ts'
import { startDeadline } from '../../lib/deadline.ts'
import { dynamodbInvitationStore } from '../../lib/dynamodb/invitation-store.ts'
import { EmailTakenError } from '../../lib/errors.ts'
import { invitationJson } from '../../lib/http/representation.ts'
import { type Context, type ExitCode, Failure, type StackOptions } from '../command.ts'
import { parseName, parseScopes } from '../fields.ts'
import { parseEmailArgument } from '../find-user.ts'
import { confirmGrant, type Granting } from '../known-scopes.ts'
import { COMMAND_SECONDS, withStack } from '../stack.ts'
import { conclude } from '../terminal.ts'

interface Options extends StackOptions, Granting {
  readonly name?: string
  readonly scopes?: string
}

/** `users invite <email>`: puts an invitation, whose mail has a link that opens an account, into the outbox of the stack. */
export function inviteUser(context: Context, text: string, options: Options): Promise<ExitCode> {
  const { terminal } = context
  const email = parseEmailArgument(text)
  const name = options.name === undefined ? undefined : parseName(options.name)
  const scopes = parseScopes([options.scopes ?? ''])
  return withStack(context, options, {}, async (stack) => {
    const { client, config, users, log } = stack
    await confirmGrant(scopes, [], stack, options, terminal)
    const store = dynamodbInvitationStore({ client, tableName: config.tables.outbox })
    const invitations = createInvitations({ store, users })
    const invitation = await invitations
      .invite({ email, name, scopes }, startDeadline(COMMAND_SECONDS))
      .catch((error: Error) => {
        if (!(error instanceof EmailTakenError)) throw error
        throw new Failure(
          'email_taken',
          `There is already a user ${email}.`,
          `\`coatcheck users show ${email}\` shows it.`,
        )
      })
    log(logEntry('authz_admin', { action: 'invite_user', invitationId: invitation.id, scopes: scopes.join(' ') }))
    const message = `An invitation of ${email} is in the outbox. Its mail is sent if the stack has a mailer (docs/mail.md); the link is good for seven days.`
    await conclude(terminal, options.json ? JSON.stringify({ invitation: invitationJson(invitation) }) : message)
    return 0
  })
}
