import { type Instant, type Operation, precedes } from '../history/operation.ts'
import { endOf, isCreating, isEndAll, mayHaveActed, surelyEndedAll } from './effect.ts'
import { type End, type Span, type Spans, type SureEnds, spans, sureEnds } from './ends.ts'
import type { Clause } from './verdict.ts'

/** From when on something is not allowed any more, by which operation and which clause. */
export interface Doom extends End {
  readonly clause: Clause
}

export type Account = ReturnType<typeof accountOf>

const ACTIVE = 'active'
const PASSWORD = 'password '
const SCOPE = 'scope '

/**
 * One user as the history shows them. A session stands on authorities: that the user is active, the password it came
 * by, each of its scopes. Whoever takes one away ends what stands on it, logins under way included: these either see
 * the new epoch or are swept, unless it was given back before they began to read.
 */
export function accountOf(user: string, operations: readonly Operation[], settle: Instant) {
  const acting = operations.filter(mayHaveActed)
  const span = (operation: Operation): Span => ({
    invoked: operation.invoked,
    end: endOf(operation, settle),
    operation,
  })
  const end = (operation: Operation): End => ({ invoked: operation.invoked, at: operation.returned, operation })

  const ended = sureEnds(acting.filter(surelyEndedAll).map(end))
  const mayEnd = spans(acting.filter(isEndAll).map(span))
  const creations = acting.filter(isCreating).map(span)
  const taken = new Map<string, SureEnds>()
  const given = new Map<string, Spans>()

  const ok = acting.filter(({ outcome }) => outcome === 'ok')
  const removals = new Map<string, End[]>()
  for (const operation of ok) {
    const { op, scope } = operation
    if (op === 'disable' || op === 'delete-user') listIn(removals, ACTIVE).push(end(operation))
    if (op === 'scope-removal') listIn(removals, `${SCOPE}${scope}`).push(end(operation))
  }
  for (const [password, removal] of changedPasswords(user, acting)) removals.set(`${PASSWORD}${password}`, [removal])
  for (const [authority, ends] of removals) taken.set(authority, sureEnds(ends))
  const returns = new Map<string, Span[]>()
  for (const operation of acting) {
    if (operation.op === 'enable') listIn(returns, ACTIVE).push(span(operation))
    if (operation.op === 'scope-grant') listIn(returns, `${SCOPE}${operation.scope}`).push(span(operation))
  }
  for (const [authority, all] of returns) given.set(authority, spans(all))

  const proofs = firstProofs(ok)
  const doubts = firstDoubts(acting)

  function without(authority: string, clause: Clause, until: Instant): Doom | undefined {
    const removed = taken.get(authority)?.after(given.get(authority)?.latestEnd(until) ?? -Infinity)
    return removed && { ...removed, clause }
  }

  return {
    /** All that may have created a session. */
    creations,
    ended,
    mayEnd,

    /** From when on nothing may stand on these authorities that was created up to an instant. */
    doomOf(password: string | undefined, scopes: readonly string[], until: Instant): Doom | undefined {
      return soonest([
        without(ACTIVE, 'K3 disabled', until),
        ...(password === undefined ? [] : [without(`${PASSWORD}${password}`, 'K3 password', until)]),
        ...scopes.map((scope) => without(`${SCOPE}${scope}`, 'K3 scope', until)),
      ])
    },

    /** What proves that a login with this password had to succeed, as far as password and status go. */
    proofFor(login: Operation): Operation | undefined {
      const proof = proofs.get(login.password ?? '')
      if (!proof || !precedes(proof, login)) return undefined
      const doubt = Math.min(doubts.get(ACTIVE) ?? Infinity, doubts.get(`${PASSWORD}${login.password}`) ?? Infinity)
      return doubt <= login.returned ? undefined : proof
    },
  }
}

/** The soonest of those there are. */
export function soonest(dooms: readonly (Doom | undefined)[]): Doom | undefined {
  let first: Doom | undefined
  for (const doom of dooms) if (doom && (!first || doom.at < first.at)) first = doom
  return first
}

/** By password, the first operation that shows it to be in force. */
function firstProofs(ok: readonly Operation[]): Map<string, Operation> {
  const proofs = new Map<string, Operation>()
  for (const operation of ok) {
    const { op, password, newPassword, returned } = operation
    const proved = op === 'password-change' ? newPassword : password
    if (proved === undefined || !(isCreating(operation) || op === 'register')) continue
    if (returned < (proofs.get(proved)?.returned ?? Infinity)) proofs.set(proved, operation)
  }
  return proofs
}

/** By authority, when the first operation began that may have taken it away. */
function firstDoubts(acting: readonly Operation[]): Map<string, Instant> {
  const doubts = new Map<string, Instant>()
  for (const { op, password, invoked } of acting) {
    if (!['disable', 'delete-user', 'password-change'].includes(op)) continue
    const authority = op === 'password-change' ? `${PASSWORD}${password}` : ACTIVE
    doubts.set(authority, Math.min(invoked, doubts.get(authority) ?? Infinity))
  }
  return doubts
}

/**
 * From when on each password is surely over, and the sessions that came by it: a later one was acknowledged, or let
 * somebody in, for a login first finishes a sweep that was interrupted.
 */
function changedPasswords(user: string, acting: readonly Operation[]): Map<string, End> {
  const before = new Map<string, Operation[]>()
  const inForce: { password: string; operation: Operation }[] = []
  for (const operation of acting) {
    const { op, outcome, password, newPassword } = operation
    if (op === 'password-change' && newPassword !== undefined) listIn(before, newPassword).push(operation)
    const shown = op === 'password-change' ? newPassword : op === 'login' ? password : undefined
    if (outcome === 'ok' && shown !== undefined) inForce.push({ password: shown, operation })
  }
  const over = new Map<string, End>()
  if (before.size === 0) return over
  // The soonest proof first: what it reaches needs no other.
  inForce.sort((a, b) => a.operation.returned - b.operation.returned)
  for (const { password: first, operation } of inForce) {
    const reached = [first]
    for (let next = reached.pop(); next !== undefined; next = reached.pop())
      for (const { password, invoked } of before.get(next) ?? []) {
        if (password === first) throw new RangeError(`${user} has the password named ${first} twice`)
        if (password === undefined || over.has(password)) continue
        over.set(password, { invoked, at: operation.returned, operation })
        reached.push(password)
      }
  }
  return over
}

export function listIn<Key, Value>(lists: Map<Key, Value[]>, key: Key): Value[] {
  let list = lists.get(key)
  if (!list) {
    list = []
    lists.set(key, list)
  }
  return list
}
