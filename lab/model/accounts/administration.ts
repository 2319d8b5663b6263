import { remove, type Steps } from './call.ts'
import { FACTORS } from './first-proof.ts'
import { releaseIdentity } from './identity.ts'
import { ABSENT, any, equal, type Parts } from './item.ts'
import type { Context, Operation } from './play.ts'
import { releasePointer } from './pointer.ts'
import { freed } from './required-password.ts'
import { userOfSession } from './session.ts'
import { advance, answerEnd, endAll, readUser, sweep, TRIES, userKey } from './user-item.ts'

// What ends all sessions of a user today, as the new operations meet it.

/** An administrator ends all sessions, together with a change of the user. */
function end(name: string, parts: () => Parts): Operation {
  return {
    name,
    *run(context) {
      const done = yield* endAll(context, 'U', { parts })
      if (!done) return '404'
      answerEnd(context, 'U', done.epoch)
      return '204'
    },
  }
}

export const revokeAll = (): Operation => end('revoke all', () => ({}))
export const removeFactors = (): Operation => end('remove factors', () => ({ remove: FACTORS }))
export const disable = (): Operation => ({
  name: 'disable',
  *run(context) {
    const done = yield* endAll(context, 'U', { parts: () => ({ set: { status: 'disabled' } }) })
    if (!done) return '404'
    answerEnd(context, 'U', done.epoch)
    context.tell((seen) => {
      seen.disabled.U = true
    })
    return '204'
  },
})

/** PUT /auth/password with the password of the beginning. */
export const changePassword = (current = 'p0'): Operation => ({
  name: 'change password',
  *run(context) {
    for (let tries = 0; tries < TRIES; tries++) {
      const user = yield* userOfSession(context, 'U')
      if (!user?.password?.hash.startsWith(current)) return '401'
      const set = { password: { hash: 'p2', since: user.epoch + 1 } }
      if (!(yield* advance(context, user, { set, remove: freed(context) }))) continue
      yield* sweep('U', user.epoch + 1)
      answerEnd(context, 'U', user.epoch + 1)
      return '204'
    }
    return '409'
  },
})

/** `UserAdministration.delete`: disables, frees every address that the user item has, deletes it. */
export function* deleteUser(context: Context, id: string): Steps<boolean> {
  for (let tries = 0; tries < TRIES; tries++) {
    const done = yield* endAll(context, id, { parts: () => ({ set: { status: 'disabled' } }) })
    if (!done) return false
    const { email, claim, undo, identities = {} } = done.before
    yield* releasePointer(context, email, id, claim)
    if (undo) yield* releasePointer(context, undo.email, id, undo.claim)
    for (const key of Object.keys(identities)) yield* releaseIdentity(context, key, id, identities[key]?.claim)
    const { applied } = yield* remove(userKey(id), [any(ABSENT, equal('changeId', done.changeId))])
    if (!applied) continue
    answerEnd(context, id, Number.MAX_SAFE_INTEGER)
    context.tell((seen) => {
      seen.deleted[id] = true
    })
    return true
  }
  return false
}

export const deletion = (): Operation => ({
  name: 'delete',
  *run(context) {
    yield* readUser('U')
    context.tell((seen) => {
      seen.leaving.U = true
    })
    return (yield* deleteUser(context, 'U')) ? '204' : '404'
  },
})
