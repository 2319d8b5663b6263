import type { Model } from './explorer.ts'
import { DONE, modelOf, type Nature, type Operation, START, type Stage, type Steps } from './operation.ts'
import { allRules, type Rules } from './rules.ts'

// Users with one email: registration and deletion, with logins and re-enabling in between.

/** User 1 has the email when the story begins; each registration makes one of its own. */
export const OLD = 1
export const NOBODY = 0
export const TRIES = 3

interface User {
  present: number
  active: number
  epoch: number
  changeId: number
}

export interface Memory {
  step: string
  repeated: number
  user: number
  epoch: number
  changeId: number
  /** Whom a claim may replace. */
  instead: number
  tries: number
}

type Write =
  | { readonly kind: 'create'; readonly user: number }
  | { readonly kind: 'claim'; readonly user: number; readonly instead: number; readonly free: boolean }
  | { readonly kind: 'release'; readonly user: number; readonly always: boolean }
  | { readonly kind: 'remove'; readonly user: number; readonly changeId: number | undefined }
  | { readonly kind: 'change'; readonly user: number; readonly from: number; readonly set: Partial<User> }

interface Seen {
  /** Users whose registration was answered with 201. */
  told: number[]
  /** Users whose deletion was asked for, and answered. */
  leaving: number[]
  deleted: number[]
  /** The user of each login that was answered. */
  held: number[]
}

export interface World extends Stage {
  pointer: number
  readonly users: User[]
  /** By actor: the session row of a login, as user and epoch; `user` is 0 without a row. */
  readonly rows: { user: number; epoch: number }[]
  readonly actors: Memory[]
  readonly late: { readonly actor: string; readonly step: string; readonly write: Write }[]
  readonly seen: Seen
}

type AccountOperation = Operation<World>
export type AccountSteps = Steps<World>
/** `actor` is the place among the actors, and makes ids of users and changes unique. */
export type Make = (actor: number, rules: Rules) => AccountOperation

export const userOf = (actor: number): number => 2 + actor
export const changeIdOf = (actor: number, tries: number): number => 1 + actor * TRIES + tries
export const userAt = ({ users }: World, user: number): User => users[user] as User

const nature: Nature<World> = {
  copy: (world) => ({
    ...world,
    users: world.users.map((user) => ({ ...user })),
    rows: world.rows.map((row) => ({ ...row })),
    actors: world.actors.map((actor) => ({ ...actor })),
    late: world.late.slice(),
    seen: {
      told: world.seen.told.slice(),
      leaving: world.seen.leaving.slice(),
      deleted: world.seen.deleted.slice(),
      held: world.seen.held.slice(),
    },
  }),
  land(world, write) {
    const user = userAt(world, write.user)
    if (write.kind === 'create') {
      if (user.present) return false
      Object.assign(user, { present: 1, active: 1, epoch: 0, changeId: 0 })
    } else if (write.kind === 'claim') {
      if (write.free && ![NOBODY, write.user, write.instead].includes(world.pointer)) return false
      world.pointer = write.user
    } else if (write.kind === 'release') {
      if (!write.always && world.pointer !== write.user) return false
      world.pointer = NOBODY
    } else if (write.kind === 'remove') {
      if (user.present && write.changeId !== undefined && user.changeId !== write.changeId) return false
      user.present = 0
    } else {
      if (!user.present || user.changeId !== write.from) return false
      Object.assign(user, write.set)
    }
    return true
  },
  forget(me) {
    Object.assign(me, { step: DONE, repeated: 0, user: 0, epoch: 0, changeId: 0, instead: 0, tries: 0 })
  },
  key: (world) => JSON.stringify(world),
  violation(world) {
    const { told, leaving, deleted, held } = world.seen
    const canSignIn = (user: number) => world.pointer === user && userAt(world, user).present
    for (const user of told)
      if (!leaving.includes(user) && !canSignIn(user)) return `a user who was told 201 cannot sign in: ${user}`
    for (const user of deleted) {
      if (canSignIn(user)) return `a user whose deletion was answered is back: ${user}`
      for (const [actor, row] of world.rows.entries())
        if (row.user === user && held[actor] === user) return `I3: a session of a deleted user lives: ${user}`
    }
    return undefined
  },
}

/** These operations side by side. */
export function accountModel(make: readonly Make[], retry: number, rules: Rules = allRules): Model<World> {
  const absent: User = { present: 0, active: 0, epoch: 0, changeId: 0 }
  const start: World = {
    pointer: OLD,
    users: [absent, { ...absent, present: 1, active: 1 }, ...make.map(() => absent)],
    rows: make.map(() => ({ user: NOBODY, epoch: 0 })),
    actors: make.map(() => ({ step: START, repeated: 0, user: 0, epoch: 0, changeId: 0, instead: 0, tries: 0 })),
    late: [],
    retry,
    crash: 0, // one that stops dead is one that is not seen again
    seen: { told: [OLD], leaving: [], deleted: [], held: make.map(() => NOBODY) },
  }
  const operations = make.map((operation, actor) => operation(actor, rules))
  return modelOf(start, operations, nature)
}
