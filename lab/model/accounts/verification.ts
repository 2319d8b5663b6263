import { step } from './call.ts'
import type { Operation } from './play.ts'
import { refuse, use } from './seen.ts'
import { userOfSession } from './session.ts'
import { change, readUser, TRIES } from './user-item.ts'

/**
 * POST /auth/email/verify. In a session of the account whoever opens the link has both the mailbox and the password: so
 * nothing is purged.
 * @param by a person with a session of the user, or the owner of the mailbox, who has none
 */
export const verify = (name: string, by: 'user' | 'stranger'): Operation => ({
  name,
  *run(context) {
    const { rules, tell } = context
    yield* step('opens the link', () => undefined)
    for (let tries = 0; tries < TRIES; tries++) {
      if (by === 'stranger' && rules('proofInSession')) return '401'
      const user = by === 'user' ? yield* userOfSession(context, 'U') : yield* readUser('U')
      if (user?.verified) return '204'
      const isBound = user?.verification?.epoch === user?.epoch
      if (user?.verification?.hash !== 'N0' || !isBound) {
        if (user) tell((seen) => refuse(seen, 'N0', name))
        return '410'
      }
      const parts = { set: { verified: true }, remove: ['verification'] }
      const landed = (seen: Parameters<typeof use>[0]) => use(seen, 'N0', name)
      if (!(yield* change(context, user, parts, landed))) continue
      tell((seen) => {
        if (by === 'stranger') seen.proven = true
      })
      return '204'
    }
    return '409'
  },
})
