import { type Change, DONE } from './operation.ts'
import { deny, hold, idOf, type Policy, rowOf, type SessionSteps, selfOf, type World } from './world.ts'

interface Outcomes {
  readonly created: Change<World>
  readonly refused: Change<World>
}

/** The most that a create tries: `lib/sessions/create-session.ts`. */
const CREATE_TRIES = 3

/**
 * Create session (`lib/sessions/create-session.ts`): begins with `put`, for an actor that has the user in its memory. Its last
 * delete is of a row that nobody holds the secret of: to repeat it would change nothing.
 */
export function newSession({ rules, actor }: Policy, { created, refused }: Outcomes): SessionSteps {
  return {
    put(turn) {
      const { epoch, scopes, tries } = turn.me
      const id = idOf(actor, tries)
      const written: Change<World> = (_, me) => {
        me.id = id
        me.tries = 0
        return 'secondRead'
      }
      const lost: Change<World> = (_, me) => {
        if (rules('freshPut')) me.tries++
        return me.tries < CREATE_TRIES ? 'put' : DONE
      }
      turn.once(
        'PutItem sessions',
        { kind: 'put', id, row: rowOf(epoch, scopes) },
        written,
        rules('freshPut') ? () => DONE : written,
        lost,
      )
    },
    secondRead(turn) {
      turn.call('GetItem users: second read', (world, me) => {
        const { epoch, active } = world.user
        return !rules('secondRead') || (me.epoch >= epoch && active) ? created(world, me) : 'takeBack'
      })
    },
    takeBack(turn) {
      turn.call('DeleteItem sessions: the new row', (world, me) => {
        world.rows[me.id] = 0
        return refused(world, me)
      })
    },
  }
}

interface Place {
  readonly done: Change<World>
  /** Whether the new session is there already. */
  readonly isPut: boolean
}

/** Deletes one's own row and looks whose delete it was: only that one may go on. */
export function takePlace({ rules, actor }: Policy, { done, isPut }: Place): SessionSteps {
  return {
    ownRow(turn) {
      const isUnknown = turn.me.repeated > 0
      const isOurs = !rules('ownDelete') || (isUnknown && !rules('unknownIsNotOurs'))
      const write = { kind: 'delete', id: selfOf(turn.world, { rules, actor }), by: actor, own: true } as const
      const lost: Change<World> = (world) => (isPut ? 'takeBack' : deny(world, actor))
      turn.write('DeleteItem sessions: own row', write, done, isOurs ? done : lost)
    },
  }
}

/** The answer is on its way, and then there. */
export const receive: SessionSteps = { receive: (turn) => turn.call('receives', (world, me) => handOut(world, me)) }

/** The end of an operation that gives its new session to somebody. */
export const handOut: Change<World> = (world, me) => {
  hold(world, me.id, me.epoch)
  return DONE
}
