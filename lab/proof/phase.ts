import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckerOptions, check, type Verdict } from './checker/checker.ts'
import type { Operation } from './history/operation.ts'
import { PROOF_OPTIONS } from './races/races.ts'

/** A part of the proof, played and judged. */
export interface Phase {
  readonly name: string
  readonly operations: number
  readonly verdict: Verdict
  /** R16: credentials in responses that must not hold them. */
  readonly leaks: number
  /** Further measurements, as text and as numbers. */
  readonly note: string
  readonly figures: object
}

interface Measured {
  readonly note?: string
  readonly figures?: object
}

/** Histories of phases with violations, and of all phases with `--keep`. */
const HISTORIES = '.coatcheck/proof'

/** Judges a phase and prints the verdict. */
export function judgePhase(
  name: string,
  history: readonly Operation[],
  options: CheckerOptions = {},
  { note = '', figures = {} }: Measured = {},
): Phase {
  const verdict = check(history, { ...PROOF_OPTIONS, ...options })
  const leaks = history.reduce((sum, { leaks = 0 }) => sum + leaks, 0)
  console.log(`${name}: ${history.length} operations, ${verdict.violations.length} violations${note && `, ${note}`}`)
  for (const { sentence } of verdict.violations.slice(0, 5)) console.log(`  ${sentence}`)
  if (verdict.violations.length > 0 || process.argv.includes('--keep')) keep(name, history)
  return { name, operations: history.length, verdict, leaks, note, figures }
}

function keep(name: string, history: readonly Operation[]): void {
  mkdirSync(HISTORIES, { recursive: true })
  const path = join(HISTORIES, `${name.replaceAll(/\W+/g, '-')}-${Date.now()}.jsonl`)
  for (const operation of history) appendFileSync(path, `${JSON.stringify(operation)}\n`)
  console.log(`  The history, one line an operation: ${path}`)
}
