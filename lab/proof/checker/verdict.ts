import { nameOf, type Operation } from '../history/operation.ts'

/** The clauses of the rules K1 to K9 (`docs/invariants.md`). */
export const CLAUSES = {
  'K1 revoked': 'accepted after its revocation had been acknowledged',
  'K1 successor': 'accepted after a logout or revoke of the session it replaced, invoked before it was received',
  'K1 stale': 'accepted later than the allowed staleness after its revocation had been acknowledged',
  'K1 expired': 'accepted after its idle or absolute timeout',
  'K1 twice': 'replaced by two operations that both succeeded',
  'K2 denied': 'refused while valid',
  'K2 spared': 'refused after its replacement had failed without revoking another session',
  'K2 login': 'a login with the password in force refused',
  'K3 revoke-all': 'accepted after all sessions of its user had been revoked',
  'K3 inherited': 'replaces a session that had been revoked with all others',
  'K3 password': 'accepted after its password had been changed',
  'K3 disabled': 'accepted after its user had been disabled or deleted',
  'K3 scope': 'accepted with a scope that had been removed',
  'K3 factor': 'accepted, signed in by the password alone, after its user had a second factor',
  'K3 passkey': 'accepted, or signed in by a passkey, after it had been removed',
  'K3 stale': 'accepted later than the allowed staleness after all sessions of its user had been revoked',
  'K4 resurrected': 'accepted after it had been refused',
  'K4 stale': 'accepted later than the allowed staleness after it had been refused',
  'K4 process': 'accepted by the process that had refused it, within the allowed staleness',
  'K5 ambiguous': 'checks after a revocation without a response, which only K4 binds',
  'K6 principal': 'accepted as another user’s session',
  'K6 unknown': 'accepted although it was given to no user, or before it was',
  'K6 duplicate': 'an id given twice',
  'K7 budget': 'more wrong passwords compared than the budget allows',
  'K8 left': 'the row of a revoked session is left',
  'K8 missing': 'the row of a valid session is missing',
  'K8 half': 'a row outlived its epoch or user',
  'K8 cap': 'more rows than the session cap',
  'K9 once': 'a link, challenge, step or recovery code accepted twice',
  'K9 browser': 'a mailed code accepted from a browser that had not asked for it',
  'K9 void': 'a link or challenge accepted after all sessions had been revoked',
} as const
export type Clause = keyof typeof CLAUSES
export type Rule = 'K1' | 'K2' | 'K3' | 'K4' | 'K5' | 'K6' | 'K7' | 'K8' | 'K9'

export interface Count {
  /** How often the clause could have been violated. */
  trials: number
  violations: number
}
export type Counts = Record<Clause, Count>

export interface Violation {
  readonly rule: Rule
  readonly clause: Clause
  /** The offender first, then the operations that make it one. */
  readonly operations: readonly Operation[]
  readonly seqs: readonly number[]
  readonly sentence: string
}

/** Violations of one clause that are described; all are counted. */
const MOST_DESCRIBED = 100

export type Tally = ReturnType<typeof startTally>

export function startTally() {
  const counts = Object.fromEntries(
    Object.keys(CLAUSES).map((clause) => [clause, { trials: 0, violations: 0 }]),
  ) as Counts
  const violations: Violation[] = []
  const offenders = new Set<Operation>()

  return {
    counts,
    violations,
    offenders,

    trial(clause: Clause): void {
      counts[clause].trials++
    },

    violation(clause: Clause, offender: Operation, causes: readonly Operation[], what: string, excess = 1): void {
      offenders.add(offender)
      counts[clause].violations += excess
      if (counts[clause].violations > MOST_DESCRIBED) return
      const operations = [offender, ...causes]
      const cause = causes.length > 0 ? ` (${causes.map(nameOf).join(', ')})` : ''
      violations.push({
        rule: clause.slice(0, 2) as Rule,
        clause,
        operations,
        seqs: operations.map(({ seq }) => seq),
        sentence: `${clause}: ${nameOf(offender)}: ${what}${cause}.`,
      })
    },
  }
}
