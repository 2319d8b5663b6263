import { newSession, receive, takePlace } from './new-session.ts'
import { verified } from './replacement.ts'
import { checkSelf } from './revoke-all.ts'
import { bit, deny, endFirst, FIRST, type Policy, type SessionOperation, selfOf } from './world.ts'

/**
 * POST /auth/session/reauthenticate: creates first and deletes its own row then; a failure in between leaves all as it was.
 * @param again with a session that was itself made of another
 */
export function reauthenticate(name: string, policy: Policy, again = false): SessionOperation {
  return {
    name,
    replaces: 'one',
    steps: {
      ...checkSelf(policy, 'verify', again),
      ...verified(policy, () => 'put'),
      ...newSession(policy, { created: () => 'ownRow', refused: (world) => deny(world, policy.actor) }),
      ...takePlace(policy, {
        isPut: true,
        done: (world, me) => {
          const self = selfOf(world, policy)
          if (self === FIRST) endFirst(world, policy.actor, me.before)
          else world.seen.over |= bit(self)
          world.seen.passed |= bit(policy.actor)
          return 'receive'
        },
      }),
      ...receive,
    },
  }
}
