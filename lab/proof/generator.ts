import type { User } from '../../lib/user.ts'
import { openCaller, outcomeOf, type Request, type Response } from './caller.ts'
import { type RouteName, routeOf } from './guarded-routes.ts'
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

/** A session that a response gave. */
export interface Held {
  readonly id: string
  readonly token: string
  readonly user: User
}

/** Open loop: when the request was to be sent; by default when it is. */
export interface Timing {
  readonly intended?: Instant
}

type Fields = Omit<Partial<Operation>, 'intended'> & { readonly user: string; readonly intended?: Instant | undefined }

export type Generator = ReturnType<typeof createGenerator>

/** Sends requests as users and administrators do, and records each operation as a client sees it. */
export function createGenerator(system: System, run: string, record: (operation: Operation) => void) {
  const { send, close } = openCaller(system.url)
  let seq = 0

  async function operate(
    op: OperationName,
    fields: Fields,
    request: Request,
    readResponse: (response: Response) => object = () => ({}),
  ) {
    const number = ++seq
    const invoked = instant()
    const response = await send(request)
    const returned = instant()
    const outcome = outcomeOf(response)
    const { intended = invoked, ...rest } = fields
    const read = outcome === 'ok' && response ? readResponse(response) : {}
    record({
      run,
      seq: number,
      op,
      intended,
      invoked,
      returned,
      outcome,
      status: response?.status ?? 0,
      ...(outcome === 'deny' || outcome === 'unavailable' ? { code: response?.json?.code } : {}),
      worker: response?.worker,
      ...rest,
      ...read,
      leaks: leaksIn(response?.text ?? '') - ('created' in read ? 1 : 0), // except the new token
    })
    return { outcome, response }
  }

  const created = ({ json }: Response) => ({
    created: json.session.id,
    principal: json.session.userId,
    scopes: json.session.scopes,
    expiresAt: instantOf(Date.parse(json.session.expiresAt) / 1000),
    endsAt: instantOf(Date.parse(json.session.endsAt) / 1000),
  })
  const heldOf = ({ outcome, response }: { outcome: Outcome; response: Response | undefined }, user: User) =>
    outcome === 'ok' && response ? { id: response.json.session.id, token: response.json.token, user } : undefined

  const generator = {
    async login(
      user: User,
      { password = PASSWORD, intended }: Timing & { password?: string } = {},
    ): Promise<Held | undefined> {
      const body = { email: user.email, password, credential: 'bearer' }
      const request = { method: 'POST', path: '/auth/login', body }
      return heldOf(await operate('login', { user: user.id, password, intended }, request, created), user)
    },
    /** A guarded request: one read, or none if its route allows staleness, and a renewal if that is due. */
    async me(
      { id, token, user }: Held,
      { route = 'middleware', intended }: Timing & { route?: RouteName } = {},
    ): Promise<Outcome> {
      const { path, principal, allowedSeconds } = routeOf(route)
      const readPrincipal = ({ json }: Response) => ({ principal: principal(json) })
      const allowed = allowedSeconds && allowedSeconds * 1_000_000
      const fields = { user: user.id, sid: id, intended, allowed }
      return (await operate('me', fields, { method: 'GET', path, token }, readPrincipal)).outcome
    },
    async look({ id, token, user }: Held, { intended }: Timing = {}): Promise<Outcome> {
      const readPrincipal = ({ json }: Response) => ({ principal: json.user.id })
      const request = { method: 'GET', path: '/auth/session', token }
      return (await operate('look', { user: user.id, sid: id, intended }, request, readPrincipal)).outcome
    },
    async logout({ id, token, user }: Held, { intended }: Timing = {}): Promise<Outcome> {
      const request = { method: 'POST', path: '/auth/logout', token }
      return (await operate('logout', { user: user.id, sid: id, intended }, request)).outcome
    },
    async revoke({ id, user }: Held, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const path = `/admin/users/${user.id}/sessions/${id}`
      const fields = { user: user.id, sid: by.id, target: id, intended }
      return (await operate('revoke', fields, { method: 'DELETE', path, token: by.token })).outcome
    },
    async revokeAllSessions(user: User, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const path = `/admin/users/${user.id}/sessions`
      const fields = { user: user.id, sid: by.id, intended }
      return (await operate('revoke-all', fields, { method: 'DELETE', path, token: by.token })).outcome
    },
    async revokeOwnSessions({ id, token, user }: Held, { intended }: Timing = {}): Promise<Outcome> {
      const request = { method: 'DELETE', path: '/auth/sessions', token }
      return (await operate('revoke-own', { user: user.id, sid: id, intended }, request)).outcome
    },
    async revokeOtherSessions({ id, token, user }: Held, { intended }: Timing = {}): Promise<Held | undefined> {
      const request = { method: 'DELETE', path: '/auth/sessions?keep=current', token }
      return heldOf(await operate('revoke-others', { user: user.id, sid: id, intended }, request, created), user)
    },
    async reauthenticate(
      { id, token, user }: Held,
      password = PASSWORD,
      { intended }: Timing = {},
    ): Promise<Held | undefined> {
      const request = { method: 'POST', path: '/auth/session/reauthenticate', token, body: { password } }
      return heldOf(
        await operate('reauthenticate', { user: user.id, sid: id, password, intended }, request, created),
        user,
      )
    },
    async changePassword(
      { id, token, user }: Held,
      newPassword: string,
      password = PASSWORD,
      { intended }: Timing = {},
    ): Promise<Held | undefined> {
      const request = { method: 'PUT', path: '/auth/password', token, body: { currentPassword: password, newPassword } }
      const fields = { user: user.id, sid: id, password, newPassword, intended }
      return heldOf(await operate('password-change', fields, request, created), user)
    },
    async change(
      op: 'disable' | 'enable' | 'scope-removal',
      user: User,
      by: Held,
      { intended }: Timing = {},
    ): Promise<Outcome> {
      const body =
        op === 'scope-removal' ? { scopes: SCOPES.kept } : { status: op === 'enable' ? 'active' : 'disabled' }
      const fields = {
        user: user.id,
        sid: by.id,
        intended,
        ...(op === 'scope-removal' ? { scope: SCOPES.removed, held: true } : {}),
      }
      const request = { method: 'PATCH', path: `/admin/users/${user.id}`, token: by.token, body }
      return (await operate(op, fields, request)).outcome
    },
    async deleteUser(user: User, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const request = { method: 'DELETE', path: `/admin/users/${user.id}`, token: by.token }
      return (await operate('delete-user', { user: user.id, sid: by.id, intended }, request)).outcome
    },
    /** Sets the timeouts of a user's sessions in the table, not through the service, and in the history. */
    async expireIn(seconds: number, user: User, history: Operation[]): Promise<void> {
      const at = Math.ceil(Date.now() / 1000) + seconds
      await system.expire(user.id, at)
      for (const [index, each] of history.entries())
        if (each.op === 'login' && each.user === user.id)
          history[index] = { ...each, expiresAt: instantOf(at), endsAt: instantOf(at) }
    },
    /** Reads the rows and the item of a user from the tables, when no request of the user runs. */
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
