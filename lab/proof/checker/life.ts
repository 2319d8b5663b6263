import type { Instant, Operation, Sid } from '../history/operation.ts'
import { type Account, type Doom, soonest } from './account.ts'
import { isAmbiguous, isReplacing, mayHaveActed, revokedBy, type Sighting } from './effect.ts'
import type { End } from './ends.ts'

/** One session: absent, then valid, then ended for good. */
export interface Life {
  readonly sid: Sid
  readonly owner: string
  /** The operation whose response named it. */
  readonly creation: Operation
  /** The session that it replaced, and the session of the first login in this chain. */
  readonly parent: Life | undefined
  readonly root: Life
  /** The password of its login. */
  readonly password: string | undefined
  readonly sightings: Sighting[]
  /** Operations that may have renewed it. */
  readonly touches: Operation[]
  /** Logouts, revokes and logins that named it and may have revoked it. */
  readonly revocations: Operation[]
  /** The operation that first acknowledged its revocation by name. */
  end: Operation | undefined
  /** When an operation may first have revoked it. */
  mayEnd: Instant
  /** The first operation that may have revoked it, without a response. */
  ambiguous: Operation | undefined
  replacement: Operation | undefined
  /** When all sessions of the user, or an authority of this one, were certainly revoked. */
  doom: Doom | undefined
  /** When it was certainly revoked together with a session that it replaced. */
  revokedWithPredecessor: End | undefined
  /** Whether its id was given twice. */
  disputed: boolean
}

export type Lives = Map<Sid, Life>

/** All sessions that a response named; `duplicate` is called for each id that was given before. */
export function livesOf(
  creations: readonly Operation[],
  duplicate: (again: Operation, first: Operation) => void,
): Lives {
  const lives: Lives = new Map()
  // A session is given before it is presented, so a parent comes before its successor.
  for (const creation of creations.toSorted((a, b) => a.returned - b.returned)) {
    const { created: sid, user: owner, op, password, newPassword } = creation
    if (sid === undefined) continue
    const known = lives.get(sid)
    if (known) {
      known.disputed = true
      duplicate(creation, known.creation)
      continue
    }
    const parent = isReplacing(creation) && creation.sid !== undefined ? lives.get(creation.sid) : undefined
    const bare = {
      sid,
      owner,
      creation,
      parent,
      password: op === 'password-change' ? newPassword : (password ?? parent?.password),
      sightings: [],
      touches: [],
      revocations: [],
      end: undefined,
      mayEnd: Infinity,
      ambiguous: undefined,
      replacement: undefined,
      doom: undefined,
      revokedWithPredecessor: undefined,
      disputed: false,
    }
    const life: Omit<Life, 'root'> & { root?: Life } = bare
    life.root = parent?.root ?? (life as Life)
    lives.set(sid, life as Life)
  }
  return lives
}

/** Notes what an operation did to the session that it names; `twice` is called for a second replacement. */
export function noteEnd(
  lives: Lives,
  operation: Operation,
  twice: (second: Operation, first: Operation) => void,
): void {
  const sid = revokedBy(operation)
  const life = sid === undefined ? undefined : lives.get(sid)
  if (!life || !mayHaveActed(operation)) return
  life.mayEnd = Math.min(life.mayEnd, operation.invoked)
  if (isAmbiguous(operation) && operation.returned < (life.ambiguous?.returned ?? Infinity)) life.ambiguous = operation
  if (['logout', 'revoke', 'login'].includes(operation.op)) life.revocations.push(operation)
  if (operation.outcome !== 'ok') return
  if (operation.returned < (life.end?.returned ?? Infinity)) life.end = operation
  if (!isReplacing(operation)) return
  if (life.replacement) twice(operation, life.replacement)
  life.replacement ??= operation
}

/** When all sessions of its user, or one of its authorities, were certainly revoked. */
export function doomOf(life: Life, lives: Lives, account: Account): Doom | undefined {
  const { creation, root, password } = life
  const { returned } = creation
  const revokedAll = account.revokedAll.after(returned)
  return soonest([
    revokedAll && { ...revokedAll, clause: 'K3 revoke-all' },
    account.doomOf({ ...creation, password }, returned),
    // A revoked session has no successor, except by the very operation that revoked it.
    ...(root === life ? [] : account.revokedAll.between(root.creation.returned, returned))
      .filter(({ operation }) => !isBetween(operation, life, lives))
      .map((end): Doom => ({ ...end, clause: 'K3 inherited' })),
  ])
}

/** Whether a revocation of all sessions is a link of the chain from the login to this session. */
function isBetween({ created }: Operation, { root }: Life, lives: Lives): boolean {
  return created !== undefined && lives.get(created)?.root === root
}

/** When a session has certainly ended. */
export function deadSince({ end, doom, revokedWithPredecessor }: Life): Instant {
  return Math.min(end?.returned ?? Infinity, doom?.at ?? Infinity, revokedWithPredecessor?.at ?? Infinity)
}

/** The first refusal by an operation that reads the row alone, and the first by any operation. */
export function refusals(sightings: readonly Sighting[]): { byRow: Operation | undefined; any: Operation | undefined } {
  let byRow: Operation | undefined
  let any: Operation | undefined
  for (const sighting of sightings) {
    const { accepted, operation } = sighting
    if (accepted || operation.status === 403) continue
    if (operation.returned < (any?.returned ?? Infinity)) any = operation
    if (sighting.byRow && operation.returned < (byRow?.returned ?? Infinity)) byRow = operation
  }
  return { byRow, any }
}
