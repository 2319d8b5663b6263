import { nanoid } from 'nanoid'
import type { User } from '../../lib/user.ts'
import { type Address, type Credential, IPV6, openCaller, outcomeOf, type Request, type Response } from './caller.ts'
import { factorRequests } from './factor-requests.ts'
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
import { signInRequests } from './sign-in-requests.ts'
import { SCOPES, type System } from './system.ts'

/** A session that a response gave. */
export interface Held extends Credential {
  readonly id: string
  readonly user: User
}

/** Open loop: when the request was to be sent; by default when it is. */
export interface Timing {
  readonly intended?: Instant
}

interface LoginOptions extends Timing {
  readonly password?: string
  /** Drawn by default. */
  readonly kind?: Credential['kind']
  /** A session that the login presents, and so replaces. */
  readonly presented?: Held | undefined
}

export interface Result {
  readonly outcome: Outcome
  readonly response: Response | undefined
}

type Fields = Omit<Partial<Operation>, 'intended'> & { readonly user: string; readonly intended?: Instant | undefined }

/** Sends a request and records the operation. */
export type Operate = (
  op: OperationName,
  fields: Fields,
  request: Request,
  readResponse?: (response: Response) => object,
) => Promise<Result>

export type Generator = ReturnType<typeof createGenerator>

/**
 * Sends requests as users and administrators do, and records each operation as a client sees it.
 * @param random draws how each login is made: at 1, the default, as a bearer over IPv4, without label, with all scopes
 */
