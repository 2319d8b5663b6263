import { type Change, DONE } from './operation.ts'
import { hold, idOf, type Policy, rowOf, type SessionSteps, type World } from './world.ts'

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

/** The last step of an operation that answers with a new session. */
export const handOut: Change<World> = (world, me) => {
  hold(world, me.id, me.epoch)
  return DONE
}
