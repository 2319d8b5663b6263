import { handOut, newSession } from './new-session.ts'
import { type Change, DONE } from './operation.ts'
import { advance, answerEnd, checkFirst, type EndingChange, isBacked, remember, sweep } from './revoke-all.ts'
import { bit, FIRST, type Policy, passwordOf, type SessionOperation, type SessionSteps, type World } from './world.ts'

// A session has at most one successor: only the operation that deletes its row succeeds.

/** `Revocations.revokeOtherSessions`: DELETE /auth/sessions?keep=current. */
export const revokeOtherSessions = (name: string, policy: Policy): SessionOperation => ({
  ...replaceAll(name, policy, 'nothing', 'owner'),
  replaces: true,
})

/** PUT /auth/password: reads the user for the verification, and again before the change. */
export const changePassword = (name: string, policy: Policy): SessionOperation => ({
  ...replaceAll(name, policy, 'password', 'verify'),
  replaces: true,
  setsPassword: true,
})

function replaceAll(name: string, policy: Policy, change: EndingChange, next: string): SessionOperation {
  const { rules, actor } = policy
  const keepsRow = !rules('newForKept')
  const spared = keepsRow ? bit(FIRST) : 0
  const answer = answerEnd(policy, change, spared)
  const go = keepsRow || !rules('ownRowFirst') ? 'advance' : 'ownRow'
  const ours: Change<World> = () => 'advance'
  return {
    name,
    steps: {
      ...checkFirst(next),
      ...verified(policy, () => 'owner'),
      owner(turn) {
        turn.call('GetItem users: owner', (world, me) => {
          if (!isBacked(policy, world, me)) return DONE
          if (change === 'password' && world.user.hash !== me.hash) return DONE
          remember(world, me)
          return go
        })
      },
      ownRow(turn) {
        const isRepeat = turn.me.repeated > 0
        const notOurs = isRepeat && !rules('unknownIsNotOurs') ? ours : () => DONE
        turn.write('DeleteItem sessions: own row', { kind: 'delete', id: FIRST, by: actor }, ours, notOurs)
      },
      ...advance(policy, change, true),
      ...sweep(policy, keepsRow ? answer : () => 'put', spared),
      ...newSession(policy, {
        created: (world, me) => {
          answer(world, me)
          return handOut(world, me)
        },
        refused: () => DONE,
      }),
    },
  }
}

/** Reads the user for a request of the first session and verifies the password of the beginning. */
export function verified(policy: Policy, then: Change<World>): SessionSteps {
  return {
    verify(turn) {
      turn.call('GetItem users', (world, me) => {
        if (!isBacked(policy, world, me) || passwordOf(world.user.hash) !== 0) return DONE
        me.epoch = world.user.epoch
        me.scopes = world.user.scopes
        me.hash = world.user.hash
        return then(world, me)
      })
    },
  }
}
