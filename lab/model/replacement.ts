import { newSession, receive, replaceRow } from './new-session.ts'
import { type Change, DONE } from './operation.ts'
import { advance, answerEnd, checkReplaced, type EndingChange, isBacked, remember, sweep } from './revoke-all.ts'
import {
  bit,
  deny,
  FIRST,
  type Policy,
  passwordOf,
  type SessionOperation,
  type SessionSteps,
  type World,
} from './world.ts'

// A session has at most one successor: only the operation that deletes its row succeeds.

/** `Revocations.revokeOtherSessions`: DELETE /auth/sessions?keep=current. */
export const revokeOtherSessions = (name: string, policy: Policy): SessionOperation => ({
  ...replaceAll(name, policy, 'nothing', 'owner'),
  replaces: 'all',
})

/** PUT /auth/password: reads the user for the verification, and again before the change. */
export const changePassword = (name: string, policy: Policy): SessionOperation => ({
  ...replaceAll(name, policy, 'password', 'verify'),
  replaces: 'all',
  setsPassword: true,
})

/**
 * First the change: until it is written, the caller's session is unchanged. Then the put of the new session, the delete
 * of the old row and the sweep of the others.
 */
function replaceAll(name: string, policy: Policy, change: EndingChange, next: string): SessionOperation {
  const { rules, actor } = policy
  const keepsRow = !rules('newForKept')
  const spared = keepsRow ? bit(FIRST) : 0
  const end = answerEnd(policy, change, spared)
  const order = keepsRow ? 'none' : rules('changeFirst') ? (rules('putFirst') ? 'right' : 'putLast') : 'ownRowFirst'
  const isRight = order === 'right'
  const answer: Change<World> = (world, me) => {
    end(world, me)
    if (keepsRow) return DONE
    world.seen.passed |= bit(actor)
    return 'receive'
  }
  const swept: Change<World> = (world, me) => {
    if (keepsRow) return answer(world, me)
    if (!isRight) return 'put'
    return me.id ? answer(world, me) : deny(world, actor)
  }
  return {
    name,
    steps: {
      ...checkReplaced(policy, next),
      ...verified(policy, () => 'owner'),
      owner(turn) {
        turn.call('GetItem users: owner', (world, me) => {
          if (!isBacked(policy, world, me)) return deny(world, actor)
          if (change === 'password' && world.user.hash !== me.hash) return DONE
          remember(world, me)
          return order === 'ownRowFirst' ? 'ownRow' : 'advance'
        })
      },
      ...advance(policy, change, true, isRight ? 'put' : order === 'putLast' ? 'ownRow' : 'query'),
      ...newSession(policy, {
        created: isRight ? () => 'ownRow' : answer,
        // Another operation revoked all sessions, or this one, in between. The sweep is finished all the same.
        refused: (world, me) => {
          me.id = 0
          return isRight ? 'query' : deny(world, actor)
        },
      }),
      ...replaceRow(policy, { done: () => (order === 'ownRowFirst' ? 'advance' : 'query'), isPut: isRight }),
      ...sweep(policy, swept, spared),
      ...receive,
    },
  }
}

/** Reads the user of the session and verifies the initial password. */
export function verified(policy: Policy, then: Change<World>): SessionSteps {
  return {
    verify(turn) {
      turn.call('GetItem users', (world, me) => {
        if (!isBacked(policy, world, me) || passwordOf(world.user.hash) !== 0) return deny(world, policy.actor)
        me.epoch = world.user.epoch
        me.scopes = world.user.scopes
        me.hash = world.user.hash
        return then(world, me)
      })
    },
  }
}
