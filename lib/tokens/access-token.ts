import type { Deadline } from '../deadline.ts'
import { ASSURANCE_CLASS } from '../factor.ts'
import type { Scope } from '../scope.ts'
import type { Session } from '../session.ts'
import { type Clock, ID_LENGTH, type RandomText, systemClock, systemRandomText } from '../system.ts'
import { signJson } from './signed-json.ts'
import type { TokenConfig } from './token-config.ts'
import type { TokenKey } from './token-key.ts'

/** What an access token is for. */
export interface TokenRequest {
  readonly audience: string
  /** Held by the session. */
  readonly scopes: readonly Scope[]
}

/** The parts of `issueAccessToken`. */
export interface TokenIssuer {
  readonly key: TokenKey
  readonly issuer: string
  readonly seconds: TokenConfig['seconds']
  readonly clock?: Clock
  readonly randomText?: RandomText
}

/** RFC 9068 §2.2 requires a client; sessions are the only one. */
const CLIENT_ID = 'coatcheck'

/**
 * Issues an access token of a session that was checked for this request (RFC 9068): for one audience, and never longer
 * than the session. Nobody can take it back before it expires. One call of the key.
 * @throws UnavailableError if the key cannot be used
 */
export async function issueAccessToken(
  { key, issuer, seconds, clock = systemClock, randomText = systemRandomText }: TokenIssuer,
  session: Session,
  { audience, scopes }: TokenRequest,
  deadline: Deadline,
): Promise<{ token: string; expiresAt: number; expiresIn: number }> {
  const now = clock()
  const expiresAt = Math.min(now + seconds, session.expiresAt, session.endsAt)
  const claims = {
    ...{ iss: issuer, aud: audience, sub: session.userId, client_id: CLIENT_ID, scope: scopes.join(' ') },
    ...{ iat: now, exp: expiresAt, jti: randomText(ID_LENGTH), sid: session.id },
    ...{ auth_time: session.authenticatedAt, acr: ASSURANCE_CLASS[session.assurance] },
  }
  return { token: await signJson(key, 'at+jwt', claims, deadline), expiresAt, expiresIn: expiresAt - now }
}
