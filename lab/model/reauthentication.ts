import { newSession, receive, replaceRow } from './new-session.ts'
import { verified } from './replacement.ts'
import { checkReplaced } from './revoke-all.ts'
import { bit, deny, endFirst, FIRST, type Policy, type SessionOperation, selfOf } from './world.ts'

/**
 * POST /auth/session/reauthenticate: creates the new session, then deletes the old row; a failure in between changes
 * nothing.
 * @param again with a session that replaced another one itself
 */
export function reauthenticate(name: string, policy: Policy, again = false): SessionOperation {
  return {
    name,
    replaces: 'one',
    steps: {
      ...checkReplaced(policy, 'verify', again),
      ...verified(policy, () => 'put'),
      ...newSession(policy, { created: () => 'ownRow', refused: (world) => deny(world, policy.actor) }),
      ...replaceRow(policy, {
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
