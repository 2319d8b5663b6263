import { type Change, DONE, START } from './operation.ts'
import { remember, sweep } from './revoke-all.ts'
import {
  bit,
  endFirst,
  FIRST,
  heldNow,
  liveRow,
  madeOf,
  type Policy,
  type SessionOperation,
  type SessionSteps,
  type World,
} from './world.ts'

// Ending one session. The delete is without a condition, and says whether there was a row. Whoever finds none, or cannot
// know, looks for what was made of it: the session may have been replaced, and its successor not been received yet.

/** POST /auth/logout: whoever's delete it was that counted. */
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
      ...endOne(policy, FIRST, { ended: answer, absent: answer }),
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
      ...endOne(policy, FIRST, {
        ended,
        absent: (world, me) => (me.sweepPending ? 'query' : answer(world, me)),
      }),
      ...sweep(policy, answer),
    },
  }
}

/** The same for any other session that exists by then, also one whose login has not been answered yet. */
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

/** `keepWithinCap` of somebody's login: the first session is the oldest, and gives way. */
export function capOut(name: string, { actor }: Policy): SessionOperation {
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

/** Time: the first session comes to its end by itself. Its row stays. */
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

/** A request that names a session sets out: what is received after that is nothing that it could name. */
export function begin(next: string): SessionSteps {
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
  /** There was none, nor anything made of it. */
  readonly absent: Change<World>
}

/** Ends a session and whatever was made of it meanwhile: begins with `end`. */
export function endOne({ rules, actor }: Policy, target: number, { ended, absent }: Outcomes): SessionSteps {
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
        me.doomed = madeOf(world, target, rules('wholeLine'))
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
        // What was found may have been replaced in turn.
        return rules('followsToTheEnd') ? 'follow' : ended(world, me)
      }
      turn.write('DeleteItem sessions: made of it', { kind: 'delete', id, by: actor }, next, next)
    },
  }
}
