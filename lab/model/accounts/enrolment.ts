import { FACTORS } from './first-proof.ts'
import type { Parts } from './item.ts'
import type { Operation } from './play.ts'
import { userByEmail } from './pointer.ts'
import { answerChallenge } from './second-factor.ts'
import { use } from './seen.ts'
import { userOfSession } from './session.ts'
import { afterFirstFactor } from './sign-in.ts'
import { advance, answerEnd, change, sweep, TRIES } from './user-item.ts'

// POST /auth/factors/totp, which shows a secret, and POST /auth/factors/totp/activate, which enrols it.

/** Shows a secret to enrol. */
export const show = (id: string): Operation => ({
  name: `show ${id}`,
  *run(context) {
    const user = yield* userOfSession(context, 'U')
    if (!user || user.totp) return '409'
    return (yield* change(context, user, { set: { pending: id } })) ? '201' : '409'
  },
})

/** Enrols the secret that a right code was typed of. Its step counts as used. */
export const enrol = (id: string): Operation => ({
  name: `enrol ${id}`,
  *run(context) {
    const { rules, tell, name } = context
    for (let tries = 0; tries < TRIES; tries++) {
      const user = yield* userOfSession(context, 'U')
      if (!user || user.totp || user.pending !== id) return '409'
      const since = user.epoch + 1
      const set = {
        ...{ totp: { id, since }, totpStep: rules('enrolmentCounts') ? 1 : 0 },
        recovery: { codes: [`r.${id}`], since },
      }
      const parts = { set, remove: ['pending'] }
      const landed = (seen: Parameters<typeof use>[0], _: unknown, before: { pending?: unknown } | undefined) => {
        use(seen, `${id}/1`, name)
        if (before?.pending !== id) seen.wrong ??= 'a secret is enrolled that is not the one that was shown last'
      }
      const isWritten = rules('enrolmentEnds')
        ? yield* advance(context, user, parts, landed)
        : yield* change(context, user, parts, landed)
      if (!isWritten) continue
      if (rules('enrolmentEnds')) {
        yield* sweep('U', since)
        answerEnd(context, 'U', since)
      }
      tell((seen) => {
        seen.enrolled = id
      })
      return '200'
    }
    return '409'
  },
})

/** DELETE /auth/factors/totp, enrolment in its place, and POST /auth/factors/recovery-codes, which makes others. */
export const changeFactors = (what: 'remove totp' | 'replace totp' | 'make recovery codes'): Operation => ({
  name: what,
  *run(context) {
    for (let tries = 0; tries < TRIES; tries++) {
      const user = yield* userOfSession(context, 'U')
      if (!user?.totp) return '409'
      const since = user.epoch + 1
      const parts: Parts =
        what === 'remove totp'
          ? { remove: FACTORS }
          : what === 'replace totp'
            ? { set: { totp: { id: 't2', since }, totpStep: 1 } }
            : { set: { recovery: { codes: [context.fresh('r')], since } } }
      if (!(yield* advance(context, user, parts))) continue
      yield* sweep('U', user.epoch + 1)
      answerEnd(context, 'U', user.epoch + 1)
      return '200'
    }
    return '409'
  },
})

/** Signs in by the password and a code of the app that was enrolled, of the same thirty seconds. */
export const signInByTotp = (id: string): Operation => ({
  name: `sign in by ${id}`,
  *run(context) {
    const user = yield* userByEmail(context, 'a')
    if (user?.status !== 'active' || user.password?.hash !== 'p0') return '401'
    const outcome = yield* afterFirstFactor(context, user, 'p0')
    if (outcome === 'session') return '200'
    if (outcome === 'conflict') return '409'
    return yield* answerChallenge(context, outcome, { step: 1 }, id)
  },
})
