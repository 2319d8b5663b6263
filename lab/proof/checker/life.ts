import type { Instant, Operation, Sid } from '../history/operation.ts'
import { type Account, type Doom, soonest } from './account.ts'
import { endedBy, isAmbiguous, isReplacing, mayHaveActed, type Sighting } from './effect.ts'

/** One session: absent, then live, then dead, and never back. */
export interface Life {
  readonly sid: Sid
  /** The user it was given to. */
  readonly owner: string
  /** The operation that answered with it. */
  readonly creation: Operation
  /** The session whose place it took; and the login that this goes back to. */
  readonly parent: Life | undefined
  readonly root: Life
  /** The password it came by. */
  readonly password: string | undefined
  readonly sightings: Sighting[]
  /** Operations on it that may have renewed it. */
  readonly touches: Operation[]
  /** The first to acknowledge its end, of those that name it. */
  end: Operation | undefined
  /** From when on one may have ended it. */
  mayEnd: Instant
  /** The first that ended it without saying so. */
  ambiguous: Operation | undefined
  replacement: Operation | undefined
  /** Since when all sessions of before are dead, or what this one stands on is gone. */
  doom: Doom | undefined
  /** Whether its id was given to more than one. */
  disputed: boolean
}

export type Lives = Map<Sid, Life>

/** All sessions that were given to somebody; `duplicate` is told of each id that was given before. */
export function livesOf(
  creations: readonly Operation[],
  duplicate: (again: Operation, first: Operation) => void,
): Lives {
  const lives: Lives = new Map()
  // A session is presented after it was given, so that a parent stands before its successor.
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
      password: op === 'password-change' ? newPassword : op === 'end-others' ? parent?.password : password,
      sightings: [],
      touches: [],
      end: undefined,
      mayEnd: Infinity,
      ambiguous: undefined,
      replacement: undefined,
      doom: undefined,
      disputed: false,
    }
    const life: Omit<Life, 'root'> & { root?: Life } = bare
    life.root = parent?.root ?? (life as Life)
    lives.set(sid, life as Life)
  }
  return lives
}

/** Notes on a session what an operation that names it did to it; `twice` is told of a second replacement. */
export function noteEnd(
  lives: Lives,
  operation: Operation,
  twice: (second: Operation, first: Operation) => void,
): void {
  const sid = endedBy(operation)
  const life = sid === undefined ? undefined : lives.get(sid)
  if (!life || !mayHaveActed(operation)) return
  life.mayEnd = Math.min(life.mayEnd, operation.invoked)
  if (isAmbiguous(operation) && operation.returned < (life.ambiguous?.returned ?? Infinity)) life.ambiguous = operation
  if (operation.outcome !== 'ok') return
  if (operation.returned < (life.end?.returned ?? Infinity)) life.end = operation
  if (!isReplacing(operation)) return
  if (life.replacement) twice(operation, life.replacement)
  life.replacement ??= operation
}

/** Since when an end of all sessions of its user, or of what it stands on, leaves a session dead. */
export function doomOf(life: Life, lives: Lives, account: Account): Doom | undefined {
  const { creation, root, password } = life
  const { returned } = creation
  const ended = account.ended.after(returned)
  return soonest([
    ended && { ...ended, clause: 'K3 ended' },
    account.doomOf(password, creation.scopes ?? [], returned),
    // What is ended passes nothing on. But one may take the place of a session by the very operation that ends it.
    ...(root === life ? [] : account.ended.between(root.creation.returned, returned))
      .filter(({ operation }) => !isBetween(operation, life, lives))
      .map((end): Doom => ({ ...end, clause: 'K3 inherited' })),
  ])
}

/** Whether an end of all sessions is one by which the login's session became this one. */
function isBetween({ created }: Operation, { root }: Life, lives: Lives): boolean {
  return created !== undefined && lives.get(created)?.root === root
}

/** Since when a session is surely dead. */
export function deadSince({ end, doom }: Pick<Life, 'end' | 'doom'>): Instant {
  return Math.min(end?.returned ?? Infinity, doom?.at ?? Infinity)
}

/** The first to be told that there is no such session, by whom its row was looked at, and by anybody. */
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
