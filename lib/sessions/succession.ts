import { logEntry } from '../audit.ts'
import { type Deadline, startDeadline } from '../deadline.ts'
import type { DeletionOutcome, Log, SessionStore, UserStore } from '../ports.ts'
import { isLive, type Predecessor, type Session, type SessionId, type SessionRow } from '../session.ts'
import type { Clock, EpochSeconds } from '../system.ts'
import type { UserId } from '../user.ts'
import type { CreatedSession, NewSession } from './create-session.ts'
import { parseToken, secretMatches } from './session-token.ts'

/**
 * Two minutes, in which every client learns which session it holds, and ten for the clocks: the function that replaces a
 * session and the one that revokes it may each be off by five minutes.
 */
const SUCCESSION_SECONDS = 120 + 600
/** The most predecessors that a row names; a revocation of an earlier one does not reach the session. */
const MAX_PREDECESSORS = 4

interface Parts {
  readonly store: SessionStore
  readonly clock: Clock
  readonly log: Log
  create(newSession: NewSession, users: Pick<UserStore, 'get'>, deadline: Deadline): Promise<CreatedSession | undefined>
  deleteRow(userId: UserId, sessionId: SessionId, deadline: Deadline): Promise<DeletionOutcome>
}

/** Whether a revocation of a session includes this successor of it. */
type IsMeant = (successor: SessionRow, predecessor: Predecessor) => boolean

/**
 * The operations that revoke one session or replace it. The row of a new session names the sessions it replaced; an
 * operation that revokes a session and finds no row deletes the rows that name it (docs/decisions/013-succession.md).
 */
export function createSuccession({ store, clock, log: defaultLog, create, deleteRow }: Parts) {
  /** Deletes the rows that name a session, until a Query finds none: a successor may have been replaced as well. */
  async function revokeSuccessors(userId: UserId, sessionId: SessionId, isMeant: IsMeant, deadline: Deadline) {
    const revoked: SessionId[] = []
    for (;;) {
      const now = clock()
      const successors = (await store.list(userId, deadline)).filter((row) => {
        const predecessor = recentPredecessors(row, now).find(({ id }) => id === sessionId)
        return predecessor && isMeant(row, predecessor)
      })
      if (successors.length === 0) return revoked
      for (const { id } of successors) {
        await deleteRow(userId, id, deadline)
        revoked.push(id)
      }
    }
  }

  /** Deletes a row; its successors too, unless this call has certainly deleted the row. */
  async function revokeRow(userId: UserId, sessionId: SessionId, isMeant: IsMeant, deadline: Deadline) {
    const outcome = await deleteRow(userId, sessionId, deadline)
    if (outcome === 'deleted') return { outcome, revoked: [sessionId] }
    const revoked = await revokeSuccessors(userId, sessionId, isMeant, deadline)
    return { outcome: revoked.length > 0 ? ('deleted' as const) : outcome, revoked }
  }

  return {
    /**
     * Revokes one session, or its successor if it was replaced in the last 12 minutes: every request that starts
     * afterwards is refused. One write; a Query and a write per successor more if there was no row.
     * @param actingId the session that requests this, which is not revoked as the successor of `sessionId`
     * @returns `absent` if there was neither a row nor a successor
     */
    async revoke(
      userId: UserId,
      sessionId: SessionId,
      deadline: Deadline = startDeadline(),
      actingId?: SessionId,
    ): Promise<DeletionOutcome> {
      return (await revokeRow(userId, sessionId, ({ id }) => id !== actingId, deadline)).outcome
    },

    /**
     * Revokes the session of a token, even an expired one, or its successor if it was replaced in the last 12 minutes.
     * One read and one write; a read and a Query if there is no row.
     * @returns the revoked sessions; none for a malformed token, a wrong secret or an expired session
     */
    async revokePresented(
      tokenText: string,
      deadline: Deadline,
      log: Log = defaultLog,
    ): Promise<Pick<Session, 'id' | 'userId'>[]> {
      const token = parseToken(tokenText)
      if (!token) return []
      const { userId, sessionId, secret } = token
      const isMeant = (_: SessionRow, { secretHash }: Predecessor) => secretMatches(secret, secretHash)
      const row = await store.get(userId, sessionId, deadline)
      if (row && !secretMatches(secret, row.secretHash)) return []
      const revoked = row
        ? (await revokeRow(userId, sessionId, isMeant, deadline)).revoked
        : await revokeSuccessors(userId, sessionId, isMeant, deadline)
      const isExpired = row && !isLive(row, clock())
      if (isExpired) log(logEntry('session_use_after_expire', { actor: userId, sessionId }))
      return revoked.filter((id) => !isExpired || id !== sessionId).map((id) => ({ id, userId }))
    },

    /**
     * Revokes the sessions that stem from one session at a provider, and their successors. One Query and a write for each;
     * as `revoke` if a row was just replaced.
     */
    async revokeOfProvider(
      userId: UserId,
      { issuer, sid }: { readonly issuer: string; readonly sid: string },
      deadline: Deadline,
    ): Promise<SessionId[]> {
      const rows = await store.list(userId, deadline)
      const revoked: SessionId[] = []
      for (const { id, provider } of rows)
        if (provider?.issuer === issuer && provider.sid === sid)
          revoked.push(...(await revokeRow(userId, id, () => true, deadline)).revoked)
      return revoked
    },

    /** Deletes a session whose token was never sent to a client. One write. */
    discard: deleteRow,

    /**
     * Prepares the replacement of a session: reads its row. The returned function creates the new session, then deletes
     * that row; it returns `undefined`, and leaves no session, if the session was revoked meanwhile. One read; the
     * function costs as `create`, and a write more.
     * @returns `undefined` if the session was revoked
     */
    async prepareReplacement(session: Session, deadline: Deadline) {
      const row = await store.get(session.userId, session.id, deadline)
      if (!row) return undefined
      return async (newSession: NewSession, users: Pick<UserStore, 'get'>): Promise<CreatedSession | undefined> => {
        const created = await create({ ...newSession, replaced: predecessorsOf(row, clock()) }, users, deadline)
        if (!created) return undefined
        const discard = () => deleteRow(row.userId, created.session.id, deadline)
        // Only one of this and a concurrent revocation deletes the row; the new session stays only if this one does.
        const outcome = await deleteRow(row.userId, row.id, deadline).catch(async (error) => {
          await discard().catch(() => {}) // its token was never sent to a client
          throw error
        })
        if (outcome === 'deleted') return created
        await discard()
        return undefined
      }
    },
  }
}

/** What the successor of this row names as replaced. */
function predecessorsOf(row: SessionRow, now: EpochSeconds): Predecessor[] {
  const { id, secretHash } = row
  return [{ id, secretHash, replacedAt: now }, ...recentPredecessors(row, now)].slice(0, MAX_PREDECESSORS)
}

function recentPredecessors({ replaced }: SessionRow, now: EpochSeconds): Predecessor[] {
  return replaced?.filter(({ replacedAt }) => now - replacedAt < SUCCESSION_SECONDS) ?? []
}
