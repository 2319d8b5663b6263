import { type AccountSteps, changeIdOf, type Make, type Memory, NOBODY, TRIES, userAt, type World } from './accounts.ts'
import { type Change, DONE, START } from './operation.ts'

/** `UserAdministration.delete`: disable and sweep, free the email, delete the user. Waits until the user is known. */
export const remove =
  (user: number): Make =>
  (actor, rules) => ({
    name: `delete ${user}`,
    steps: {
      [START](turn) {
        if (turn.world.pointer !== user && !turn.world.seen.told.includes(user)) return
        turn.call('GetItem users', (world, me) => {
          world.seen.leaving.push(user)
          return rules('disableFirst') ? readFor(world, me, user, 'disable') : readFor(world, me, user, 'release')
        })
      },
      read(turn) {
        turn.call('GetItem users', (world, me) =>
          userAt(world, user).present ? readFor(world, me, user, 'disable') : DONE,
        )
      },
      disable(turn) {
        const { epoch, changeId, tries } = turn.me
        const own = changeIdOf(actor, tries)
        turn.write(
          'UpdateItem users: epoch',
          { kind: 'change', user, from: changeId, set: { active: 0, epoch: epoch + 1, changeId: own } },
          (_, me) => {
            me.changeId = own
            me.epoch = epoch + 1
            return 'sweep'
          },
          (_, me) => (++me.tries < TRIES ? 'read' : DONE),
          (world) => userAt(world, user).changeId === own,
        )
      },
      // The sweep has a model of its own: here it is one step.
      sweep(turn) {
        turn.call('Query sessions', (world, me) => {
          for (const row of world.rows) if (row.user === user && row.epoch < me.epoch) row.user = NOBODY
          return 'release'
        })
      },
      release(turn) {
        const write = { kind: 'release', user, always: !rules('pointerCondition') } as const
        turn.write(
          'DeleteItem users: pointer',
          write,
          () => 'remove',
          () => 'remove',
        )
      },
      remove(turn) {
        const changeId = rules('deleteOnChangeId') ? turn.me.changeId : undefined
        const deleted: Change<World> = ({ seen }) => {
          seen.deleted.push(user)
          return DONE
        }
        turn.write('DeleteItem users: user', { kind: 'remove', user, changeId }, deleted, (_, me) =>
          ++me.tries < TRIES ? 'read' : DONE,
        )
      },
    },
  })

function readFor(world: World, me: Memory, user: number, next: string): string {
  me.epoch = userAt(world, user).epoch
  me.changeId = userAt(world, user).changeId
  return next
}

/** PATCH to `active`. */
export const enable =
  (user: number): Make =>
  (actor) => {
    const steps: AccountSteps = {
      [START](turn) {
        turn.call('GetItem users', (world, me) =>
          userAt(world, user).present ? readFor(world, me, user, 'update') : DONE,
        )
      },
      update(turn) {
        const { changeId, tries } = turn.me
        const own = changeIdOf(actor, tries)
        turn.write(
          'UpdateItem users',
          { kind: 'change', user, from: changeId, set: { active: 1, changeId: own } },
          () => DONE,
          (_, me) => (++me.tries < TRIES ? START : DONE),
          (world) => userAt(world, user).changeId === own,
        )
      },
    }
    return { name: `enable ${user}`, steps }
  }

/** A login by the email. Whose password it is makes no difference here: it is always the right one. */
export const login: Make = (actor) => ({
  name: 'login',
  steps: {
    [START](turn) {
      turn.call('GetItem users: pointer', (world, me) => {
        me.user = world.pointer
        return me.user === NOBODY ? DONE : 'user'
      })
    },
    user(turn) {
      turn.call('GetItem users', (world, me) => {
        const { present, active, epoch } = userAt(world, me.user)
        me.epoch = epoch
        return present && active ? 'put' : DONE
      })
    },
    put(turn) {
      turn.call('PutItem sessions', (world, { user, epoch }) => {
        world.rows[actor] = { user, epoch }
        return 'secondRead'
      })
    },
    secondRead(turn) {
      turn.call('GetItem users: second read', (world, me) => {
        const { present, active, epoch } = userAt(world, me.user)
        if (!present || !active || epoch > me.epoch) return 'takeBack'
        world.seen.held[actor] = me.user
        return DONE
      })
    },
    takeBack(turn) {
      turn.call('DeleteItem sessions: the new row', (world) => {
        world.rows[actor] = { user: NOBODY, epoch: 0 }
        return DONE
      })
    },
  },
})
