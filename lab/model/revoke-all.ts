import { type Change, DONE, START } from './operation.ts'
import {
  actorOf,
  bit,
  CHANGED,
  deny,
  epochOf,
  FIRST,
  HELD,
  hashOf,
  hasLine,
  heldNow,
  liveRow,
  type Memory,
  NOTHING,
  type Policy,
  rowsBelow,
  type SessionOperation,
  type SessionSteps,
  type SessionTurn,
  sever,
  type World,
} from './world.ts'

/** The change that is written together with the new epoch. */
export type EndingChange = 'nothing' | 'password' | 'disable' | 'removeScope'

const TRIES = 3

/** The id of a change: another one for each try of each actor. */
export const changeIdOf = (actor: number, tries: number): number => 1 + actor * TRIES + tries

/** Reads the user into an actor's memory. */
export function remember({ user }: World, me: Memory): void {
  me.epoch = user.epoch
  me.hash = user.hash
  me.scopes = user.scopes
  me.changeId = user.changeId
  me.sweepPending = user.sweepPending
}

/** A change of scopes is based on the scopes that were shown; other scopes are a conflict (`set-scopes`). */
export const isAsAsked = ({ user }: World, me: Memory): boolean => user.scopes === me.scopes

/** Whether a user stands behind the row of the session that acts (`isBackedBy`). */
export function isBacked({ rules }: Policy, { user }: World, me: Memory): boolean {
  return user.active === 1 && (!rules('staleCheck') || epochOf(me.row) >= user.epoch)
}

/** The first step of an operation with the first session: reads its row. */
export function checkFirst(next: string): SessionSteps {
  return {
    [START](turn) {
      turn.call('GetItem sessions', (world, me) => look(world, me, FIRST, next))
    },
  }
}

/**
 * The same for a replacement.
 * @param again with any session that replaced another one
 */
export function checkReplaced({ actor }: Policy, next: string, again = false): SessionSteps {
  if (!again)
    return {
      [START](turn) {
        turn.call('GetItem sessions', (world, me) => {
          world.selves[actor] = FIRST
          return look(world, me, FIRST, next)
        })
      },
    }
  return {
    [START](turn) {
      const { seen, selves } = turn.world
      for (let id = 1, held = seen.held >> 1; held; id++, held >>= 1)
        if (held & 1 && selves[actorOf(id)] !== NOTHING)
          turn.call('GetItem sessions', (world, me) => {
            world.selves[actor] = id
            return look(world, me, id, next)
          })
    },
  }
}

function look(world: World, me: Memory, id: number, next: string): string {
  me.row = liveRow(world, id)
  me.before = heldNow(world)
  return me.row ? next : DONE
}

/** The write of a new epoch: begins with `advance`, goes on with `then`; refused, it reads the user again. */
export function advance(policy: Policy, change: EndingChange, isOwner: boolean, then = 'query'): SessionSteps {
  const { rules, actor } = policy
  return {
    read(turn) {
      turn.call('GetItem users', (world, me) => {
        if (isOwner && !isBacked(policy, world, me)) return deny(world, actor)
        if (change === 'removeScope' && !isAsAsked(world, me)) return DONE
        remember(world, me)
        return 'advance'
      })
    },
    advance(turn) {
      const { epoch, changeId, scopes, tries } = turn.me
      const next = epoch + 1
      const own = changeIdOf(actor, tries)
      turn.write(
        'UpdateItem users: epoch',
        {
          kind: 'user',
          by: actor,
          ifChangeId: rules('changeIdGuard') && rules('advanceGuard') ? changeId : undefined,
          ifEpoch: rules('advanceGuard') ? epoch : undefined,
          set: {
            epoch: next,
            changeId: own,
            ...(rules('pendingMark') ? { sweepPending: 1 } : {}),
            ...changed(change, actor, scopes),
          },
        },
        (_, me) => {
          me.epoch = next
          me.tries = 0
          return then
        },
        (_, me) => (++me.tries < TRIES ? 'read' : DONE),
        ({ user }) => (rules('changeId') ? user.changeId === own : user.epoch === next),
      )
    },
  }
}

