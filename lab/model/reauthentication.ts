import { handOut, newSession } from './new-session.ts'
import { type Change, DONE } from './operation.ts'
import { verified } from './replacement.ts'
import { checkFirst } from './revoke-all.ts'
import { endFirst, FIRST, type Policy, type SessionOperation, type World } from './world.ts'

/** POST /auth/session/reauthenticate: creates a session, then deletes its own row; a failure in between changes nothing. */
export function reauthenticate(name: string, policy: Policy): SessionOperation {
  const { rules, actor } = policy
  const ours: Change<World> = (world, me) => {
    endFirst(world, actor)
    return handOut(world, me)
  }
  return {
    name,
    replaces: true,
    steps: {
      ...checkFirst('verify'),
      ...verified(policy, () => 'put'),
      ...newSession(policy, { created: () => 'ownRow', refused: () => DONE }),
      ownRow(turn) {
        const isUnknown = turn.me.repeated > 0
        const isOurs = !rules('reauthenticateOwnRow') || (isUnknown && !rules('unknownIsNotOurs'))
        const write = { kind: 'delete', id: FIRST, by: actor } as const
        turn.write('DeleteItem sessions: own row', write, ours, isOurs ? ours : () => 'takeBack')
      },
    },
  }
}
