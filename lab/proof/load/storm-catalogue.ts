import { FAULTS, type Fault, type Rule } from '../faults/faults.ts'
import type { Kind, Rates } from './schedule.ts'

/** A fault that comes and goes while the load goes on. */
export interface Storm {
  readonly name: string
  /** In the plan's catalogue. */
  readonly id: string
  readonly share: number
  /** `refused`: nobody listens where the engine was. */
  readonly rules: readonly Rule[] | 'refused'
  /** Whether no datastore call at all comes to a good end: then nothing may be allowed. */
  readonly isTotal: boolean
  /** How long one request that meets it is held, on average and no less. */
  readonly heldMs: number
  /** Asked at its beginning, besides the load: what would meet it too seldom. */
  readonly also?: readonly Kind[]
  /** Where it must last longer than others, to be seen to its end. */
  readonly leastSeconds?: number
  /** The whole load goes on, more than can be carried: what waits in the front's queue is answered late. */
  readonly isOverload?: true
}

/** What the SDK's pauses and the deadlines make of each. */
const HELD_MS: Record<(typeof FAULTS)[Fault], number> = {
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
/** They answer, if late, from yesterday, or not to all of a batch; or with what is no session. */
const ANSWERING: readonly Fault[] = ['slow', 'stale', 'unprocessed once', 'unprocessed half', 'unprocessed all']

const LEAST_SECONDS: Partial<Record<Fault, number>> = { silent: 3.5, 'unprocessed all': 13 }

function storm(fault: Fault, share: number, ms?: number): Storm {
  const id = FAULTS[fault]
  return {
    name: `${id} ${fault}${ms === undefined ? '' : ` ${ms} ms`}, ${share * 100} %`,
    id,
    share,
    rules: [{ fault, share, ...(ms === undefined ? {} : { ms }) }],
    // A spoilt attribute may be one that a session does not have.
    isTotal: share === 1 && !ANSWERING.includes(fault) && fault !== 'corrupted item',
    heldMs: Math.min(HELD_MS[id], ms === undefined ? Infinity : 2 * ms),
    ...(id === 'F10' && { also: ['end-all', 'end-all'] }),
    // A check gives up after two seconds, an end of all sessions after ten.
    ...(share === 1 && fault in LEAST_SECONDS && { leastSeconds: LEAST_SECONDS[fault] }),
  }
}

const REFUSED: Storm = {
  name: 'F12 refused, 100 %',
  id: 'F12',
  share: 1,
  rules: 'refused',
  isTotal: true,
  heldMs: 400,
}

export const QUICK_STORMS: readonly Storm[] = [
  storm('throttled', 1),
  storm('failed before', 1),
  storm('failed after', 1),
  storm('silent', 1),
  storm('unprocessed half', 1),
  REFUSED,
  storm('corrupted item', 1),
]

const SHARES = [0.01, 0.1, 1]
export const ALL_STORMS: readonly Storm[] = [
  ...(Object.keys(FAULTS) as Fault[]).flatMap((fault) =>
    SHARES.map((share) => storm(fault, share, fault === 'slow' ? 1000 : undefined)),
  ),
  ...[50, 200, 5000].map((ms) => storm('slow', 1, ms)),
  { ...storm('silent', 1), name: 'F4 silent, 100 %, under more load than can be carried', isOverload: true },
  REFUSED,
]

/** Those that hash have workers of their own. */
const HEAVY = new Set<Kind>(['login', 'guess', 'reauthenticate', 'password-change'])
/** Those that may delete many rows. */
const BULK = new Set<Kind>(['end-all', 'end-others', 'password-change', 'disable'])
const CALLS: Partial<Record<Kind, number>> = { me: 1, look: 2, logout: 2 }
const MOST_CALLS = 6
/** Without a fault, with a margin. */
const OWN_MS = 30

/**
 * As many a second of each kind as so many workers can carry while requests are held. Lambda would start another one
 * for each request that waits; here it would wait in the front's queue, and that would be all one measured.
 */
export function carried(rates: Rates, storm: Storm, workers: Record<'light' | 'heavy', number>): Rates {
  const { id, share, heldMs, isOverload } = storm
  if (isOverload) return rates
  const heldBy = (kind: Kind) => {
    if (id === 'F10') return OWN_MS + (BULK.has(kind) ? heldMs * share : 0)
    return OWN_MS + heldMs * (1 - (1 - share) ** (CALLS[kind] ?? MOST_CALLS))
  }
  const entries = Object.entries(rates) as [Kind, number][]
  const factorOf = (isHeavy: boolean, many: number) => {
    const busy = entries
      .filter(([kind]) => HEAVY.has(kind) === isHeavy)
      .reduce((sum, [kind, rate]) => sum + (rate * heldBy(kind)) / 1000, 0)
    return Math.min(1, (many * MOST_BUSY) / busy)
  }
  const [light, heavy] = [factorOf(false, workers.light), factorOf(true, workers.heavy)]
  return Object.fromEntries(entries.map(([kind, rate]) => [kind, rate * (HEAVY.has(kind) ? heavy : light)]))
}

const MOST_BUSY = 0.5
