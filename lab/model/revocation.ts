import { type Change, DONE, START } from './operation.ts'
import { remember, sweep } from './revoke-all.ts'
import {
  bit,
  endFirst,
  FIRST,
  heldNow,
  liveRow,
  type Policy,
  type SessionOperation,
  type SessionSteps,
  successorsOf,
  type World,
} from './world.ts'

// Revoking one session. The delete has no condition and returns whether there was a row. If there was none, or that is
// unknown, the session may have been replaced, and its successor not been received yet: the successors are deleted too.

/** POST /auth/logout: succeeds whichever delete removed the row. */
export function logout(name: string, policy: Policy): SessionOperation {
  const { rules, actor } = policy
  const answer: Change<World> = (world, me) => {
    endFirst(world, actor, me.before)
    return DONE
  }
  return {
    name,
    steps: {
      ...begin('look'),
      look(turn) {
        turn.call('GetItem sessions', (world, me) => {
          if (rules('evenExpired') ? world.rows[FIRST] : liveRow(world, FIRST)) return 'end'
          if (world.rows[FIRST]) return answer(world, me)
          return rules('followsOn') ? 'follow' : answer(world, me)
        })
      },
      ...revokeRow(policy, FIRST, { ended: answer, absent: answer }),
    },
  }
}

/** DELETE /auth/sessions/{id} by the owner or an administrator: 404 only if the row was certainly absent. */
export function revoke(name: string, policy: Policy): SessionOperation {
  const { actor } = policy
  const answer: Change<World> = (world, me) => {
    if (me.found) endFirst(world, actor, me.before)
    return DONE
  }
  const ended: Change<World> = (world, me) => {
    me.found = 1
    return me.sweepPending ? 'query' : answer(world, me)
  }
  return {
    name,
    steps: {
      ...begin('user'),
      user(turn) {
        turn.call('GetItem users', (world, me) => {
          remember(world, me)
          return 'end'
        })
      },
      ...revokeRow(policy, FIRST, {
        ended,
        absent: (world, me) => (me.sweepPending ? 'query' : answer(world, me)),
      }),
      ...sweep(policy, answer),
    },
  }
}

/** The same for any other session with a row, also one whose login has not responded yet. */
export function revokeOther(name: string, policy: Policy): SessionOperation {
  const answer: Change<World> = ({ seen }, me) => {
    if (me.found) seen.over |= bit(me.id)
    return DONE
  }
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
      end(turn) {
        const isRepeat = turn.me.repeated > 0
        const write = { kind: 'delete', id: turn.me.id, by: policy.actor } as const
        const then =
          (found: number): Change<World> =>
          (world, me) => {
            me.found = found
            return me.sweepPending ? 'query' : answer(world, me)
          }
        turn.write('DeleteItem sessions', write, then(1), then(isRepeat ? 1 : 0))
      },
      ...sweep(policy, answer),
    },
  }
}

/** `enforceSessionCap` of another login: the first session is the oldest one and is revoked. */
export function capRevokes(name: string, { actor }: Policy): SessionOperation {
  const done: Change<World> = () => DONE
  return {
    name,
    steps: {
      [START](turn) {
        turn.call('Query sessions', (world) => (liveRow(world, FIRST) ? 'end' : DONE))
      },
      end(turn) {
        turn.write('DeleteItem sessions', { kind: 'delete', id: FIRST, by: actor }, done, done)
      },
    },
  }
}

/** Time: the first session expires. Its row stays. */
export function expiry(name: string): SessionOperation {
  return {
    name,
    steps: {
      [START](turn) {
        turn.call('passes', (world) => {
          world.expired = 1
          world.seen.mayEnd |= bit(FIRST)
          return DONE
        })
      },
    },
  }
}

/** A request is sent that names a session: it cannot name a session that is received afterwards. */
function begin(next: string): SessionSteps {
  return {
    [START](turn) {
      turn.call('begins', (world, me) => {
        me.before = heldNow(world)
        return next
      })
    },
  }
}

interface Outcomes {
  readonly ended: Change<World>
  /** There was neither a row nor a successor. */
  readonly absent: Change<World>
}

/** Deletes a session and its successors: begins with `end`. */
export function revokeRow({ rules, actor }: Policy, target: number, { ended, absent }: Outcomes): SessionSteps {
  const over: Change<World> = (world, me) => (me.found ? ended : absent)(world, me)
  const follow: Change<World> = (world, me) => (rules('followsOn') ? 'follow' : over(world, me))
  return {
    end(turn) {
      const isRepeat = turn.me.repeated > 0
      turn.write('DeleteItem sessions', { kind: 'delete', id: target, by: actor }, ended, (world, me) => {
        if (!isRepeat) return follow(world, me)
        me.found = 1
        return rules('unknownFollows') ? follow(world, me) : over(world, me)
      })
    },
    follow(turn) {
      turn.call('Query sessions', (world, me) => {
        me.doomed = successorsOf(world, target, rules('wholeLine'))
        return me.doomed ? 'cut' : over(world, me)
      })
    },
    cut(turn) {
      const { doomed } = turn.me
      const id = 31 - Math.clz32(doomed)
      const next: Change<World> = (world, me) => {
        me.found = 1
        me.doomed &= ~bit(id)
        if (me.doomed) return 'cut'
        // The successor may have been replaced as well.
        return rules('followsToTheEnd') ? 'follow' : ended(world, me)
      }
      turn.write('DeleteItem sessions: successor', { kind: 'delete', id, by: actor }, next, next)
    },
  }
}
