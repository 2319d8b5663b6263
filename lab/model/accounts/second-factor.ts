import { get, type Steps, update } from './call.ts'
import { ABSENT, any, below, contains, equal, PRESENT } from './item.ts'
import { useUp } from './one-time.ts'
import { count } from './passkey.ts'
import type { Context, Operation } from './play.ts'
import { make, refuse, use } from './seen.ts'
import { finishPending, hand, newSession } from './session.ts'
import { type Challenge, challengeKey } from './sign-in.ts'
import { readUser, type UserItem, userKey } from './user-item.ts'

// POST /auth/login/second-factor. The challenge was made by a right password.

/** Second factors that may be verified for a user. */
const FACTOR_TRIES = 2

type Code = { readonly step: number } | { readonly recovery: string }
export type Factor = Code | { readonly passkey: string; readonly count: number } | 'wrong'

const MARKS = { totp: 'totpBy', recovery: 'recoveryBy' } as const

/** Uses up a step of the app, or a recovery code. What a sign-in writes stands apart from the secrets. */
function* useFactor(context: Context, user: UserItem, factor: Code): Steps<boolean> {
  const { fresh, rules, tell, name } = context
  const mark = fresh('mark')
  const isStep = 'step' in factor
  const secret = isStep ? `${user.totp?.id}/${factor.step}` : factor.recovery
  const by = isStep ? MARKS.totp : MARKS.recovery
  const parts = isStep
    ? { set: { totpStep: factor.step, [by]: mark } }
    : { take: { path: 'recovery.codes', value: factor.recovery }, set: { [by]: mark } }
  const once = isStep
    ? [
        ...(rules('stepOnce') ? [below('totpStep', factor.step)] : []),
        rules('stepOfFactor') ? equal('totp.id', user.totp?.id) : PRESENT,
      ]
    : [PRESENT, ...(rules('recoveryOnce') ? [contains('recovery.codes', factor.recovery)] : [])]
  const { applied, repeated, old } = yield* update(userKey(user.id), parts, once, {
    landed: (seen, _, before) => {
      use(seen, secret, name)
      if (isStep && (before as UserItem | undefined)?.totp?.id !== user.totp?.id)
        seen.wrong ??= 'a step is counted that another secret has made'
    },
  })
  if (applied || (repeated && rules('ownMark') && old?.[by] === mark)) return true
  // A later step, or an end of all sessions, hides the mark: the person signs in once more, by the next code.
  const isHidden = old?.epoch !== user.epoch || (isStep && Number(old?.totpStep) > factor.step)
  if (!isHidden) tell((seen) => refuse(seen, secret, name))
  return false
}

function* verify(context: Context, user: UserItem, factor: Factor, ofTotp: string): Steps<boolean> {
  if (factor === 'wrong') return false
  if ('passkey' in factor) {
    if (!user.passkeys[factor.passkey] || factor.count <= (user.counts[factor.passkey] ?? 0)) return false
    return yield* count(context, user, factor.passkey, factor.count)
  }
  const isOpen =
    'step' in factor ? (user.totpStep ?? 0) < factor.step : user.recovery?.codes.includes(factor.recovery) === true
  return user.totp?.id === ofTotp && isOpen && (yield* useFactor(context, user, factor))
}

/** @param ofTotp the secret that the code is of */
export function* answerChallenge(context: Context, id: string, factor: Factor, ofTotp = 't0'): Steps<string> {
  const { rules, tell } = context
  const challenge = yield* get<Challenge>(challengeKey(id))
  if (!challenge || challenge.used) return '401'
  const counter = `attempts#${rules('perUser') ? challenge.userId : id}`
  if (rules('slotFirst')) {
    const slot = yield* update(counter, { count: 'taken' }, [any(ABSENT, below('taken', FACTOR_TRIES))])
    if (!slot.applied) return '429'
  } else if (Number((yield* get(counter))?.taken ?? 0) >= FACTOR_TRIES) return '429'
  const user = yield* readUser(challenge.userId)
  if (user?.status !== 'active' || !user.totp) return '401'
  if (rules('challengeInEpoch') && user.epoch !== challenge.epoch) return '401'
  tell((seen) => {
    seen.compared.factor = (seen.compared.factor ?? 0) + 1
    if (seen.compared.factor > FACTOR_TRIES)
      seen.wrong ??= 'I7: more second factors are compared than the user has tries'
  })
  if (!rules('slotFirst')) yield* update(counter, { count: 'taken' }, [])
  if (!(yield* verify(context, user, factor, ofTotp))) return '401'
  if (!(yield* useUp(context, challengeKey(id), id))) return '401'
  const current = rules('challengeInEpoch') ? { ...user, epoch: challenge.epoch } : user
  yield* finishPending(context, current)
  const held = { by: 't0', assurance: 2 } as const
  const key = yield* newSession(context, current, held)
  if (!key) return '409'
  hand(context, key, held)
  tell((seen) => {
    make(seen, id, 'sessions')
    if ((seen.ended[user.id] ?? 0) > challenge.epoch)
      seen.wrong ??= `I3: the challenge ${id} signs in after an end of all sessions was answered`
  })
  return '200'
}

export const secondFactor = (name: string, challenge: string, factor: Factor): Operation => ({
  name,
  run: (context) => answerChallenge(context, challenge, factor),
})
