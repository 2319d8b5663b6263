import { DONE, type Operation, START, type Stage, type Steps, type Turn } from './operation.ts'
import type { Rules } from './rules.ts'

// One user and their sessions, as the two tables hold them, and the knowledge of an outside observer.

/** Sessions are small numbers: 0 lives when the story begins, and each actor has three of its own to try. */
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
  /** `by`: the actor whose request this is, when its meaning is that the session ends; `own`: for another in its place. */
  | { readonly kind: 'delete'; readonly id: number; readonly by?: number; readonly own?: boolean }
  | { readonly kind: 'renew'; readonly id: number; readonly row: number; readonly upsert: boolean }
  | {
      readonly kind: 'user'
      /** Whose replacement this change is a part of. */
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
  /** What has been found so far is enough for "it is over": a 204, not a 404. */
  found: number
  /** Sessions that somebody held when the operation began, as bits. */
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
  /** Actors that replace a session and whose delete of it was the one that counted. */
  struck: number
  /** Actors whose session nobody had received when somebody asked for the end of the first one, who has had it. */
  severed: number
  /** Actors whose replacement was answered; those who were told 401; those whose change of the user has been written. */
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
  /** Whether the first session is past its end: dead, though its row is there. */
  expired: number
  /** By actor: the session that its own takes the place of, if any. A row names that one, and all that it was made of. */
  readonly selves: number[]
}

export const rowOf = (epoch: number, scopes: number): number => 1 + epoch * 4 + scopes
export const epochOf = (row: number): number => (row - 1) >> 2
export const scopesOf = (row: number): number => (row - 1) & 3

export type SessionTurn = Turn<World>
export type SessionSteps = Steps<World>
export interface SessionOperation extends Operation<World> {
  /** The new session is made of the one it acts with; `all`: and all others end. */
  readonly replaces?: 'one' | 'all'
  /** The new session is of a password that was set in this very request. */
  readonly setsPassword?: boolean
  /** Gives the status back that another may have taken. */
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

/** No step is a crash: an actor that stops dead is one that is not seen again, in a state like any other. */
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
 * The first session has ended, by this actor's word: what others made of it must not live on, unless it was received
 * before this actor began. Until then nobody can know of it: who means it can only name the one it was made of.
 */
export function endFirst(world: World, actor: number, before: number): void {
  world.seen.over |= bit(FIRST)
  sever(world, actor, before)
}

/** Whether one of these is the first session, or was made of it. */
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

/** What has been received so far, whatever became of it. */
export const heldNow = ({ seen }: World): number => seen.held

/** Somebody who acts with a session is told that it has ended. */
export function deny({ seen }: World, actor: number): string {
  seen.denied |= bit(actor)
  return DONE
}

/** The session that an actor acts with. */
export const selfOf = ({ selves }: World, { actor }: Policy): number => selves[actor] ?? NOTHING

/** What a session took the place of. */
const parentOf = (selves: readonly number[], id: number) => (id === FIRST ? NOTHING : (selves[actorOf(id)] ?? NOTHING))

/** The rows that were made of a session, one after another. */
export function madeOf({ rows, selves }: World, target: number, isWhole: boolean): number {
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
  /** Which of the actors side by side this one is. */
  readonly actor: number
  /** A batch of deletes is made row by row, in any order, each of which may be cut short or come late. */
  readonly isApart?: boolean | undefined
}
