import type { Instant, Operation, OperationName, Outcome } from '../history/operation.ts'

// A minimal correct service: every operation takes effect at one instant between its invocation and its return or, if its
// response is lost, at any later instant or never. A check may respond from a cached row if its route allows staleness.

/** What one client does, and when. */
export interface Wish {
  readonly op: OperationName
  readonly user: number
  /** Selects the session that it presents or names, among those known by then. */
  readonly pick: number
  readonly gap: Instant
  readonly before: Instant
  readonly behind: Instant
  /** 0 to 99: below `lost`, the response is lost. */
  readonly fate: number
  readonly guess: boolean
  /** Whether a check uses a route that allows staleness. */
  readonly isLenient: boolean
}

interface Row {
  readonly sid: string
  readonly user: string
  readonly at: Instant
  /** The sessions that it replaced, one after the other. */
  readonly replaced: readonly string[]
  readonly endsAt: Instant
  readonly scopes: readonly string[]
}

interface User {
  password: string
  active: boolean
  scopes: Set<string>
}

const LIFETIME = 10_000_000
const SCOPE = 'x'
export const ALLOWED = 2_000_000
const WORKERS = 2

/** Plays the wishes. @returns the history, with a snapshot of each user's rows at the end */
export function simulate(wishes: readonly Wish[], { cap = 0, lost = 20 } = {}): Operation[] {
  const history: Operation[] = []
  const rows = new Map<string, Row>()
  const users = new Map<string, User>()
  /** Cached rows by worker and session. */
  const kept = new Map<string, Row & { readonly readAt: Instant }>()
  const known: { sid: string; user: string }[] = []
  const events: { at: Instant; run: () => void }[] = []
  let [now, ids] = [0, 0]

  const userOf = (name: string): User => {
    const user = users.get(name) ?? { password: `${name}0`, active: true, scopes: new Set([SCOPE]) }
    users.set(name, user)
    return user
  }
  const liveRow = (sid: string | undefined, at: Instant) => {
    const row = sid === undefined ? undefined : rows.get(sid)
    return row && at < row.endsAt ? row : undefined
  }
  const create = (name: string, at: Instant, endsAt = at + LIFETIME, old?: Row): Row => {
    const sid = `s${ids++}`
    const replaced = old ? [old.sid, ...old.replaced].slice(0, 4) : []
    const row = { sid, user: name, at, replaced, endsAt, scopes: [...userOf(name).scopes] }
    rows.set(sid, row)
    const own = [...rows.values()].filter((each) => each.user === name && at < each.endsAt)
    own.sort((a, b) => a.at - b.at)
    if (cap > 0) for (const { sid } of own.slice(0, Math.max(0, own.length - cap))) rows.delete(sid)
    return row
  }
  const revokeAllSessions = (name: string) => {
    for (const row of rows.values()) if (row.user === name) rows.delete(row.sid)
  }

  /** Deletes a row, or those that replaced it. */
  const revoke = (sid: string): boolean => {
    if (rows.delete(sid)) return true
    const successors = [...rows.values()].filter(({ replaced }) => replaced.includes(sid))
    for (const successor of successors) rows.delete(successor.sid)
    return successors.length > 0
  }

  /** The effect of an operation at one instant, and its response. */
  function act(wish: Wish, asked: Partial<Operation>, name: string, at: Instant): Partial<Operation> {
    const user = userOf(name)
    const { op } = wish
    const ok = (more: Partial<Operation> = {}): Partial<Operation> => ({ outcome: 'ok', status: 200, ...more })
    const deny = (status: number): Partial<Operation> => ({ outcome: 'deny', status })
    const given = ({ sid, endsAt, scopes }: Row) => ok({ created: sid, endsAt, scopes, principal: name })
    if (op === 'login') {
      if (!user.active || asked.password !== user.password) return deny(401)
      if (liveRow(asked.sid as string, at)) rows.delete(asked.sid as string)
      return given(create(name, at))
    }
    if (op === 'logout') {
      revoke(asked.sid as string)
      return ok()
    }
    if (op === 'introspect') {
      const row = liveRow(asked.target as string, at)
      return ok({ active: row !== undefined, principal: row?.user })
    }
    if (op === 'revoke') return revoke(asked.target as string) ? ok() : deny(404)
    if (op === 'disable' || op === 'delete-user' || op === 'revoke-all' || op === 'scope-removal') {
      if (op === 'disable') user.active = false
      if (op === 'scope-removal' && !user.scopes.delete(SCOPE)) return ok()
      revokeAllSessions(name)
      return ok()
    }
    if (op === 'enable') user.active = true
    if (op === 'scope-grant') user.scopes.add(SCOPE)
    if (op === 'enable' || op === 'scope-grant') return ok()

    const key = `${asked.worker} ${asked.sid}`
    const old = asked.allowed === undefined ? undefined : kept.get(key)
    if (old && at < old.readAt + ALLOWED && at < old.endsAt) return ok({ principal: old.user })
    const row = liveRow(asked.sid as string, at)
    if (!row) {
      kept.delete(key)
      return deny(401)
    }
    if (asked.allowed !== undefined) kept.set(key, { ...row, readAt: at })
    if (op === 'me' || op === 'look') return ok({ principal: row.user })
    if (op === 'list') {
      const own = [...rows.values()].filter((each) => each.user === name && at < each.endsAt)
      return ok({ listed: own.map(({ sid }) => sid) })
    }
    if (op === 'revoke-own') {
      revokeAllSessions(name)
      return ok()
    }
    if ((op === 'reauthenticate' || op === 'password-change') && asked.password !== user.password) return deny(403)
    if (op === 'reauthenticate') rows.delete(row.sid)
    else revokeAllSessions(name)
    if (op === 'password-change') user.password = asked.newPassword ?? ''
    return given(create(name, at, op === 'revoke-others' ? row.endsAt : undefined, row))
  }

  for (const [seq, wish] of wishes.entries()) {
    now += wish.gap
    const invoked = now
    const effect = invoked + wish.before
    const returned = effect + wish.behind
    const run = () => {
      const mine = known.at(-1 - (wish.pick % Math.max(1, known.length)))
      const presents = !['disable', 'enable', 'revoke-all', 'scope-removal', 'scope-grant', 'delete-user'].includes(
        wish.op,
      )
      const name = presents && wish.op !== 'login' && mine ? mine.user : `u${wish.user}`
      if (!mine && presents && wish.op !== 'login') return
      const { password } = userOf(name)
      const isNaming = wish.op === 'revoke' || wish.op === 'introspect'
      const asked: Partial<Operation> = {
        ...(isNaming ? { target: mine?.sid } : {}),
        ...(presents && !isNaming && (wish.op !== 'login' || (wish.guess && mine?.user === name))
          ? { sid: mine?.sid }
          : {}),
        ...(['login', 'reauthenticate', 'password-change'].includes(wish.op)
          ? { password: wish.guess && wish.pick % 2 ? 'wrong' : password }
          : {}),
        ...(wish.op === 'password-change' ? { newPassword: `${name}p${seq}` } : {}),
        ...(wish.op.startsWith('scope') ? { scope: SCOPE } : {}),
        ...(wish.op === 'scope-removal' ? { held: false } : {}),
        ...(wish.op === 'me' ? { worker: `w${wish.pick % WORKERS}` } : {}),
        ...(wish.op === 'me' && wish.isLenient ? { allowed: ALLOWED } : {}),
      }
      const isLost = wish.fate < lost
      let answer: Partial<Operation> = {}
      const take = (at: Instant) =>
        events.push({
          at,
          run: () => {
            answer = act(wish, asked, name, at)
          },
        })
      // Of operations without a response a third never acts, a third acts in time, and a third acts late.
      if (!isLost || wish.fate % 3 === 1) take(effect)
      if (isLost && wish.fate % 3 === 2) take(returned + wish.before * 5)
      events.push({
        at: returned + 0.5,
        run: () => {
          const outcome: Outcome = wish.fate % 2 ? 'ambiguous' : 'unavailable'
          const told = isLost ? { outcome, status: outcome === 'ambiguous' ? 0 : 503 } : answer
          if (told.created !== undefined) known.push({ sid: `${told.created}`, user: name })
          const times = { intended: invoked, invoked, returned }
          history.push({ run: 'simulated', seq, op: wish.op, user: name, ...asked, ...times, ...told } as Operation)
        },
      })
    }
    events.push({ at: invoked, run })
  }

  while (events.length > 0) {
    let first = 0
    for (let i = 1; i < events.length; i++) if ((events[i]?.at ?? 0) < (events[first]?.at ?? 0)) first = i
    const [event] = events.splice(first, 1)
    now = Math.max(now, event?.at ?? 0)
    event?.run()
  }
  const end = Math.ceil(now) + 1
  for (const name of users.keys()) {
    const own = [...rows.values()].filter(({ user }) => user === name).map(({ sid }) => ({ sid }))
    const times = { intended: end, invoked: end, returned: end + 1 }
    history.push({
      run: 'simulated',
      seq: wishes.length,
      op: 'table-snapshot',
      user: name,
      ...times,
      outcome: 'ok',
      status: 0,
      rows: own,
    })
  }
  return history
}
