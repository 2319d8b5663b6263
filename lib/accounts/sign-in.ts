import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from '../deadline.ts'
import { ConflictError, UnavailableError } from '../errors.ts'
import type { Proof } from '../factor.ts'
import type { Log } from '../ports.ts'
import type { Scope } from '../scope.ts'
import type { Session, SessionId } from '../session.ts'
import type { CreatedSession, NewSession } from '../sessions/create-session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { User } from '../user.ts'
import { grantedScopes } from './granted-scopes.ts'
import type { Revocations } from './revocations.ts'
import type { Users } from './users.ts'

/** What a sign-in asks for. */
export interface SignInRequest {
  /** The scopes of the session. Default: all that the user may have in it. */
  readonly scopes?: readonly Scope[] | undefined
  readonly label?: string | undefined
  readonly ip: string
  readonly userAgent: string
  /** Session tokens in the request; their sessions are revoked on success (OWASP ASVS 7.2.4). */
  readonly presented: readonly string[]
}

/** The parts of `signIn`. */
export interface SessionParts {
  readonly users: Users
  readonly sessions: Sessions
  readonly revocations: Revocations
  /** Scopes that only sessions of two factors have. Default: none. */
  readonly strongScopes?: readonly Scope[] | undefined
  readonly log: Log
  /** Waits until the clock shows another second. Default: one second. */
  readonly pause?: () => Promise<void>
}

/** A session that a sign-in made. */
export interface SignedIn extends CreatedSession {
  readonly user: User
  /** Sessions revoked because of the session cap. */
  readonly revokedByCap: readonly SessionId[]
  /** Sessions whose tokens came with the request; revoked. */
  readonly replaced: readonly Session[]
}

/**
 * Makes the session of a user whose factors are proven, however they were: one write and one read for the session, one
 * Query, a delete per session over the cap, a read and a delete per presented session, and a sweep if a revoke-all was
 * interrupted.
 * @param user as read before the factors were verified
 * @throws InvalidScopeError if the user does not hold a requested scope, or only with two factors.
 * @throws ConflictError if all sessions were revoked during the sign-in.
 * @throws UnavailableError if the datastore fails, or the new session is itself over the cap.
 */
export async function signIn(
  parts: SessionParts,
  user: User,
  proof: Proof,
  { scopes: requested, label, ip, userAgent, presented: tokens }: SignInRequest,
  deadline: Deadline,
): Promise<SignedIn> {
  const { sessions, revocations, strongScopes, log } = parts
  const scopes = grantedScopes(user, requested, proof.assurance, strongScopes)
  const narrowed = requested !== undefined

  await revocations.finishPendingSweep(user, log)
  const presented: Session[] = []
  for (const tokenText of tokens) {
    const session = await sessions.check(tokenText, { deadline, log })
    if (session) presented.push(session)
  }
  const newSession: NewSession = { user, scopes, narrowed, label, proof, ip, userAgent }
  const leaving = presented.map(({ id }) => id)
  const { revokedByCap, ...created } = await createWithinCap(parts, newSession, leaving, deadline)
  // Last, so that a sign-in that fails revokes nothing.
  for (const { userId, id } of presented) await sessions.revoke(userId, id, deadline)
  return { ...created, user, revokedByCap, replaced: presented }
}

/**
 * The order of sessions that begin in the same second is undefined, so the new one may itself be over the cap. A second
 * try begins a second later and is then the newest.
 */
async function createWithinCap(
  { users, sessions, pause = oneSecond }: SessionParts,
  newSession: NewSession,
  leaving: readonly SessionId[],
  deadline: Deadline,
) {
  const revokedByCap: SessionId[] = []
  for (let tries = 1; ; tries++) {
    const created = await sessions.create(newSession, users, deadline)
    if (!created) throw new ConflictError()
    const revoked = await sessions.enforceCap(newSession.user, deadline, leaving).catch(async (error) => {
      await sessions.discard(newSession.user.id, created.session.id, deadline).catch(() => {})
      throw error
    })
    revokedByCap.push(...revoked.filter((id) => id !== created.session.id))
    if (!revoked.includes(created.session.id)) return { ...created, revokedByCap }
    if (tries === MAX_CAP_TRIES)
      throw new UnavailableError('More sessions than the session cap were created in the same second')
    await pause()
  }
}

/** Sessions created until one is not over the cap. */
const MAX_CAP_TRIES = 2
// Stryker disable next-line ArrowFunction: no test measures the pause
const oneSecond = () => sleep(1000)
