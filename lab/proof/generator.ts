import type { User } from '../../lib/user.ts'
import { type Answered, type Asked, openCaller, outcomeOf } from './caller.ts'
import { type Door, doorOf } from './doors.ts'
import {
  type Instant,
  instant,
  instantOf,
  type Operation,
  type OperationName,
  type Outcome,
} from './history/operation.ts'
import { leaksIn, PASSWORD } from './secrets.ts'
import { SCOPES, type System } from './system.ts'

/** A session somebody was given. */
export interface Held {
  readonly id: string
  readonly token: string
  readonly user: User
}

/** When it should be sent; when it is, unless it waits for its turn. */
export interface Timing {
  readonly intended?: Instant
}

type Facts = Omit<Partial<Operation>, 'intended'> & { readonly user: string; readonly intended?: Instant | undefined }

export type Generator = ReturnType<typeof createGenerator>

/**
 * Asks the service as its users would, and writes down each operation as it was seen from outside. `intended` is when
 * it should have been sent, where it waited for its turn.
 */
export function createGenerator(system: System, run: string, record: (operation: Operation) => void) {
  const { ask, close } = openCaller(system.url)
  let seq = 0

  async function operate(
    op: OperationName,
    facts: Facts,
    asked: Asked,
    told: (answer: Answered) => object = () => ({}),
  ) {
    const number = ++seq
    const invoked = instant()
    const answer = await ask(asked)
    const returned = instant()
    const outcome = outcomeOf(answer)
    const { intended = invoked, ...rest } = facts
    const learnt = outcome === 'ok' && answer ? told(answer) : {}
    record({
      run,
      seq: number,
      op,
      intended,
      invoked,
      returned,
      outcome,
      status: answer?.status ?? 0,
      worker: answer?.worker,
      ...rest,
      ...learnt,
      canaries: leaksIn(answer?.text ?? '') - ('created' in learnt ? 1 : 0), // the token that it is about
    })
    return { outcome, answer }
  }

  const created = ({ json }: Answered) => ({
    created: json.session.id,
    principal: json.session.userId,
    scopes: json.session.scopes,
    expiresAt: instantOf(Date.parse(json.session.expiresAt) / 1000),
    endsAt: instantOf(Date.parse(json.session.endsAt) / 1000),
  })
  const heldOf = ({ outcome, answer }: { outcome: Outcome; answer: Answered | undefined }, user: User) =>
    outcome === 'ok' && answer ? { id: answer.json.session.id, token: answer.json.token, user } : undefined

  const generator = {
    async login(
      user: User,
      { password = PASSWORD, intended }: Timing & { password?: string } = {},
    ): Promise<Held | undefined> {
      const body = { email: user.email, password, credential: 'bearer' }
      const asked = { method: 'POST', path: '/auth/login', body }
      return heldOf(await operate('login', { user: user.id, password, intended }, asked, created), user)
    },
    /** A guarded call: one read, or none where a door allows that, and a renewal where that is due. */
    async me(
      { id, token, user }: Held,
      { door = 'middleware', intended }: Timing & { door?: Door } = {},
    ): Promise<Outcome> {
      const { path, principal, allowedSeconds } = doorOf(door)
      const told = ({ json }: Answered) => ({ principal: principal(json) })
      const allowed = allowedSeconds && allowedSeconds * 1_000_000
      const facts = { user: user.id, sid: id, intended, allowed }
      return (await operate('me', facts, { method: 'GET', path, token }, told)).outcome
    },
    async look({ id, token, user }: Held, { intended }: Timing = {}): Promise<Outcome> {
      const told = ({ json }: Answered) => ({ principal: json.user.id })
      const asked = { method: 'GET', path: '/auth/session', token }
      return (await operate('look', { user: user.id, sid: id, intended }, asked, told)).outcome
    },
    async logout({ id, token, user }: Held, { intended }: Timing = {}): Promise<Outcome> {
      const asked = { method: 'POST', path: '/auth/logout', token }
      return (await operate('logout', { user: user.id, sid: id, intended }, asked)).outcome
    },
    async revoke({ id, user }: Held, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const path = `/admin/users/${user.id}/sessions/${id}`
      const facts = { user: user.id, sid: by.id, target: id, intended }
      return (await operate('revoke', facts, { method: 'DELETE', path, token: by.token })).outcome
    },
    async revokeAllSessions(user: User, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const path = `/admin/users/${user.id}/sessions`
      const facts = { user: user.id, sid: by.id, intended }
      return (await operate('end-all', facts, { method: 'DELETE', path, token: by.token })).outcome
    },
    async revokeOwnSessions({ id, token, user }: Held, { intended }: Timing = {}): Promise<Outcome> {
      const asked = { method: 'DELETE', path: '/auth/sessions', token }
      return (await operate('end-own', { user: user.id, sid: id, intended }, asked)).outcome
    },
    async revokeOtherSessions({ id, token, user }: Held, { intended }: Timing = {}): Promise<Held | undefined> {
      const asked = { method: 'DELETE', path: '/auth/sessions?keep=current', token }
      return heldOf(await operate('end-others', { user: user.id, sid: id, intended }, asked, created), user)
    },
    async reauthenticate(
      { id, token, user }: Held,
      password = PASSWORD,
      { intended }: Timing = {},
    ): Promise<Held | undefined> {
      const asked = { method: 'POST', path: '/auth/session/reauthenticate', token, body: { password } }
      return heldOf(
        await operate('reauthenticate', { user: user.id, sid: id, password, intended }, asked, created),
        user,
      )
    },
    async changePassword(
      { id, token, user }: Held,
      newPassword: string,
      password = PASSWORD,
      { intended }: Timing = {},
    ): Promise<Held | undefined> {
      const asked = { method: 'PUT', path: '/auth/password', token, body: { currentPassword: password, newPassword } }
      const facts = { user: user.id, sid: id, password, newPassword, intended }
      return heldOf(await operate('password-change', facts, asked, created), user)
    },
    async change(
      op: 'disable' | 'enable' | 'scope-removal',
      user: User,
      by: Held,
      { intended }: Timing = {},
    ): Promise<Outcome> {
      const body =
        op === 'scope-removal' ? { scopes: SCOPES.kept } : { status: op === 'enable' ? 'active' : 'disabled' }
      const facts = {
        user: user.id,
        sid: by.id,
        intended,
        ...(op === 'scope-removal' ? { scope: SCOPES.taken, held: true } : {}),
      }
      const asked = { method: 'PATCH', path: `/admin/users/${user.id}`, token: by.token, body }
      return (await operate(op, facts, asked)).outcome
    },
    async deleteUser(user: User, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const asked = { method: 'DELETE', path: `/admin/users/${user.id}`, token: by.token }
      return (await operate('delete-user', { user: user.id, sid: by.id, intended }, asked)).outcome
    },
    /** Lets the sessions of a user end so many seconds from now, past the service, and sets that down as well. */
    async expireIn(seconds: number, user: User, history: Operation[]): Promise<void> {
      const at = Math.ceil(Date.now() / 1000) + seconds
      await system.expire(user.id, at)
      for (const [index, each] of history.entries())
        if (each.op === 'login' && each.user === user.id)
          history[index] = { ...each, expiresAt: instantOf(at), endsAt: instantOf(at) }
    },
    /** When all is quiet: what the tables hold of a user, read past the service. */
    async snapshot(user: Pick<User, 'id'>): Promise<void> {
      const invoked = instant()
      const [rows, item] = [await system.rows(user.id), await system.item(user.id)]
      const status = item?.status?.S === 'active' || item?.status?.S === 'disabled' ? item.status.S : 'absent'
      record({
        run,
        seq: ++seq,
        op: 'table-snapshot',
        user: user.id,
        intended: invoked,
        invoked,
        returned: instant(),
        outcome: 'ok',
        status: 200,
        rows: rows.map((row) => ({ sid: row.sessionId?.S ?? '', epoch: Number(row.userEpoch?.N) })),
        ...(item?.epoch?.N !== undefined && { epoch: Number(item.epoch.N) }),
        userStatus: status,
        sweepPending: item?.sweepPending?.BOOL ?? false,
      })
    },
    close,
  }
  return generator
}