function changed(change: EndingChange, actor: number, scopes: number): Partial<World['user']> {
  if (change === 'password') return { hash: hashOf(1, actor) }
  if (change === 'disable') return { active: 0 }
  return change === 'removeScope' ? { scopes: scopes & ~HELD } : {}
}

/**
 * Query and delete until a Query finds no row, then clear the mark. A batch is one step: one that is cut short leaves rows
 * as an actor that crashed before it, and its repeat finds only rows that are revoked anyway.
 * @param spared rows that are not deleted
 */
export function sweep({ rules, isApart }: Policy, then: Change<World>, spared = 0): SessionSteps {
  return {
    query(turn) {
      const found =
        (seen: number): Change<World> =>
        (world, me) => {
          const rows = rowsBelow(world, rules('sweepOldOnly') ? me.epoch : Number.POSITIVE_INFINITY)
          me.doomed = rows & seen & ~spared
          return me.doomed ? 'delete' : 'clear'
        }
      turn.call('Query sessions', found(-1))
      // The answer of a replica that lags behind: the rows of the initial state.
      if (!rules('strongSweep')) turn.call('Query sessions: stale', found(bit(FIRST)))
    },
    delete(turn) {
      if (isApart) return rowByRow(turn)
      turn.call('BatchWriteItem sessions', (world, me) => {
        for (const id of world.rows.keys()) if (me.doomed & bit(id)) world.rows[id] = 0
        me.doomed = 0
        return 'query'
      })
    },
    clear(turn) {
      const ifEpoch = rules('sweepGuard') ? turn.me.epoch : undefined
      // Refused: a later revoke-all clears its own sweep.
      turn.write('UpdateItem users: sweep', { kind: 'user', ifEpoch, set: { sweepPending: 0 } }, then, then)
    },
  }
}

function rowByRow(turn: SessionTurn): void {
  for (let id = 0, left = turn.me.doomed; left; id++, left >>= 1) {
    if (!(left & 1)) continue
    const next: Change<World> = (_, me) => {
      me.doomed &= ~bit(id)
      return me.doomed ? 'delete' : 'query'
    }
    turn.write('BatchWriteItem sessions', { kind: 'delete', id }, next, next)
  }
}

/** A revoke-all responds: the sessions that were held when it began are revoked, and their successors. */
export function answerEnd({ actor }: Policy, change: EndingChange, spared = 0): Change<World> {
  return (world, me) => {
    const { seen } = world
    seen.over |= me.before & ~spared
    if (hasLine(world, me.before & ~spared)) sever(world, actor, 0)
    if (change === 'password') seen.changed |= CHANGED.password
    if (change === 'disable') seen.changed |= CHANGED.disabled
    if (change === 'removeScope') seen.changed |= CHANGED.removed
    return DONE
  }
}

/** `Revocations.revokeAllSessions`, on an administrator's word. */
export function revokeAllSessions(name: string, policy: Policy, change: EndingChange): SessionOperation {
  return {
    name,
    steps: {
      [START](turn) {
        turn.call('GetItem users', (world, me) => {
          me.before = heldNow(world)
          remember(world, me)
          return 'advance'
        })
      },
      ...advance(policy, change, false),
      ...sweep(policy, answerEnd(policy, change)),
    },
  }
}

/** `Revocations.revokeOwnSessions`: DELETE /auth/sessions. */
export function revokeOwnSessions(name: string, policy: Policy): SessionOperation {
  return {
    name,
    steps: {
      ...checkFirst('read'),
      ...advance(policy, 'nothing', true),
      ...sweep(policy, answerEnd(policy, 'nothing')),
    },
  }
}

/** `Revocations.finishPending`, on its own: the stream of the users table. */
export function finishPending(name: string, policy: Policy): SessionOperation {
  return {
    name,
    steps: {
      [START](turn) {
        turn.call('GetItem users', (world, me) => {
          me.epoch = world.user.epoch
          return world.user.sweepPending ? 'query' : DONE
        })
      },
      ...sweep(policy, () => DONE),
    },
  }
}
