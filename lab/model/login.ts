import { handOut, newSession } from './new-session.ts'
import { type Change, DONE, START } from './operation.ts'
import { revokeRow } from './revocation.ts'
import { sweep } from './revoke-all.ts'
import {
  endFirst,
  FIRST,
  hashOf,
  heldNow,
  liveRow,
  type Policy,
  passwordOf,
  type SessionOperation,
  type World,
} from './world.ts'

interface Variety {
  /** The stored hash is of an older form. */
  readonly rehash?: boolean
  /** The first session's cookie comes along. */
  readonly presents?: boolean
}

/**
 * POST /auth/login with the initial password; pointer and attempts have models of their own. The rehash and the
 * revocation of presented sessions come last: a login that fails revokes nothing.
 */
export function login(name: string, policy: Policy, { rehash, presents }: Variety = {}): SessionOperation {
  const { rules, actor } = policy
  const afterSweep = presents ? 'presented' : 'put'
  const afterHash: Change<World> = (world, me) => (me.row ? 'end' : handOut(world, me))
  const afterEnd: Change<World> = (world, me) => {
    endFirst(world, actor, me.before)
    return handOut(world, me)
  }
  return {
    name,
    steps: {
      [START](turn) {
        turn.call('GetItem users', (world, me) => {
          if (!world.user.active || passwordOf(world.user.hash) !== 0) return DONE
          me.epoch = world.user.epoch
          me.scopes = world.user.scopes
          if (presents) me.before = heldNow(world)
          if (rehash) me.hash = world.user.hash
          return world.user.sweepPending ? 'query' : afterSweep
        })
      },
      ...sweep(policy, () => afterSweep),
      presented(turn) {
        turn.call('GetItem sessions', (world, me) => {
          me.row = liveRow(world, FIRST)
          return 'put'
        })
      },
      ...newSession(policy, {
        created: rehash ? () => 'rehash' : afterHash,
        refused: () => DONE,
      }),
      rehash(turn) {
        const ifHash = rules('rehashGuard') ? turn.me.hash : undefined
        const set = { hash: hashOf(0, actor) }
        turn.write('UpdateItem users: hash', { kind: 'user', ifHash, set }, afterHash, afterHash)
      },
      ...revokeRow(policy, FIRST, { ended: afterEnd, absent: afterEnd }),
    },
  }
}
