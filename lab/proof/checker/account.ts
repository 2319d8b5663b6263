import { type Instant, type Operation, type OperationName, precedes } from '../history/operation.ts'
import { isCreating, isRevokeAll, latestEffect, mayHaveActed, surelyRevokedAll } from './effect.ts'
import { type End, type Span, type Spans, type SureEnds, spans, sureEnds } from './ends.ts'
import type { Clause } from './verdict.ts'

/** From when on a session is certainly revoked, by which operation and which clause. */
export interface Doom extends End {
  readonly clause: Clause
}

export type Account = ReturnType<typeof accountOf>

/** What a session depends on, besides the status of its user. */
export type Authorities = Pick<Operation, 'password' | 'scopes' | 'assurance' | 'passkey'>

const ACTIVE = 'active'
const PASSWORD = 'password '
const SCOPE = 'scope '
const PASSKEY = 'passkey '
/** That a password alone signs in. */
const ONE_FACTOR = 'one factor'

/**
 * One user as the history shows them. A session depends on authorities: the active status of its user, the password of
 * its login, its passkey, each of its scopes, and that a password alone signs in if it was made by one. An operation that removes an authority revokes the sessions that depend on it, those of
 * logins in progress included: they see the new epoch or are swept, unless the authority was given back before.
 */
export function accountOf(user: string, operations: readonly Operation[], settle: Instant) {
  const acting = operations.filter(mayHaveActed)
  const span = (operation: Operation): Span => ({
    invoked: operation.invoked,
    end: latestEffect(operation, settle),
    operation,
  })
  const end = (operation: Operation): End => ({ invoked: operation.invoked, at: operation.returned, operation })

  const revokedAll = sureEnds(acting.filter(surelyRevokedAll).map(end))
  const mayEnd = spans(acting.filter(isRevokeAll).map(span))
  const creations = acting.filter(isCreating).map(span)
  const taken = new Map<string, SureEnds>()
  const given = new Map<string, Spans>()

  const ok = acting.filter(({ outcome }) => outcome === 'ok')
  const removals = new Map<string, End[]>()
  for (const operation of ok) {
    const { op, scope, removed } = operation
    if (op === 'disable' || op === 'delete-user') listIn(removals, ACTIVE).push(end(operation))
    if (op === 'enrol' || op === 'add-passkey') listIn(removals, ONE_FACTOR).push(end(operation))
    if (op === 'remove-passkey') listIn(removals, `${PASSKEY}${removed}`).push(end(operation))
    if (op === 'scope-removal') listIn(removals, `${SCOPE}${scope}`).push(end(operation))
  }
  for (const [password, removal] of changedPasswords(user, acting)) removals.set(`${PASSWORD}${password}`, [removal])
  for (const [authority, ends] of removals) taken.set(authority, sureEnds(ends))
  const returns = new Map<string, Span[]>()
  for (const operation of acting) {
    const { op } = operation
    if (op === 'enable') listIn(returns, ACTIVE).push(span(operation))
    if (op === 'remove-factor' || op === 'remove-passkey' || op === 'reset-factors')
      listIn(returns, ONE_FACTOR).push(span(operation))
    if (op === 'scope-grant') listIn(returns, `${SCOPE}${operation.scope}`).push(span(operation))
  }
  for (const [authority, all] of returns) given.set(authority, spans(all))

  const proofs = firstProofs(ok)
  const doubts = firstDoubts(acting)
  /** After these, another password may be in force, or another email: they take the proof from an earlier one. */
  const unproving = acting.filter(({ op }) => op === 'reset' || op === 'email-change' || op === 'email-undo')

  function without(authority: string, clause: Clause, until: Instant): Doom | undefined {
    const removed = taken.get(authority)?.after(given.get(authority)?.latestEnd(until) ?? -Infinity)
    return removed && { ...removed, clause }
  }

  return {
    /** Operations that may have created a session. */
    creations,
    revokedAll,
    mayEnd,

    /** From when on sessions with these authorities, created up to an instant, are certainly revoked. */
    doomOf({ password, scopes = [], assurance, passkey }: Authorities, until: Instant): Doom | undefined {
      return soonest([
        without(ACTIVE, 'K3 disabled', until),
        ...(password === undefined ? [] : [without(`${PASSWORD}${password}`, 'K3 password', until)]),
        ...(passkey === undefined ? [] : [without(`${PASSKEY}${passkey}`, 'K3 passkey', until)]),
        ...(assurance === 1 ? [without(ONE_FACTOR, 'K3 factor', until)] : []),
        ...scopes.map((scope) => without(`${SCOPE}${scope}`, 'K3 scope', until)),
      ])
    },

    /** The operation that proves that a login with this password must succeed. */
    proofFor(login: Operation): Operation | undefined {
      const proof = proofs.get(login.password ?? '')
      if (!proof || !precedes(proof, login)) return undefined
      const doubt = Math.min(doubts.get(ACTIVE) ?? Infinity, doubts.get(`${PASSWORD}${login.password}`) ?? Infinity)
      if (unproving.some((each) => each.newPassword !== login.password && each.invoked <= login.returned))
        return undefined
      return doubt <= login.returned ? undefined : proof
    },
  }
}

