import { type InvitationId, isInvitationId } from '../../lib/accounts/invitation.ts'
import { NotFoundError } from '../../lib/errors.ts'
import { isSessionId, type SessionId } from '../../lib/session.ts'
import { isUserId, type UserId } from '../../lib/user.ts'

type Params = Readonly<Record<string, string | undefined>>

// Path parameters are checked before any read: a malformed id is a 404.

export function sessionIdParam({ sessionId = '' }: Params): SessionId {
  if (!isSessionId(sessionId)) throw new NotFoundError('No session has this id. List the sessions to see their ids.')
  return sessionId
}

export function userIdParam({ userId = '' }: Params): UserId {
  if (!isUserId(userId)) throw new NotFoundError('No user has this id. List the users to see their ids.')
  return userId
}

export function invitationIdParam({ invitationId = '' }: Params): InvitationId {
  if (!isInvitationId(invitationId)) throw new NotFoundError('No invitation has this id, or it has expired.')
  return invitationId
}
