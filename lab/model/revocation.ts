import { type Change, DONE, START } from './operation.ts'
import { checkFirst, remember, sweep } from './revoke-all.ts'
import { bit, endFirst, FIRST, type Policy, type SessionOperation, type SessionSteps, type World } from './world.ts'

// Ending one session. The delete is without a condition; a repeat that finds nothing may have done it before.

/** POST /auth/logout: deletes the session that it found, also if another operation deletes it at the same time. */
export function logout(name: string, { actor }: Policy): SessionOperation {
  const answer: Change<World> = (world) => {
    endFirst(world, actor)
    return DONE
  }
  return {
    name,
    steps: {
      ...checkFirst('end'),
      end(turn) {
        turn.write('DeleteItem sessions', { kind: 'delete', id: FIRST, by: actor }, answer, answer)
      },
    },
  }
}

/** DELETE /auth/sessions/{id} by the owner or an administrator: 404 only if the row was certainly absent. */
export function revoke(name: string, policy: Policy): SessionOperation {
  return {
    name,
    steps: {
      [START](turn) {
        turn.call('GetItem users', (world, me) => {
          remember(world, me)
          return 'end'
        })
      },
      ...end(policy, () => FIRST),
      ...sweep(policy, (world, me) => answer(world, me.row, policy.actor)),
    },
  }
}

/** The same for any other session that exists by then, also one whose login has not been answered yet. */
export function revokeOther(name: string, policy: Policy): SessionOperation {
  return {
    name,
    steps: {
      [START](turn) {
        for (const [id, row] of turn.world.rows.entries())
          if (row && id !== FIRST)
            turn.call('Query sessions', (world, me) => {
              remember(world, me)
              me.id = id
              return 'end'
            })
      },
      ...end(policy, (id) => id),
      ...sweep(policy, (world, me) => answer(world, me.row, policy.actor)),
    },
  }
}

function end({ actor }: Policy, target: (id: number) => number): SessionSteps {
  return {
    end(turn) {
      const isRepeat = turn.me.repeated > 0
      const id = target(turn.me.id)
      const ended: Change<World> = (world, me) => {
        me.row = id // from here on: what the answer is about
        return me.sweepPending ? 'query' : answer(world, id, actor)
      }
      const absent: Change<World> = (_, me) => {
        me.row = NOTHING
        return me.sweepPending ? 'query' : DONE
      }
      turn.write('DeleteItem sessions', { kind: 'delete', id, by: actor }, ended, isRepeat ? ended : absent)
    },
  }
}

/** Instead of a session: 404. */
const NOTHING = 99

function answer(world: World, id: number, actor: number): string {
  if (id === FIRST) endFirst(world, actor)
  else if (id !== NOTHING) world.seen.over |= bit(id)
  return DONE
}
