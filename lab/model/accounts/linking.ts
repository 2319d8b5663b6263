import { get } from './call.ts'
import { claimIdentity, identityKey, releaseIdentity } from './identity.ts'
import type { Operation } from './play.ts'
import type { Seen } from './seen.ts'
import { advance, answerEnd, change, readUser, sweep, TRIES, type UserItem } from './user-item.ts'

// Linking an identity while signed in, and DELETE /auth/identities/{id}.

/** Links an identity to the account that the person is signed in to, and has signed in to just before. */
export const link = (name: string, key: string, id: string, session?: string): Operation => ({
  name,
  *run(context) {
    const { rules, tell, fresh } = context
    for (let tries = 0; tries < TRIES; tries++) {
      const row = session ? yield* get(session) : undefined
      const user = yield* readUser(id)
      if (session && (!row || Number(row.epoch) < (user?.epoch ?? 0))) return '401'
      if (user?.status !== 'active') return '401'
      const since = user.epoch + 1
      const listed = user.identities?.[key] ?? { claim: fresh('k') }
      const { claim } = listed
      const parts = { set: { [`identities.${key}`]: { ...listed, since } } }
      const claims = () => claimIdentity(context, key, { userId: id, claim })
      if (!rules('listedFirst') && (yield* claims()) !== 'mine') return '409'
      const landed = (seen: Seen) => {
        delete seen.removed[identityKey(key)]
        delete seen.unlinking[key]
        delete seen.linked[key]
      }
      if (!(yield* advance(context, user, parts, landed))) continue
      yield* sweep(id, since)
      answerEnd(context, id, since)
      if (rules('listedFirst') && (yield* claims()) !== 'mine') {
        const now = yield* readUser(id)
        if (now?.identities?.[key]?.claim === claim) yield* change(context, now, { remove: [`identities.${key}`] })
        return '409'
      }
      tell((seen) => {
        seen.linked[key] = id
      })
      return '201'
    }
    return '409'
  },
})

const waysIn = ({ password, passkeys, identities = {} }: UserItem) =>
  Number(password !== undefined) + Object.keys(passkeys).length + Object.keys(identities).length

/** DELETE /auth/identities/{id}: names the entry as the list showed it, and leaves another way in. */
export const unlink = (key: string, name = `unlink ${key}`): Operation => ({
  name,
  *run(context) {
    const { rules, tell } = context
    for (let tries = 0; tries < TRIES; tries++) {
      const user = yield* readUser('U')
      const listed = user?.identities?.[key]
      if (!user || !listed || (rules('byClaim') && listed.claim !== `k.${key}`)) return '404'
      if (waysIn(user) < 2 && rules('lastWayIn')) return '409'
      const parts = { remove: [`identities.${key}`] }
      const landed = (seen: Seen, now: unknown, before: unknown) => {
        if ((before as UserItem).identities?.[key]?.claim !== `k.${key}`)
          seen.wrong ??= 'O1: a removal takes away a link that was made after it was asked for'
        if (waysIn(now as UserItem) === 0) seen.wrong ??= 'O5: an account has no way in'
        seen.unlinking[key] = true
        seen.unlinks[key] = (seen.unlinks[key] ?? 0) + 1
      }
      if (!(yield* (rules('unlinkEnds') ? advance : change)(context, user, parts, landed))) continue
      if (rules('unlinkEnds')) {
        yield* sweep('U', user.epoch + 1)
        answerEnd(context, 'U', user.epoch + 1)
      }
      yield* releaseIdentity(context, key, 'U', listed.claim)
      tell((seen) => {
        if (seen.unlinking[key]) seen.removed[identityKey(key)] = true // not linked again since
      })
      return '204'
    }
    return '409'
  },
})