export function soonest(dooms: readonly (Doom | undefined)[]): Doom | undefined {
  let first: Doom | undefined
  for (const doom of dooms) if (doom && (!first || doom.at < first.at)) first = doom
  return first
}

/** By password, the first operation that proves it to be in force. */
function firstProofs(ok: readonly Operation[]): Map<string, Operation> {
  const proofs = new Map<string, Operation>()
  for (const operation of ok) {
    const { op, password, newPassword, returned } = operation
    const proved = isPasswordChange(op) ? newPassword : password
    if (proved === undefined || !(isCreating(operation) || op === 'register' || op === 'accept' || op === 'reset'))
      continue
    if (returned < (proofs.get(proved)?.returned ?? Infinity)) proofs.set(proved, operation)
  }
  return proofs
}

/** By authority, when the first operation began that may have removed it. */
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
 * From when on each password, with the sessions of its logins, is certainly revoked: a later password was acknowledged,
 * or signed in, since a login first completes an interrupted sweep.
 */
function changedPasswords(user: string, acting: readonly Operation[]): Map<string, End> {
  const before = new Map<string, Operation[]>()
  const inForce: { password: string; operation: Operation }[] = []
  for (const operation of acting) {
    const { op, outcome, password, newPassword } = operation
    if (isPasswordChange(op) && newPassword !== undefined) listIn(before, newPassword).push(operation)
    const shown = isPasswordChange(op) ? newPassword : op === 'login' ? password : undefined
    if (outcome === 'ok' && shown !== undefined) inForce.push({ password: shown, operation })
  }
  const over = new Map<string, End>()
  if (before.size === 0) return over
  // The first proof of a password decides.
  inForce.sort((a, b) => a.operation.returned - b.operation.returned)
  for (const { password: first, operation } of inForce) {
    const reached = [first]
    for (let next = reached.pop(); next !== undefined; next = reached.pop())
      for (const { password, invoked } of before.get(next) ?? []) {
        if (password === first)
          throw new RangeError(
            `User ${user} has the password ${first} twice: the history must name each password once.`,
          )
        if (password === undefined || over.has(password)) continue
        over.set(password, { invoked, at: operation.returned, operation })
        reached.push(password)
      }
  }
  return over
}

const isPasswordChange = (op: OperationName) => op === 'password-change' || op === 'reset'

export function listIn<Key, Value>(lists: Map<Key, Value[]>, key: Key): Value[] {
  let list = lists.get(key)
  if (!list) {
    list = []
    lists.set(key, list)
  }
  return list
}
