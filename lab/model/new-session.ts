import { type Change, DONE } from './operation.ts'
import { deny, hold, idOf, type Policy, rowOf, type SessionSteps, selfOf, type World } from './world.ts'

interface Outcomes {
  readonly created: Change<World>
  readonly refused: Change<World>
}

/** The most that a create tries: `lib/sessions/create-session.ts`. */
const CREATE_TRIES = 3

/**
 * Create session (`lib/sessions/create-session.ts`): begins with `put`, for an actor that has read the user. Its
 * last delete removes a row whose secret was never sent: a repeat would change nothing.
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

/** Deletes the old row: only the actor whose delete removed it continues. */
export function replaceRow({ rules, actor }: Policy, { done, isPut }: Place): SessionSteps {
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

/** The response arrives. */
export const receive: SessionSteps = { receive: (turn) => turn.call('receives', (world, me) => handOut(world, me)) }

/** The last step of an operation that hands out its new session. */
export const handOut: Change<World> = (world, me) => {
  hold(world, me.id, me.epoch)
  return DONE
}
