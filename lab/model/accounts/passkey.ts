import { put, type Steps, update } from './call.ts'
import { ABSENT, any, below, equal, none, PRESENT } from './item.ts'
import type { Context, Operation } from './play.ts'
import { make, refuse, use } from './seen.ts'
import { finishPending, hand, newSession, userOfSession } from './session.ts'
import { advance, answerEnd, change, readUser, sweep, TRIES, type UserItem, userKey } from './user-item.ts'

// Passkeys are attributes of the user item: an assertion names the user. `counts`, all that a sign-in writes, stands apart.

/** Marks the challenge of an assertion as used. */
function* useChallenge({ fresh, rules, tell, name }: Context, challenge: string): Steps<boolean> {
  const by = fresh('mark')
  const only = rules('challengeMarked') ? [ABSENT] : [any(ABSENT, PRESENT)]
  const { applied, repeated, old } = yield* put(`used#${challenge}`, { by }, only, {
    landed: (seen) => use(seen, challenge, name),
  })
  if (applied || (repeated && rules('ownMark') && old?.by === by)) return true
  tell((seen) => refuse(seen, challenge, name))
  return false
}

/** Writes the counter of an assertion, if the authenticator counts. */
export function* count({ fresh, rules }: Context, user: UserItem, key: string, value: number): Steps<boolean> {
  if (value === 0 && rules('zeroIsFree')) return true
  const by = fresh('mark')
  const path = `counts.${key}`
  const only = [
    rules('countOfEntry') ? equal(`passkeys.${key}.handle`, user.passkeys[key]?.handle) : any(ABSENT, PRESENT),
    ...(rules('counterUp') ? [any(none(path), below(path, value))] : []),
  ]
  const parts = { set: { [path]: value, countedBy: by } }
  const { applied, repeated, old } = yield* update(userKey(user.id), parts, only)
  return applied === true || (repeated === true && rules('ownMark') && old?.countedBy === by)
}

/** @param challenge the name of the challenge that was signed */
export const signInByPasskey = (name: string, key: string, value: number, challenge = name): Operation => ({
  name,
  *run(context) {
    const { tell } = context
    const { item, saw } = yield {
      kind: 'get',
      key: userKey('U'),
      look: ({ seen }) => ({ isRemoved: seen.removed[key] === true }),
    }
    const user = item as UserItem | undefined
    const entry = user?.passkeys[key]
    if (user?.status !== 'active' || !entry) return '401'
    if (value > 0 && value <= (user.counts[key] ?? 0)) return '401'
    if (!(yield* useChallenge(context, challenge))) return '401'
    if (!(yield* count(context, user, key, value))) {
      tell((seen) => {
        if (value === 0) seen.wrong ??= `a passkey is refused that does not count: ${key}`
      })
      return '401'
    }
    yield* finishPending(context, user)
    const held = { by: key, assurance: 2 } as const
    const session = yield* newSession(context, user, held)
    if (!session) return '409'
    hand(context, session, held)
    tell((seen) => {
      if (saw?.isRemoved) seen.wrong ??= `I3: ${key} signs in after its removal was answered`
      make(seen, challenge, 'sessions')
      if (value > 0) make(seen, `${entry.handle}/${value}`, 'sessions')
    })
    return '200'
  },
})

/** @param isAnew in a session that was made just before */
export const addPasskey = (key: string, isAnew = false): Operation => ({
  name: `add ${key}`,
  *run(context) {
    for (let tries = 0; tries < TRIES; tries++) {
      const user = isAnew ? yield* readUser('U') : yield* userOfSession(context, 'U')
      if (user?.status !== 'active') return '401'
      if (user.passkeys[key]) return '409'
      const handle = context.fresh('h')
      const parts = { set: { [`passkeys.${key}`]: { handle, since: user.epoch + 1 } } }
      if (!(yield* advance(context, user, parts))) continue
      yield* sweep('U', user.epoch + 1)
      answerEnd(context, 'U', user.epoch + 1)
      context.tell((seen) => {
        delete seen.removed[key]
        seen.added[key] = handle
      })
      return '201'
    }
    return '409'
  },
})

/** DELETE /auth/passkeys/{passkeyId}: names the entry as the list showed it. */
export const removePasskey = (key: string, name = `remove ${key}`): Operation => ({
  name,
  *run(context) {
    const { rules, tell } = context
    for (let tries = 0; tries < TRIES; tries++) {
      const user = yield* readUser('U')
      if (!user?.passkeys[key] || (rules('byHandle') && user.passkeys[key].handle !== `h.${key}`)) return '404'
      const parts = { remove: [`passkeys.${key}`, `counts.${key}`] }
      if (rules('removalEnds')) {
        if (!(yield* advance(context, user, parts))) continue
        yield* sweep('U', user.epoch + 1)
        answerEnd(context, 'U', user.epoch + 1)
      } else if (!(yield* change(context, user, parts))) continue
      tell((seen) => {
        seen.removed[key] = true
        delete seen.added[key]
      })
      return '204'
    }
    return '409'
  },
})
