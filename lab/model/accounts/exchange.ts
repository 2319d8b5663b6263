import { type Steps, update } from './call.ts'
import { any, equal, none } from './item.ts'
import type { Context, Operation } from './play.ts'
import { callback, type ProviderSession } from './provider-session.ts'
import { make, refuse, use } from './seen.ts'

// POST /auth/exchange: a token of a provider signs its subject in, once. `used#…` is {used}, the mark of the request that
// has used the token up; it expires when the token does. No row is there before.

const usedKey = (token: string) => `used#${token}`

/** Uses a token up. @returns whether this request did */
function* useToken({ fresh, rules, tell, name }: Context, token: string): Steps<boolean> {
  const mark = fresh('mark')
  const own = rules('exchangeMark') ? equal('used', mark) : undefined
  const only = rules('exchangeOnce') ? [any(none('used'), own)] : []
  const landed = (seen: Parameters<typeof use>[0]) => {
    if (seen.usedBy[token] !== name) use(seen, token, name)
  }
  const { applied } = yield* update(usedKey(token), { set: { used: mark } }, only, { landed })
  if (applied) return true
  tell((seen) => refuse(seen, token, name))
  return false
}

/** @param token the token that is exchanged, which says the same as an ID token of the provider's session */
export const exchange = (name: string, token: string, provider: ProviderSession, email?: string): Operation => ({
  name,
  *run(context) {
    const first = context.rules('exchangeFirst')
    if (first && !(yield* useToken(context, token))) return '400'
    const answer = yield* callback(name, provider, email).run(context)
    if (answer === '200') context.tell((seen) => make(seen, token, 'sessions'))
    return first || (yield* useToken(context, token)) ? answer : '400'
  },
})
