import type { Steps } from './call.ts'
import type { Context, Operation } from './play.ts'
import { use } from './seen.ts'
import { advance, answerEnd, endAll, readUser, sweep, TRIES, type UserItem } from './user-item.ts'

// PUT /admin/users/{userId}/password with `requireChange`, and the sign-in that replaces such a password. Their names
// begin with `g`.

export const isGiven = (hash: string): boolean => hash.startsWith('g')

/** An administrator sets a password, which the next sign-in by it must replace. */
export const givePassword = (name: string, hash: string): Operation => ({
  name,
  *run(context) {
    const isOneWrite = context.rules('requiredInOneWrite')
    const done = yield* endAll(context, 'U', {
      parts({ epoch }) {
        const password = { hash, since: epoch + 1 }
        return isOneWrite ? { set: { password, mustChange: true } } : { set: { password }, remove: freed(context) }
      },
    })
    if (!done) return '404'
    if (!isOneWrite) {
      const user = yield* readUser('U')
      if (user) yield* advance(context, user, { set: { mustChange: true } })
    }
    answerEnd(context, 'U', done.epoch)
    return '204'
  },
})

/** What a write of a new password removes. */
export const freed = ({ rules }: Context): string[] => (rules('freedByNew') ? ['mustChange'] : [])

/**
 * The sign-in by a given password writes the one that its user has chosen.
 * @param known as read before the password was verified
 * @returns the user to go on with
 */
export function* replaceGiven(context: Context, known: UserItem, chosen: string): Steps<UserItem | undefined> {
  let user: UserItem | undefined = known
  for (let tries = 0; tries < TRIES; tries++) {
    const isKnown = user?.password?.hash === known.password?.hash && user?.mustChange
    if (user?.status !== 'active' || (context.rules('requiredAsVerified') && !isKnown)) return undefined
    const password = { hash: chosen, since: user.epoch + 1 }
    const landed = (seen: Parameters<typeof use>[0]) => use(seen, known.password?.hash ?? '', context.name)
    const changeId = yield* advance(context, user, { set: { password }, remove: freed(context) }, landed)
    if (changeId) {
      const epoch = user.epoch + 1
      yield* sweep(user.id, epoch)
      answerEnd(context, user.id, epoch)
      return yield* readUser(user.id)
    }
    user = yield* readUser(user.id)
  }
  return undefined
}
