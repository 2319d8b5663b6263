import type { Deadline } from '../deadline.ts'
import { defined } from '../defined.ts'
import type { SessionId } from '../session.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import type { UserId } from '../user.ts'
import { signJson } from './signed-json.ts'
import type { TokenKey } from './token-key.ts'

/** What a receipt says: a revocation that is complete. */
export interface Revocation {
  readonly kind: 'sessions' | 'all_sessions'
  /** The revoked sessions, each with its user. */
  readonly sessions: readonly { readonly userId: UserId; readonly id: SessionId }[]
  /** The user, where all sessions were revoked: there may have been none. */
  readonly userId?: UserId | undefined
  /** Who revoked them; absent if the request had no session of its own. */
  readonly by?: UserId | undefined
  /** The user's epoch since: no session of an earlier one is accepted. */
  readonly epoch?: number | undefined
}

interface Signing {
  readonly key: TokenKey
  readonly issuer: string
  readonly clock?: Clock
  readonly randomText?: RandomText
}

/** The most sessions that a receipt names; it says how many there were. */
const MAX_NAMED = 100

/**
 * Signs a receipt of a revocation. It has neither audience nor expiry and a type of its own, so that no service takes it
 * for an access token. One call of the key.
 * @throws UnavailableError if the key cannot be used
 */
export function signReceipt(
  { key, issuer, clock = systemClock, randomText = systemRandomText }: Signing,
  { kind, sessions, userId, by, epoch }: Revocation,
  deadline: Deadline,
): Promise<string> {
  const [first, ...others] = [...new Set([...(userId ? [userId] : []), ...sessions.map((each) => each.userId)])]
  const claims = {
    ...{ iss: issuer, iat: clock(), jti: randomText(ID_LENGTH) },
    ...defined({ sub: others.length === 0 ? first : undefined }),
    revocation: {
      ...{ kind, count: sessions.length },
      sessions: sessions.slice(0, MAX_NAMED).map((each) => ({ userId: each.userId, sessionId: each.id })),
      ...defined({ by, epoch }),
    },
  }
  return signJson(key, 'revocation-receipt+jwt', claims, deadline)
}