export function createGenerator(
  system: Pick<System, 'url' | 'rows' | 'item' | 'expire'>,
  run: string,
  record: (operation: Operation) => void,
  random: () => number = () => 1,
) {
  const { send, close } = openCaller(system.url)
  let seq = 0

  const operate: Operate = async (op, fields, request, readResponse = () => ({})) => {
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
      leaks: leaksIn(response?.text ?? '') - ('created' in read ? 1 : 0), // except the new session's token or cookie
    })
    return { outcome, response }
  }

  const created = ({ json }: Response) => ({
    created: json.session.id,
    principal: json.session.userId,
    scopes: json.session.scopes,
    assurance: json.session.assurance,
    expiresAt: instantOf(Date.parse(json.session.expiresAt) / 1000),
    endsAt: instantOf(Date.parse(json.session.endsAt) / 1000),
  })
  const heldOf = ({ outcome, response }: Result, { user, kind, address }: Omit<Held, 'id' | 'token'>) =>
    outcome === 'ok' && response?.token !== undefined
      ? { id: response.json.session.id as string, token: response.token, user, kind, address }
      : undefined
  const drawAddress = (): Address => (random() < 0.5 ? IPV6 : '127.0.0.1')
  const listed = ({ json }: Response) => ({ listed: json.sessions.map(({ id }: { id: string }) => id) })

  const generator = {
    ...factorRequests(operate, created, heldOf, send),
    ...signInRequests(operate, created, heldOf, send, new URL(system.url).origin),
    /** Registers a user, who has no scopes yet. */
    async register({ intended }: Timing = {}): Promise<User | undefined> {
      const body = { email: `${nanoid(12)}@example.com`, password: PASSWORD }
      const request = { method: 'POST', path: '/auth/register', address: drawAddress(), body }
      const readUser = ({ json }: Response) => ({ user: json.user.id })
      const fields = { user: body.email, password: PASSWORD, intended }
      return (await operate('register', fields, request, readUser)).response?.json?.user
    },
    async login(
      user: User,
      { password = PASSWORD, kind, presented, intended }: LoginOptions = {},
    ): Promise<Held | undefined> {
      const drawn = { user, kind: kind ?? (random() < 0.5 ? 'cookie' : 'bearer'), address: drawAddress() }
      const body = {
        email: user.email,
        password,
        credential: drawn.kind,
        ...(random() < 0.5 && { label: 'a device of the proof' }),
        ...(random() < 0.3 && { scopes: ['account', ...user.scopes.filter((scope) => scope !== SCOPES.removed)] }),
      }
      const request = { method: 'POST', path: '/auth/login', by: presented, address: drawn.address, body }
      const fields = { user: user.id, sid: presented?.id, password, intended }
      return heldOf(await operate('login', fields, request, created), drawn)
    },
    /** A guarded request: one read, or none if its route allows staleness, and a renewal if that is due. */
    async me(held: Held, { route = 'middleware', intended }: Timing & { route?: RouteName } = {}): Promise<Outcome> {
      const { path, principal, allowedSeconds } = routeOf(route)
      const readPrincipal = ({ json }: Response) => ({ principal: principal(json) })
      const allowed = allowedSeconds && allowedSeconds * 1_000_000
      const fields = { user: held.user.id, sid: held.id, intended, allowed }
      return (await operate('me', fields, { method: 'GET', path, by: held }, readPrincipal)).outcome
    },
    async look(held: Held, { intended }: Timing = {}): Promise<Outcome> {
      const readPrincipal = ({ json }: Response) => ({ principal: json.user.id })
      const request = { method: 'GET', path: '/auth/session', by: held }
      return (await operate('look', { user: held.user.id, sid: held.id, intended }, request, readPrincipal)).outcome
    },
    /** Of one session, by a service whose bearer session has the scope for it. */
    async introspect({ id, token, user }: Held, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const readAnswer = ({ json }: Response) => ({ active: json.active, principal: json.sub })
      const request = { method: 'POST', path: '/auth/introspect', by, body: new URLSearchParams({ token }) }
      const fields = { user: user.id, sid: by.id, target: id, intended }
      return (await operate('introspect', fields, request, readAnswer)).outcome
    },
    /** Of the sessions of a user, by the user or an administrator. */
    async list(user: User, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const path = by.user === user ? '/auth/sessions' : `/admin/users/${user.id}/sessions`
      return (await operate('list', { user: user.id, sid: by.id, intended }, { method: 'GET', path, by }, listed))
        .outcome
    },
    async logout(held: Held, { intended }: Timing = {}): Promise<Outcome> {
      const request = { method: 'POST', path: '/auth/logout', by: held }
      return (await operate('logout', { user: held.user.id, sid: held.id, intended }, request)).outcome
    },
    /** Of one session, by its user or an administrator. */
    async revoke({ id, user }: Held, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const path = by.user === user ? `/auth/sessions/${id}` : `/admin/users/${user.id}/sessions/${id}`
      const fields = { user: user.id, sid: by.id, target: id, intended }
      return (await operate('revoke', fields, { method: 'DELETE', path, by })).outcome
    },
    async revokeAllSessions(user: User, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const path = `/admin/users/${user.id}/sessions`
      const fields = { user: user.id, sid: by.id, intended }
      return (await operate('revoke-all', fields, { method: 'DELETE', path, by })).outcome
    },
    async revokeOwnSessions(held: Held, { intended }: Timing = {}): Promise<Outcome> {
      const request = { method: 'DELETE', path: '/auth/sessions', by: held }
      return (await operate('revoke-own', { user: held.user.id, sid: held.id, intended }, request)).outcome
    },
    async revokeOtherSessions(held: Held, { intended }: Timing = {}): Promise<Held | undefined> {
      const request = { method: 'DELETE', path: '/auth/sessions?keep=current', by: held }
      const fields = { user: held.user.id, sid: held.id, intended }
      return heldOf(await operate('revoke-others', fields, request, created), held)
    },
    async reauthenticate(held: Held, password = PASSWORD, { intended }: Timing = {}): Promise<Held | undefined> {
      const request = { method: 'POST', path: '/auth/session/reauthenticate', by: held, body: { password } }
      const fields = { user: held.user.id, sid: held.id, password, intended }
      return heldOf(await operate('reauthenticate', fields, request, created), held)
    },
    async changePassword(
      held: Held,
      newPassword: string,
      password = PASSWORD,
      { intended }: Timing = {},
    ): Promise<Held | undefined> {
      const request = {
        method: 'PUT',
        path: '/auth/password',
        by: held,
        body: { currentPassword: password, newPassword },
      }
      const fields = { user: held.user.id, sid: held.id, password, newPassword, intended }
      return heldOf(await operate('password-change', fields, request, created), held)
    },
    /** @param held whether the user certainly holds the scope that is removed */
    async change(
      op: 'disable' | 'enable' | 'scope-removal' | 'scope-grant',
      user: User,
      by: Held,
      { held = true, intended }: Timing & { held?: boolean } = {},
    ): Promise<Outcome> {
      const body = {
        disable: { status: 'disabled' },
        enable: { status: 'active' },
        'scope-removal': { scopes: SCOPES.kept },
        'scope-grant': { scopes: [...SCOPES.kept, SCOPES.removed] },
      }[op]
      const fields = {
        user: user.id,
        sid: by.id,
        intended,
        ...(op.startsWith('scope') ? { scope: SCOPES.removed } : {}),
        ...(op === 'scope-removal' ? { held } : {}),
      }
      const request = { method: 'PATCH', path: `/admin/users/${user.id}`, by, body }
      return (await operate(op, fields, request)).outcome
    },
    async deleteUser(user: User, by: Held, { intended }: Timing = {}): Promise<Outcome> {
      const request = { method: 'DELETE', path: `/admin/users/${user.id}`, by }
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
