import type { Instant } from '../history/operation.ts'
import { randomFrom } from '../races/races.ts'

export type Kind =
  | 'me'
  | 'look'
  | 'introspect'
  | 'list'
  | 'register'
  | 'login'
  | 'guess' // a login with a wrong password
  | 'logout'
  | 'revoke' // one session, by its user or an administrator
  | 'revoke-all'
  | 'revoke-own'
  | 'revoke-others'
  | 'reauthenticate'
  | 'password-change'
  | 'scopes' // a removal or a grant
  | 'disable'

/** Requests of each kind a second. */
export type Rates = Partial<Record<Kind, number>>

/** Some time at the same rates. */
export interface Stretch {
  readonly seconds: number
  readonly rates: Rates
  /** `even`, the default, has equal gaps; `poisson` has exponential gaps, as of independent clients. */
  readonly spacing?: 'even' | 'poisson'
}

export interface Arrival {
  /** From the beginning. */
  readonly at: Instant
  readonly kind: Kind
}

/** All kinds of requests, mostly checks, with about as many logins as revocations. */
export const STEADY: Rates = {
  me: 40,
  look: 4,
  introspect: 3,
  list: 1,
  register: 0.3,
  login: 6,
  guess: 0.3,
  logout: 4,
  revoke: 0.7,
  'revoke-all': 0.4,
  'revoke-own': 0.2,
  'revoke-others': 0.3,
  reauthenticate: 0.3,
  'password-change': 0.2,
  scopes: 0.3,
  disable: 0.2,
}

export function* arrivals(stretches: readonly Stretch[], seed: number): Generator<Arrival> {
  const random = randomFrom(seed)
  let begin = 0
  for (const { seconds, rates, spacing = 'even' } of stretches) {
    const end = begin + seconds * 1_000_000
    const total = totalOf(rates)
    const gap = () => ((spacing === 'even' ? 1 : -Math.log(1 - random())) * 1_000_000) / total
    // Half a gap first, so that even gaps fit the rate exactly.
    for (let at = begin + gap() / 2; total > 0 && at < end; at += gap())
      yield { at: Math.floor(at), kind: drawnKind(rates, random() * total) }
    begin = end
  }
}

export const totalOf = (rates: Rates): number => Object.values(rates).reduce((sum, rate) => sum + rate, 0)

export function scaled(rates: Rates, factor: number): Rates {
  return Object.fromEntries(Object.entries(rates).map(([kind, rate]) => [kind, rate * factor]))
}

function drawnKind(rates: Rates, at: number): Kind {
  let left = at
  const kinds = Object.entries(rates) as [Kind, number][]
  const found = kinds.find(([, rate]) => {
    left -= rate
    return left < 0
  })
  return (found ?? kinds.at(-1) ?? ['me'])[0]
}
