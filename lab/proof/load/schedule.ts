import type { Instant } from '../history/operation.ts'
import { randomFrom } from '../races/races.ts'

/** What somebody may do. */
export type Kind =
  | 'me'
  | 'look'
  | 'login'
  | 'guess' // of a password, wrong
  | 'logout'
  | 'revoke'
  | 'end-all'
  | 'end-others'
  | 'reauthenticate'
  | 'password-change'
  | 'disable'

/** How many of each kind a second. */
export type Rates = Partial<Record<Kind, number>>

/** So long at these rates. */
export interface Stretch {
  readonly seconds: number
  readonly rates: Rates
  /** `even`, the default, leaves the same time between any two; `poisson` as people come who know nothing of each other. */
  readonly spacing?: 'even' | 'poisson'
}

export interface Arrival {
  /** Microseconds from the beginning. */
  readonly at: Instant
  readonly kind: Kind
}

/** Everything there is, most of it checks; about as many come as go. */
export const STEADY: Rates = {
  me: 40,
  look: 4,
  login: 6,
  guess: 0.3,
  logout: 4,
  revoke: 0.7,
  'end-all': 0.4,
  'end-others': 0.3,
  reauthenticate: 0.3,
  'password-change': 0.2,
  disable: 0.2,
}

/** When what is to be asked, one stretch after another: the same for the same seed. */
export function* arrivals(stretches: readonly Stretch[], seed: number): Generator<Arrival> {
  const random = randomFrom(seed)
  let begin = 0
  for (const { seconds, rates, spacing = 'even' } of stretches) {
    const end = begin + seconds * 1_000_000
    const total = totalOf(rates)
    const gap = () => ((spacing === 'even' ? 1 : -Math.log(1 - random())) * 1_000_000) / total
    // Half a gap first: of even ones as many as the rate says.
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
