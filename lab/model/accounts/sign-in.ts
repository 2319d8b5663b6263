import { put, type Steps, update } from './call.ts'
import { ABSENT, equal } from './item.ts'
import type { Context, Operation } from './play.ts'
import { userByEmail } from './pointer.ts'
import { replaceGiven } from './required-password.ts'
import { finishPending, hand, newSession } from './session.ts'
import { type UserItem, userKey } from './user-item.ts'

/** How often a challenge is put under another id after a lost answer. */
const CHALLENGE_TRIES = 2

export type Challenge = { readonly userId: string; readonly epoch: number; readonly used?: string }

export const challengeKey = (id: string): string => `challenge#${id}`

/**
 * After a first factor: a session, or a challenge where the user has a second factor.
 * @param by the credential that was verified
 * @returns 'session', 'conflict' or the id of the challenge
 */
export function* afterFirstFactor(context: Context, user: UserItem, by: string): Steps<string> {
  if (user.totp) {
    for (let tries = 0; tries < CHALLENGE_TRIES; tries++) {
      const id = context.fresh('X')
      const challenge: Challenge = { userId: user.id, epoch: user.epoch }
      const { applied } = yield* put(challengeKey(id), challenge, [ABSENT], { once: true })
      if (applied) return id
    }
    return 'conflict'
  }
  yield* finishPending(context, user)
  const held = { by, assurance: 1 } as const
  const key = yield* newSession(context, user, held)
  if (!key) return 'conflict'
  hand(context, key, held)
  return 'session'
}

/**
 * POST /auth/login; the attempts have a model of their own.
 * @param chosen what replaces a password that must be changed
 */
export function login(
  name: string,
  password: string,
  { email = 'a', rehash = false, chosen }: { email?: string; rehash?: boolean; chosen?: string } = {},
): Operation {
  return {
    name,
    *run(context) {
      const user = yield* userByEmail(context, email)
      const current = user?.password
      if (user?.status !== 'active' || current?.hash.split('@')[0] !== password) return '401'
      const isGiven = user.mustChange && context.rules('givenFirst')
      if (isGiven && !chosen) return '403'
      if (!isGiven && chosen) return '400'
      const freed = isGiven && chosen ? yield* replaceGiven(context, user, chosen) : user
      if (!freed) return '409'
      const outcome = yield* afterFirstFactor(context, freed, isGiven && chosen ? chosen : password)
      if (outcome === 'conflict') return '409'
      context.tell((seen) => {
        if (user.email !== email) seen.wrong ??= `A1: ${email} signs in to a user who does not have it`
      })
      if (rehash) {
        const only = context.rules('rehashGuard') ? equal('password.hash', current.hash) : equal('id', user.id)
        yield* update(userKey(user.id), { set: { 'password.hash': `${password}@2` } }, [only])
      }
      return outcome === 'session' ? '200' : '403'
    },
  }
}
