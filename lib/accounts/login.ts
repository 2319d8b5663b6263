import { setTimeout as sleep } from 'node:timers/promises'
import { logEntry } from '../audit.ts'
import type { Deadline } from '../deadline.ts'
import { ConflictError, InvalidCredentialsError, InvalidScopeError, UnavailableError } from '../errors.ts'
import type { Log, PasswordHasher, Verification } from '../ports.ts'
import { heldScopes, missingScopes, type Scope } from '../scope.ts'
import type { Secret } from '../secret.ts'
import type { Session, SessionId } from '../session.ts'
import type { CreatedSession, NewSession } from '../sessions/create-session.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Attempts } from '../throttling/attempts.ts'
import { lockFacts } from '../throttling/reserved-attempt.ts'
import type { Email, User } from '../user.ts'
import type { Revocations } from './revocations.ts'
import type { Users } from './users.ts'

interface LoginRequest {
  readonly email: Email
  readonly password: Secret
  /** The scopes of the session. Default: all that the user holds. */
  readonly scopes?: readonly Scope[] | undefined
  readonly label?: string | undefined
  readonly ip: string
  readonly userAgent: string
  /** Session tokens in the request; their sessions are revoked on success (OWASP ASVS 7.2.4). */
  readonly presented: readonly string[]
}

/** The parts that login and reauthentication use. */
export interface SignInParts {
  readonly users: Users
  readonly sessions: Sessions
  readonly revocations: Revocations
  readonly hasher: PasswordHasher
  readonly attempts: Attempts
  readonly log: Log
}

interface LoginParts extends SignInParts {
  /** Waits until the clock shows another second. Default: one second. */
  readonly pause?: () => Promise<void>
}

interface Login extends CreatedSession {
  readonly user: User
  /** Sessions revoked because of the session cap. */
  readonly revokedByCap: readonly SessionId[]
  /** Sessions whose tokens came with the request; revoked. */
  readonly replaced: readonly Session[]
}

/**
 * Signs a user in: reserves the attempt, finds the user, verifies the password, creates a session, enforces the cap.
 * Whatever the outcome: three reads, two writes (three for IPv6) and one verification (two if the password changes under
 * NFC, for every account). On success also: three or four
 * writes that settle the attempt, one write and one read for the session, one Query, a delete per session over the cap,
 * a read and a delete per presented session, a sweep if a revoke-all was interrupted, and a write if the stored hash is
 * outdated.
 * @throws TooManyAttemptsError if no attempt is left; nothing is verified.
 * @throws InvalidCredentialsError for an unknown email, a wrong password, a disabled user or a user without a password.
 * @throws InvalidScopeError if the user does not hold a requested scope.
 * @throws ConflictError if all sessions were revoked, or the password was changed, during the login.
 * @throws UnavailableError if the datastore fails, or the new session is itself over the cap.
 */
export async function login(parts: LoginParts, request: LoginRequest, deadline: Deadline): Promise<Login> {
  const { users, hasher, attempts, log } = parts
  const { email, password, ip } = request
  const attempt = await attempts.reserveLogin(email, ip, deadline)
  const user = await users.findByEmail(email, deadline).catch(async (error) => {
    await attempt.release(deadline, log) // an outage must not lock accounts
    throw error
  })
  const verification = await hasher.verify(password, user?.passwordHash)
  if (user && verification === 'unreadable') log(logEntry('corrupt_password_hash', { target: user.id }))
  const reason = refusalReason(user, verification)
  if (!user || reason) {
    const account = attempts.logTag(email)
    // Stryker disable next-line StringLiteral: only for the compiler, every refusal has a reason
    const facts = { reason: reason ?? '', account, ...(user && { target: user.id }) }
    throw new InvalidCredentialsError({ ...facts, ...lockFacts(attempt) })
  }
  // In parallel with the rest: the two are independent, and this one never throws.
  const settling = attempt.succeed(user.id, deadline, log)
  try {
    return await createLoginSession(parts, request, user, verification, deadline)
  } finally {
    await settling
  }
}

/** Continues a login after the password was verified. */
async function createLoginSession(
  parts: LoginParts,
  { password, scopes: requested, label, ip, userAgent, presented: tokens }: LoginRequest,
  user: User,
  verification: Verification,
  deadline: Deadline,
): Promise<Login> {
  const { sessions, revocations, log } = parts
  const scopes = grantedScopes(user, requested)
  const narrowed = requested !== undefined

  await revocations.finishPendingSweep(user, log)
  const presented: Session[] = []
  for (const tokenText of tokens) {
    const session = await sessions.check(tokenText, { deadline, log })
    if (session) presented.push(session)
  }
  const newSession: NewSession = { user, scopes, narrowed, label, ip, userAgent }
  const leaving = presented.map(({ id }) => id)
  const { revokedByCap, ...created } = await createWithinCap(parts, newSession, leaving, deadline)
  if (verification === 'outdated') await upgradePasswordHash(parts, user, password, deadline)
  // Last, so that a login that fails revokes nothing.
  for (const { userId, id } of presented) await sessions.revoke(userId, id, deadline)
  return { ...created, user, revokedByCap, replaced: presented }
}

/**
 * The order of sessions that begin in the same second is undefined, so the new one may itself be over the cap. A second
 * try begins a second later and is then the newest.
 */
async function createWithinCap(
  { users, sessions, pause = oneSecond }: LoginParts,
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

/** Why a login is refused, for the log; the response is the same for all reasons. */
function refusalReason(user: User | undefined, verification: Verification): string | undefined {
  if (!user) return 'unknown_email'
  if (user.passwordHash === undefined) return 'no_password'
  if (verification === 'unreadable') return 'unreadable_hash'
  if (verification === 'wrong') return 'wrong_password'
  return user.status === 'active' ? undefined : 'disabled'
}

/** Stores a hash in the current format. If that fails, this login succeeds all the same, and the next one tries again. */
async function upgradePasswordHash(
  { users, hasher, log }: LoginParts,
  user: User,
  password: Secret,
  deadline: Deadline,
) {
  // Stryker disable next-line StringLiteral: only for the compiler, a verified user has a password hash
  const { id, passwordHash = '' } = user
  try {
    await users.replacePasswordHash(id, passwordHash, await hasher.hash(password), deadline)
  } catch (error) {
    log(logEntry('upgrade_missed', { target: id, error }))
  }
}

function grantedScopes(user: User, requested: readonly Scope[] | undefined): Scope[] {
  const held = heldScopes(user)
  if (!requested) return held
  const refused = missingScopes(requested, held)
  if (refused.length > 0) throw new InvalidScopeError(refused)
  return [...new Set(requested)]
}
