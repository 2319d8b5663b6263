import { NotFoundError } from '../../lib/errors.ts'
import { isSessionId, type SessionId } from '../../lib/session.ts'
import { isUserId, type UserId } from '../../lib/user.ts'

type Params = Readonly<Record<string, string | undefined>>

// Path parameters are checked before any read: what cannot be an id is not found.

export function sessionIdParam({ sessionId = '' }: Params): SessionId {
  if (!isSessionId(sessionId)) throw new NotFoundError('There is no such session.')
  return sessionId
}

export function userIdParam({ userId = '' }: Params): UserId {
  if (!isUserId(userId)) throw new NotFoundError('There is no such user.')
  return userId
}
