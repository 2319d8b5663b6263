import { FAULTS, type Fault, type Rule } from '../faults/faults.ts'
import type { Kind, Rates } from './schedule.ts'

/** A fault that comes and goes while the load goes on. */
export interface Storm {
  readonly name: string
  /** In the catalogue of faults. */
  readonly id: string
  readonly share: number
  /** `refused`: connections to the engine are refused. */
  readonly rules: readonly Rule[] | 'refused'
  /** Whether every datastore call fails: then no request may be accepted. */
  readonly isTotal: boolean
  /** The average delay of a request that meets the fault. */
  readonly delayMs: number
  /** Operations to perform when the fault begins, since the load alone has too few of them. */
  readonly also?: readonly Kind[]
  /** Set if requests need longer than the usual duration of a fault to end. */
  readonly leastSeconds?: number
  /** The load is not lowered to what the workers carry: requests wait in the front's queue. */
  readonly isOverload?: true
}

/** Delays by the SDK's pauses and the deadlines. */
const DELAY_MS: Record<(typeof FAULTS)[Fault], number> = {
  F1: 1000,
  F2: 250,
  F3: 250,
  F4: 2000,
  F5: 2000,
  F6: 250,
  F7: 250,
  F8: 250,
  F9: 250,
  F10: 10_000,
  F13: 0,
  F14: 50,
  F15: 0,
}
/** Faults under which calls still succeed, be it late, stale or in part. */
const ANSWERING: readonly Fault[] = ['slow', 'stale', 'unprocessed once', 'unprocessed half', 'unprocessed all']

const LEAST_SECONDS: Partial<Record<Fault, number>> = { silent: 3.5, 'unprocessed all': 13 }

function storm(fault: Fault, share: number, ms?: number): Storm {
  const id = FAULTS[fault]
  return {
    name: `${id} ${fault}${ms === undefined ? '' : ` ${ms} ms`}, ${share * 100} %`,
    id,
    share,
    rules: [{ fault, share, ...(ms === undefined ? {} : { ms }) }],
    // A corrupted attribute may be one that sessions do not have.
    isTotal: share === 1 && !ANSWERING.includes(fault) && fault !== 'corrupted item',
    delayMs: Math.min(DELAY_MS[id], ms === undefined ? Infinity : 2 * ms),
    ...(id === 'F10' && { also: ['revoke-all', 'revoke-all'] }),
    // The deadline of a check is two seconds, that of revoke-all ten.
    ...(share === 1 && fault in LEAST_SECONDS && { leastSeconds: LEAST_SECONDS[fault] }),
  }
}

const REFUSED: Storm = {
  name: 'F12 refused, 100 %',
  id: 'F12',
  share: 1,
  rules: 'refused',
  isTotal: true,
  delayMs: 400,
}

export const CI_STORMS: readonly Storm[] = [
  storm('throttled', 1),
  storm('failed before', 1),
  storm('failed after', 1),
  storm('silent', 1),
  storm('unprocessed half', 1),
  REFUSED,
  storm('corrupted item', 1),
]

const SHARES = [0.1, 1]
export const ALL_STORMS: readonly Storm[] = [
  ...(Object.keys(FAULTS) as Fault[]).flatMap((fault) =>
    SHARES.map((share) => storm(fault, share, fault === 'slow' ? 1000 : undefined)),
  ),
  ...[50, 200, 5000].map((ms) => storm('slow', 1, ms)),
  { ...storm('silent', 1), name: 'F4 silent, 100 %, under more load than can be carried', isOverload: true },
  REFUSED,
]

/** Operations that hash passwords, on workers of their own. */
const HEAVY = new Set<Kind>(['register', 'login', 'guess', 'reauthenticate', 'password-change'])
/** Operations that may delete many rows. */
const BULK = new Set<Kind>(['revoke-all', 'revoke-own', 'revoke-others', 'password-change', 'scopes', 'disable'])
const CALLS: Partial<Record<Kind, number>> = { me: 1, look: 2, introspect: 2, logout: 2 }
const MOST_CALLS = 6
/** The time of a request without a fault, with a margin. */
const OWN_MS = 30

/**
 * The rates that the workers can serve while a fault delays requests. Lambda would start another environment for a request
 * that waits; here it would wait in the front's queue, and the figures would measure the queue.
 */
export function sustainableRates(rates: Rates, storm: Storm, workers: Record<'light' | 'heavy', number>): Rates {
  const { id, share, delayMs, isOverload } = storm
  if (isOverload) return rates
  const timeOf = (kind: Kind) => {
    if (id === 'F10') return OWN_MS + (BULK.has(kind) ? delayMs * share : 0)
    return OWN_MS + delayMs * (1 - (1 - share) ** (CALLS[kind] ?? MOST_CALLS))
  }
  const entries = Object.entries(rates) as [Kind, number][]
  const factorOf = (isHeavy: boolean, many: number) => {
    const busy = entries
      .filter(([kind]) => HEAVY.has(kind) === isHeavy)
      .reduce((sum, [kind, rate]) => sum + (rate * timeOf(kind)) / 1000, 0)
    return Math.min(1, (many * MOST_BUSY) / busy)
  }
  const [light, heavy] = [factorOf(false, workers.light), factorOf(true, workers.heavy)]
  return Object.fromEntries(entries.map(([kind, rate]) => [kind, rate * (HEAVY.has(kind) ? heavy : light)]))
}

const MOST_BUSY = 0.5
