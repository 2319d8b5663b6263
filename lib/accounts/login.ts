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
import type { Email, User } from '../user.ts'
import type { Revocations } from './revocations.ts'
import type { Users } from './users.ts'

interface LoginRequest {
  readonly email: Email
  readonly password: Secret
  /** Exactly these; all that the user holds when absent. */
  readonly scopes?: readonly Scope[] | undefined
  readonly label?: string | undefined
  readonly ip: string
  readonly userAgent: string
  /** Tokens that came with the request: a session that one of them stands for is ended (ASVS 7.2.4). */
  readonly presented: readonly string[]
}

/** What a verification of a password needs, and what it is followed by. */
export interface SignInParts {
  readonly users: Users
  readonly sessions: Sessions
  readonly revocations: Revocations
  readonly hasher: PasswordHasher
  readonly attempts: Attempts
  readonly log: Log
}

interface Parts extends SignInParts {
  /** Until the clock shows another second. */
  readonly pause?: () => Promise<void>
}

interface Login extends CreatedSession {
  readonly user: User
  /** Sessions that gave way: those beyond the cap, and those presented. */
  readonly capped: readonly SessionId[]
  readonly replaced: readonly Session[]
}

/**
 * Signs a user in: attempt slots, pointer, user, one verification, create session, cap. Three reads, two writes and one
 * verification whatever the outcome (a write more for IPv6). On success besides: three or four writes that settle the
 * slots, the session's write and a read, a Query, a delete for each session over the cap, a read and a delete for each
 * live one presented, a sweep where an end-all was interrupted, a write where the stored hash is of an older form.
 * @throws TooManyAttemptsError without any verification.
 * @throws InvalidCredentialsError for an unknown email, a wrong password, a disabled user and one without a password.
 * @throws InvalidScopeError when asked for a scope the user does not hold.
 * @throws ConflictError when the account's sessions were ended, or its password changed, during this login.
 * @throws UnavailableError when the datastore fails, or this session falls to the cap at once.
 */
export async function login(parts: Parts, request: LoginRequest, deadline: Deadline): Promise<Login> {
  const { users, hasher, attempts, log } = parts
  const { email, password, ip } = request
  const slot = await attempts.takeLogin(email, ip, deadline)
  const user = await users.findByEmail(email, deadline).catch(async (error) => {
    await slot.release(deadline, log) // an outage must not lock anybody out
    throw error
  })
  const verification = await hasher.verify(password, user?.passwordHash)
  if (user && verification === 'unreadable') log(logEntry('corrupt_password_hash', { target: user.id }))
  const reason = refusal(user, verification)
  if (!user || reason) {
    const account = attempts.tagOf(email)
    throw new InvalidCredentialsError({ reason: reason ?? '', account, ...(user && { target: user.id }) })
  }
  // Beside what follows: neither needs the other, and it never throws.
  const settling = slot.succeed(user.id, deadline, log)
  try {
    return await open(parts, request, user, verification, deadline)
  } finally {
    await settling
  }
}

/** What is left to do once it is known who signs in. */
async function open(
  parts: Parts,
  { password, scopes: asked, label, ip, userAgent, presented: tokens }: LoginRequest,
  user: User,
  verification: Verification,
  deadline: Deadline,
): Promise<Login> {
  const { sessions, revocations, log } = parts
  const scopes = grantedScopes(user, asked)
  const narrowed = asked !== undefined

  await revocations.finishPending(user, log)
  const presented: Session[] = []
  for (const tokenText of tokens) {
    const session = await sessions.check(tokenText, { deadline, log })
    if (session) presented.push(session)
  }
  const wanted: NewSession = { user, scopes, narrowed, label, ip, userAgent }
  const leaving = presented.map(({ id }) => id)
  const { capped, ...created } = await createWithinCap(parts, wanted, leaving, deadline)
  if (verification === 'outdated') await upgrade(parts, user, password, deadline)
  // Last: a login that fails ends nothing.
  for (const { userId, id } of presented) await sessions.revoke(userId, id, deadline)
  return { ...created, user, capped, replaced: presented }
}

/**
 * Of the sessions that begin in one second nobody knows the order, and this one may be among those that give way: a
 * second later it is the newest.
 */
async function createWithinCap(
  { users, sessions, pause = oneSecond }: Parts,
  wanted: NewSession,
  leaving: readonly SessionId[],
  deadline: Deadline,
) {
  const capped: SessionId[] = []
  for (let tries = 1; ; tries++) {
    const created = await sessions.create(wanted, users, deadline)
    if (!created) throw new ConflictError()
    const ended = await sessions.keepWithinCap(wanted.user, deadline, leaving).catch(async (error) => {
      await sessions.revoke(wanted.user.id, created.session.id, deadline).catch(() => {}) // nobody holds its secret
      throw error
    })
    capped.push(...ended.filter((id) => id !== created.session.id))
    if (!ended.includes(created.session.id)) return { ...created, capped }
    if (tries === CREATE_TRIES) throw new UnavailableError('more sessions than the cap began at this moment')
    await pause()
  }
}

const CREATE_TRIES = 2
const oneSecond = () => sleep(1000)

/** Why a login is refused, for the log alone. */
function refusal(user: User | undefined, verification: Verification): string | undefined {
  if (!user) return 'unknown_email'
  if (user.passwordHash === undefined) return 'no_password'
  if (verification === 'unreadable') return 'unreadable_hash'
  if (verification === 'wrong') return 'wrong_password'
  return user.status === 'active' ? undefined : 'disabled'
}

/** The present form of the same password. A failure costs the user nothing: the next login tries again. */
async function upgrade({ users, hasher, log }: Parts, user: User, password: Secret, deadline: Deadline) {
  const { id, passwordHash = '' } = user
  try {
    await users.replacePasswordHash(id, passwordHash, await hasher.hash(password), deadline)
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error
    log(logEntry('upgrade_missed', { target: id, error }))
  }
}

function grantedScopes(user: User, wanted: readonly Scope[] | undefined): Scope[] {
  const held = heldScopes(user)
  if (!wanted) return held
  const refused = missingScopes(wanted, held)
  if (refused.length > 0) throw new InvalidScopeError()
  return [...new Set(wanted)]
}
