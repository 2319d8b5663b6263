import { DONE, type Operation, START, type Stage, type Steps, type Turn } from './operation.ts'
import type { Rules } from './rules.ts'

// One user and their sessions, as the two tables hold them, and the knowledge of an outside observer.

/** Sessions are small numbers: 0 is live at the start, and each actor has three ids of its own. */
export const FIRST = 0
const IDS_AN_ACTOR = 3
/** Instead of a session. */
export const NOTHING = -1
export const idOf = (actor: number, tries: number): number => 1 + actor * IDS_AN_ACTOR + tries
export const actorOf = (id: number): number => Math.floor((id - 1) / IDS_AN_ACTOR)
export const bit = (index: number): number => 1 << index

/** A user's scopes, as bits: one that is held from the start and may be taken away, one that may be granted. */
export const HELD = 1
export const GRANTED = 2

/** A hash names its password and the actor that made it: two hashes of one password always differ. */
export const hashOf = (password: number, actor: number): number => password * 10 + actor + 1
export const passwordOf = (hash: number): number => Math.floor(hash / 10)

interface User {
  epoch: number
  hash: number
  active: number
  scopes: number
  changeId: number
  sweepPending: number
}

export type SessionWrite =
  | { readonly kind: 'put'; readonly id: number; readonly row: number }
  /** `by`: the actor of a request that revokes the session; `own`: that replaces it. */
  | { readonly kind: 'delete'; readonly id: number; readonly by?: number; readonly own?: boolean }
  | { readonly kind: 'renew'; readonly id: number; readonly row: number; readonly upsert: boolean }
  | {
      readonly kind: 'user'
      /** The actor whose replacement includes this change. */
      readonly by?: number | undefined
      readonly ifChangeId?: number | undefined
      readonly ifEpoch?: number | undefined
      readonly ifHash?: number | undefined
      readonly set: Partial<User>
    }

/** The memory of an operation between two steps; each operation uses a part of it. */
export interface Memory {
  step: string
  repeated: number
  /** The epoch that was read, or that a write has made. */
  epoch: number
  hash: number
  scopes: number
  changeId: number
  sweepPending: number
  /** The row of the session that acts. */
  row: number
  /** The new session. */
  id: number
  tries: number
  /** Rows that a Query has found, as bits. */
  doomed: number
  /** Whether a row was found, or may have been: the response is 204, not 404. */
  found: number
  /** Sessions that were held when the operation began, as bits. */
  before: number
}

/** Sessions are bits here. */
interface Seen {
  /** Its token was delivered. */
  held: number
  /** Its end was answered. */
  over: number
  /** Its revocation was requested. */
  mayEnd: number
  /** Actors whose delete removed the row of the session that they replace. */
  struck: number
  /** Actors whose session had not been received when a revocation of the first session began that succeeded. */
  severed: number
  /** Actors whose replacement succeeded; those that were refused with 401; those whose change of the user is written. */
  passed: number
  denied: number
  written: number
  /** Answered changes of the user, as bits. */
  changed: number
  /** A live session was refused. */
  refused: number
}
export const CHANGED = { password: 1, disabled: 2, removed: 4, granted: 8 } as const

export interface World extends Stage {
  readonly user: User
  /** By session: 0 without a row, otherwise its epoch and its scopes. */
  readonly rows: number[]
  readonly actors: Memory[]
  readonly late: { readonly actor: string; readonly step: string; readonly write: SessionWrite }[]
  readonly seen: Seen
  /** Whether the first session has expired, although its row is there. */
  expired: number
  /** By actor: the session that it replaces, if any. A row names that session and all predecessors of it. */
  readonly selves: number[]
}

export const rowOf = (epoch: number, scopes: number): number => 1 + epoch * 4 + scopes
export const epochOf = (row: number): number => (row - 1) >> 2
export const scopesOf = (row: number): number => (row - 1) & 3

export type SessionTurn = Turn<World>
export type SessionSteps = Steps<World>
export interface SessionOperation extends Operation<World> {
  /** The new session replaces the caller's; `all`: and all others are revoked. */
  readonly replaces?: 'one' | 'all'
  /** The request sets the password of its new session. */
  readonly setsPassword?: boolean
  /** May enable a user whom another operation disabled. */
  readonly enables?: boolean
}

export const memory = (): Memory => ({
  step: START,
  repeated: 0,
  epoch: 0,
  hash: 0,
  scopes: 0,
  changeId: 0,
  sweepPending: 0,
  row: 0,
  id: 0,
  tries: 0,
  doomed: 0,
  found: 0,
  before: 0,
})

