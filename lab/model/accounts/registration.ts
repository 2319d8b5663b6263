import { get, put, remove, step } from './call.ts'
import { ABSENT } from './item.ts'
import { createAccount } from './new-account.ts'
import { type OneTimeRow, useUp } from './one-time.ts'
import type { Operation } from './play.ts'
import { userByEmail } from './pointer.ts'
import { type MailOrder, mail } from './reset.ts'

// POST /auth/register with `REGISTRATION=mail`, and /auth/register/complete: the account exists once the link is used.

type Ticket = OneTimeRow & { readonly email: string; readonly password?: string }

const ticketKey = (secret: string) => `ticket#${secret}`

/** The stream function that makes a ticket of an order: m1 is the owner's of the address, m2 a squatter's. */
export const mailTicket = (name: string, order: 'm1' | 'm2'): Operation => ({
  name,
  ready: ({ store }) => store[`outbox#${order}`] !== undefined,
  *run(context) {
    const asked = yield* get<MailOrder & { readonly password: string }>(`outbox#${order}`)
    if (!asked) return 'nothing to do'
    const { email, password } = asked
    if (yield* userByEmail(context, email)) yield* step('mails: you have an account', () => undefined)
    else {
      const secret = context.fresh('T')
      const ticket: Ticket = { email, ...(context.rules('passwordAtCompletion') ? {} : { password }) }
      yield* put(ticketKey(secret), ticket, context.rules('ticketFreshPut') ? [ABSENT] : [])
      yield* mail(secret, 'registration', 0)
    }
    yield* remove(`outbox#${order}`, [])
    return 'done'
  },
})

/** @param which the link: `T0`, or the newest that was mailed */
export const completeRegistration = (name: string, which: 'T0' | 'newest', password: string): Operation => ({
  name,
  ready: ({ seen }) => seen.mails.some((sent) => sent.for === 'registration'),
  *run(context) {
    const { rules, tell } = context
    const picked = yield* step('opens the link', ({ seen }) => ({
      secret: which === 'T0' ? which : (seen.mails.findLast((sent) => sent.for === 'registration')?.secret ?? ''),
    }))
    const secret = picked?.secret ?? ''
    const ticket = yield* get<Ticket>(ticketKey(secret))
    if (!ticket || ticket.used) return '410'
    const consume = function* () {
      if (rules('markNotDelete')) return yield* useUp(context, ticketKey(secret), secret)
      const { applied, repeated } = yield* remove(ticketKey(secret), [{ is: 'present' }], {
        landed: (seen) => {
          seen.usedBy[secret] = name
        },
      })
      if (applied) return true
      tell((seen) => {
        if (repeated && seen.usedBy[secret] === name)
          seen.wrong ??= `I10: ${secret} is called void by the request that has used it`
      })
      return false
    }
    if (rules('consumeFirst') && !(yield* consume())) return '410'
    const account = { email: ticket.email, password: ticket.password ?? password, verified: true, secret }
    const answer = yield* createAccount(context, account)
    if (!rules('consumeFirst')) yield* consume()
    if (answer === '201')
      tell((seen, { store }) => {
        const user = Object.values(store).find((item) => item.email === ticket.email && item.verified === true)
        const hash = (user?.password as { hash: string } | undefined)?.hash
        if (hash === 'squatter')
          seen.wrong ??= 'A4: an account has the password of a person who never proved the address'
      })
    return answer
  },
})
