import { createInvitations, type Invitations } from '../../lib/accounts/invitations.ts'
import { dynamodbInvitationStore } from '../../lib/dynamodb/invitation-store.ts'
import type { App } from './app.ts'

/** The operations on invitations. */
export function invitationsOf({ client, config, users }: App): Invitations {
  return createInvitations({ store: dynamodbInvitationStore({ client, tableName: config.tables.outbox }), users })
}
