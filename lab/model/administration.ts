import { type Change, DONE, START } from './operation.ts'
import { advance, answerEnd, changeIdOf, isAsAsked, remember, sweep } from './revoke-all.ts'
import { CHANGED, GRANTED, HELD, heldNow, type Policy, type SessionOperation, type World } from './world.ts'

const TRIES = 3

/**
 * PATCH /admin/users/{userId} that removes something (`UserAdministration.change`): if it is removed already, writes a
 * change that revokes nothing, and finishes the sweep of the operation that removed it.
 */
export function takeAway(name: string, policy: Policy, change: 'disable' | 'removeScope'): SessionOperation {
  const isTaken = ({ user }: World) => (change === 'disable' ? !user.active : !(user.scopes & HELD))
  const answer = answerEnd(policy, change)
  return {
    name,
    steps: {
      [START](turn) {
        turn.call('GetItem users', (world, me) => {
          // If the scope is already removed, sessions without it need not end.
          me.before = change === 'removeScope' && isTaken(world) ? 0 : heldNow(world)
          remember(world, me)
          return isTaken(world) ? 'update' : 'read'
        })
      },
      again(turn) {
        turn.call('GetItem users', (world, me) => {
          if (change === 'removeScope' && !isAsAsked(world, me)) return DONE
          if (change === 'removeScope' && isTaken(world)) me.before = 0
          remember(world, me)
          return isTaken(world) ? 'update' : 'read'
        })
      },
      ...update(policy, (scopes) => (change === 'disable' ? { active: 0 } : { scopes: scopes & ~HELD }), answer),
      ...advance(policy, change, false),
      ...sweep(policy, answer),
    },
  }
}

/** A change that only adds: a scope, or the status `active`. */
export function give(name: string, policy: Policy, what: 'scope' | 'status'): SessionOperation {
  const answer: Change<World> = ({ seen }) => {
    if (what === 'scope') seen.changed |= CHANGED.granted
    return DONE
  }
  return {
    name,
    enables: what === 'status',
    steps: {
      [START](turn) {
        turn.call('GetItem users', (world, me) => {
          remember(world, me)
          return 'update'
        })
      },
      again(turn) {
        turn.call('GetItem users', (world, me) => {
          if (what === 'scope' && !isAsAsked(world, me)) return DONE
          remember(world, me)
          return 'update'
        })
      },
      ...update(policy, (scopes) => (what === 'scope' ? { scopes: scopes | GRANTED } : { active: 1 }), answer),
      ...sweep(policy, answer),
    },
  }
}

/** `UserStore.update`, and the sweep that was pending when the user was read. */
function update(
  { rules, actor }: Policy,
  change: (scopes: number) => Partial<World['user']>,
  answer: Change<World>,
): SessionOperation['steps'] {
  return {
    update(turn) {
      const { changeId, scopes, tries } = turn.me
      const own = changeIdOf(actor, tries)
      turn.write(
        'UpdateItem users',
        {
          kind: 'user',
          ifChangeId: rules('updateGuard') ? changeId : undefined,
          set: { changeId: own, ...change(scopes) },
        },
        (world, me) => (me.sweepPending && rules('finishBeforeAnswer') ? 'query' : answer(world, me)),
        (_, me) => (++me.tries < TRIES ? 'again' : DONE),
        ({ user }) => user.changeId === own,
      )
    },
  }
}
