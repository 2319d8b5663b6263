import { type AccountSteps, type Make, NOBODY, TRIES, userAt, userOf, type World } from './accounts.ts'
import { type Change, DONE, START } from './operation.ts'

/** @param writesOnce as the code does: the user item is put by one attempt, as a session’s row is */
const registering =
  (writesOnce: boolean): Make =>
  (actor, rules) => {
    const user = userOf(actor)
    const refused: Change<World> = (world, me) => {
      if (++me.tries === TRIES) return 'withdraw'
      me.user = world.pointer // whom the refusal shows
      return me.user === NOBODY ? 'claim' : 'look'
    }
    const told: Change<World> = (world) => {
      world.seen.told.push(user)
      return DONE
    }
    const create: AccountSteps[string] = (turn) => {
      const created: Change<World> = rules('userFirst') ? () => 'claim' : told
      const isOurs = (world: World) => userAt(world, user).present === 1
      const write = { kind: 'create', user } as const
      if (writesOnce)
        turn.once(
          'PutItem users: user',
          write,
          created,
          () => DONE,
          () => DONE,
        )
      else turn.write('PutItem users: user', write, created, () => DONE, isOurs)
    }
    const claim: AccountSteps[string] = (turn) => {
      const { instead } = turn.me
      const claimed: Change<World> = rules('userFirst') ? told : () => 'create'
      const write = { kind: 'claim', user, instead, free: rules('claimOnlyIfFree') } as const
      turn.write('PutItem users: pointer', write, claimed, refused, ({ pointer }) => pointer === user)
    }
    return {
      name: `register ${user}`,
      steps: {
        [START]: rules('userFirst') ? create : claim,
        create,
        claim,
        look(turn) {
          turn.call('GetItem users: holder', (world, me) => {
            if (userAt(world, me.user).present) return 'withdraw'
            me.instead = me.user
            return 'claim'
          })
        },
        withdraw(turn) {
          const write = { kind: 'remove', user, changeId: 0 } as const
          turn.write(
            'DeleteItem users: own',
            write,
            () => DONE,
            () => DONE,
          )
        },
      },
    }
  }

/** POST /auth/register, `Users.register`. */
export const register = registering(true)
/** With a repeated put: if its first try is applied after a deletion, the deleted user is back. */
export const registerRepeating = registering(false)