/** A crash is no step: a crashed actor makes no further step. */
export function startOf(actors: number, retry: number): World {
  return {
    user: { epoch: 0, hash: hashOf(0, -1), active: 1, scopes: HELD, changeId: 0, sweepPending: 0 },
    rows: [rowOf(0, HELD), ...Array.from({ length: actors * IDS_AN_ACTOR }, () => 0)],
    actors: Array.from({ length: actors }, memory),
    late: [],
    retry,
    crash: 0,
    seen: {
      held: bit(FIRST),
      over: 0,
      mayEnd: 0,
      struck: 0,
      severed: 0,
      passed: 0,
      denied: 0,
      written: 0,
      changed: 0,
      refused: 0,
    },
    expired: 0,
    selves: Array.from({ length: actors }, () => NOTHING),
  }
}

export function rowsBelow({ rows }: Pick<World, 'rows'>, epoch: number): number {
  let found = 0
  for (const [id, row] of rows.entries()) if (row && epochOf(row) < epoch) found |= bit(id)
  return found
}

/** Delivers the token of a session. A session of an earlier epoch may end at any time. */
export function hold(world: World, id: number, epoch: number): void {
  world.seen.held |= bit(id)
  if (world.user.epoch > epoch) world.seen.mayEnd |= bit(id)
}

/**
 * This actor's revocation of the first session succeeded: successors must not live on, except those received before it
 * began. A client that has not received a successor can only name the session before it.
 */
export function endFirst(world: World, actor: number, before: number): void {
  world.seen.over |= bit(FIRST)
  sever(world, actor, before)
}

/** Whether one of these is the first session or a successor of it. */
export function hasLine({ selves }: World, sessions: number): boolean {
  for (let id = FIRST, left = sessions; left; id++, left >>= 1)
    if (left & 1 && (id === FIRST || selves[actorOf(id)] !== NOTHING)) return true
  return false
}

export function sever({ seen, actors }: World, actor: number, before: number): void {
  let known = bit(actor)
  for (let id = 1, held = before >> 1; held; id++, held >>= 1) if (held & 1) known |= bit(actorOf(id))
  seen.severed |= (bit(actors.length) - 1) & ~known
}

/** The row of a session that is live; 0 for none. */
export const liveRow = ({ rows, expired }: World, id: number): number => (id === FIRST && expired ? 0 : (rows[id] ?? 0))

/** The sessions that were received so far, revoked or not. */
export const heldNow = ({ seen }: World): number => seen.held

/** The caller receives 401. */
export function deny({ seen }: World, actor: number): string {
  seen.denied |= bit(actor)
  return DONE
}

/** The session of an actor's request. */
export const selfOf = ({ selves }: World, { actor }: Policy): number => selves[actor] ?? NOTHING

/** The session that a session replaced. */
const parentOf = (selves: readonly number[], id: number) => (id === FIRST ? NOTHING : (selves[actorOf(id)] ?? NOTHING))

/** The rows of a session's successors. */
export function successorsOf({ rows, selves }: World, target: number, isWhole: boolean): number {
  let found = 0
  for (let id = 1; id < rows.length; id++) {
    if (!rows[id]) continue
    for (let at = parentOf(selves, id), far = 0; at !== NOTHING; at = parentOf(selves, at), far++)
      if (at === target && (isWhole || far === 0)) found |= bit(id)
  }
  return found
}

/** Applies a write whose condition holds. */
export function land(world: World, write: SessionWrite): boolean {
  const { rows, user, seen } = world
  if (write.kind === 'put') {
    if (rows[write.id]) return false
    rows[write.id] = write.row
    return true
  }
  if (write.kind === 'delete') {
    if (write.by !== undefined && !write.own) seen.mayEnd |= bit(write.id)
    if (!rows[write.id]) return false
    rows[write.id] = 0
    if (write.own) seen.struck |= bit(write.by ?? 0)
    return true
  }
  if (write.kind === 'renew') {
    if (!rows[write.id] && !write.upsert) return false
    rows[write.id] = write.row
    return true
  }
  if (write.ifChangeId !== undefined && user.changeId !== write.ifChangeId) return false
  if (write.ifEpoch !== undefined && user.epoch !== write.ifEpoch) return false
  if (write.ifHash !== undefined && user.hash !== write.ifHash) return false
  Object.assign(user, write.set)
  if (write.by !== undefined) seen.written |= bit(write.by)
  if (write.set.epoch !== undefined) seen.mayEnd |= rowsBelow(world, write.set.epoch)
  return true
}

/** The parameters of every operation. */
export interface Policy {
  readonly rules: Rules
  /** The index of this actor. */
  readonly actor: number
  /** The deletes of a batch are separate steps, in any order; each may be lost or late. */
  readonly isApart?: boolean | undefined
}
